package dev.reveille.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The result of a bench: figures with median and spread, goals with their verdict. Printed as a
/// table for people, as one JSON object with `--json`.
///
/// A goal is met or missed, or void when the run says nothing about it because something beside the
/// server was too slow, or nothing was there to judge; see [#voidGoals] and [#notJudged].
final class Report {
  /// @param value NaN when there was nothing to judge: such a goal is void
  /// @param timed judged by what was measured, so that a slow machine can make it void
  private record Goal(
      String name, double value, double goal, double stretch, boolean met, boolean timed) {
    boolean isJudged() {
      return !Double.isNaN(value);
    }
  }

  private final String bench;
  private final long n;
  private final int runs;
  private final Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> peers = new LinkedHashMap<>();
  private final List<Goal> goals = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> voidBecause = new ArrayList<>();

  Report(final String bench, final long n, final int runs) {
    this.bench = bench;
    this.n = n;
    this.runs = runs;
  }

  static double median(final double... values) {
    final var sorted = values.clone();
    Arrays.sort(sorted);
    final int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double percentile(final double[] sorted, final double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
  }

  double figure(final String name, final String unit, final double... values) {
    return keep(figures, name, unit, values);
  }

  double peer(final String name, final String unit, final double... values) {
    return keep(peers, name, unit, values);
  }

  private static double keep(
      final Map<String, Map<String, Object>> into,
      final String name,
      final String unit,
      final double... values) {
    final double median = median(values);
    final var figure = new LinkedHashMap<String, Object>();
    figure.put("median", rounded(median));
    figure.put("min", rounded(Arrays.stream(values).min().orElse(0)));
    figure.put("max", rounded(Arrays.stream(values).max().orElse(0)));
    figure.put("unit", unit);
    into.put(name, figure);
    return median;
  }

  private static double rounded(final double value) {
    final double scale = Math.abs(value) >= 100 ? 1 : 1000;
    return Math.round(value * scale) / scale;
  }

  void atLeast(final String name, final double value, final double goal, final double stretch) {
    goals.add(new Goal(name, rounded(value), goal, stretch, value >= goal, true));
  }

  void atMost(final String name, final double value, final double goal, final double stretch) {
    goals.add(new Goal(name, rounded(value), goal, stretch, value <= goal, true));
  }

  /// Faults that must not be, however slow the machine is: never void.
  void none(final String name, final long faults) {
    goals.add(new Goal(name, faults, 0, 0, faults == 0, false));
  }

  /// A goal of which this run says nothing, while its other goals stand.
  ///
  /// @param why what was missing
  void notJudged(final String name, final double goal, final double stretch, final String why) {
    goals.add(new Goal(name, Double.NaN, goal, stretch, false, true));
    remark(name + " is void: " + why);
  }

  /// The goals of this run, those before and those to come, are neither met nor missed.
  ///
  /// @param why what made the run void, with both values
  void voidGoals(final String why) {
    voidBecause.add(why);
  }

  private String verdict(final Goal goal) {
    if (!goal.isJudged() || (goal.timed && !voidBecause.isEmpty())) {
      return "void";
    }
    return goal.met ? "met" : "missed";
  }

  void remark(final String remark) {
    remarks.add(remark);
  }

  boolean allMet() {
    return goals.stream().allMatch(goal -> verdict(goal).equals("met"));
  }

  void print(final PrintStream out, final boolean json) throws java.io.IOException {
    if (json) {
      final var all = new LinkedHashMap<String, Object>();
      all.put("bench", bench);
      all.put("machine", machine());
      all.put("n", n);
      all.put("runs", runs);
      all.put("figures", figures);
      all.put("peers", peers);
      all.put("goals", goals.stream().map(this::asMap).toList());
      all.put("void-because", voidBecause);
      all.put("remarks", remarks);
      out.println(new ObjectMapper().writeValueAsString(all));
      return;
    }
    out.printf("%n%s: n = %,d, %d runs, %s%n", bench, n, runs, machine());
    out.printf("  %-66s %14s %14s %14s  %s%n", "", "median", "min", "max", "unit");
    figures.forEach((name, figure) -> line(out, name, figure));
    peers.forEach((name, figure) -> line(out, "peer: " + name, figure));
    for (final var goal : goals) {
      out.printf(
          "  %-66s %14s  goal %s, stretch %s: %s%n",
          goal.name,
          goal.isJudged() ? String.valueOf(goal.value) : "-",
          goal.goal,
          goal.stretch,
          verdict(goal).replace("missed", "MISSED"));
    }
    voidBecause.forEach(why -> out.println("  void: " + why));
    remarks.forEach(remark -> out.println("  " + remark));
  }

  private static void line(
      final PrintStream out, final String name, final Map<String, Object> figure) {
    out.printf(
        "  %-66s %,14.3f %,14.3f %,14.3f  %s%n",
        name,
        (Double) figure.get("median"),
        (Double) figure.get("min"),
        (Double) figure.get("max"),
        figure.get("unit"));
  }

  private Map<String, Object> asMap(final Goal goal) {
    final var map = new LinkedHashMap<String, Object>();
    map.put("name", goal.name);
    if (goal.isJudged()) {
      map.put("value", goal.value);
    }
    map.put("goal", goal.goal);
    map.put("stretch", goal.stretch);
    map.put("met", verdict(goal).equals("met"));
    map.put("verdict", verdict(goal));
    map.put("timed", goal.timed);
    return map;
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " cores, Java "
        + Runtime.version()
        + ", "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + String.format(
            Locale.ROOT,
            ", load average at the end %.1f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }
}
