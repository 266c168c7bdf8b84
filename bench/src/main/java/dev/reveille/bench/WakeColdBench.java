package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Measures how long a call takes while a server tells a hundred thousand users who are in none of
/// its caches: each has to be looked up on the disk, and no call may wait for that.
///
/// Each start is a process of its own on a copy of the population. It is warmed with messages to a
/// few users beside the population and with 500 calls to others, so that the code of both has run.
/// Then come 100 calls to users of whom each is called for the first time, and then 100 events to
/// 1,000 recipients each with 100 such calls among them.
final class WakeColdBench {
  private static final int EVENTS = 100;
  private static final int CALLS = 100;
  private static final int MOST_RECIPIENTS = 1_000;
  private static final double PER_SECOND = 20;
  private static final int WARM_USERS = 200;
  private static final long WARM_EVENTS = 5_000;
  private static final long WARM_CALLS = 500;
  private static final double WARM_CALLS_PER_SECOND = 100;

  /// The spare users are shared out: those of messages that warm, of calls before the broadcast, of
  /// calls during it, and of calls that warm.
  private static final int FIRST_OF_WARM_CALLS = WARM_USERS + 2 * CALLS;

  private static final double MOST_OF_BEFORE = 2;

  private final PrintStream out;

  WakeColdBench(final PrintStream out) {
    this.out = out;
  }

  Report run(final Population population, final int starts)
      throws IOException, InterruptedException {
    final var before = new ArrayList<Double>();
    final var during = new ArrayList<Double>();
    final var eachBefore = new ArrayList<Double>();
    final var eachDuring = new ArrayList<Double>();
    final var faults = new ArrayList<String>();
    int count = 0;
    try (var platform = new WakeStage.Platform(population)) {
      for (int start = 1; start <= starts; start++) {
        final var name = "start " + start + " of " + starts;
        try (var stage = new WakeStage(population, platform, List.of(), 0, out)) {
          final var warm = new ArrivalTimes();
          warm(stage, population, name, warm);
          final var warmCalls = new ArrivalTimes();
          stage.send(
              name + ", warming with calls",
              WARM_CALLS,
              WARM_CALLS_PER_SECOND,
              number -> call(population, FIRST_OF_WARM_CALLS + (int) number),
              _ -> warmCalls,
              List.of(warmCalls));
          final var calls = new ArrivalTimes();
          stage.send(
              name + ", calls",
              CALLS,
              PER_SECOND,
              number -> call(population, WARM_USERS + (int) number),
              _ -> calls,
              List.of(calls));
          final var among = new ArrivalTimes();
          final var told = new ArrivalTimes();
          broadcast(stage, population, name, among, told);
          before.addAll(calls.millis());
          during.addAll(among.millis());
          addP99(eachBefore, calls);
          addP99(eachDuring, among);
          for (final var one : List.of(warm, warmCalls, calls, among, told)) {
            final var found = one.faults();
            count += found.count();
            if (found.count() > 0) {
              faults.add(name + ": " + found);
            }
          }
        }
      }
    }
    final var report = new Report("wake --cold", population.users(), starts);
    final double idle = tell(report, "call to push, before the broadcast", before);
    final double busy = tell(report, "call to push, during the broadcast", during);
    tellEach(report, "call to push, before the broadcast", eachBefore);
    tellEach(report, "call to push, during the broadcast", eachDuring);
    report.atMost(
        "calls during the broadcast, p99 to that before", busy / idle, MOST_OF_BEFORE, 1.2);
    report.none("events not exactly once at each phone", count);
    faults.forEach(report::remark);
    return report;
  }

  private static void warm(
      final WakeStage stage,
      final Population population,
      final String name,
      final ArrivalTimes warm)
      throws IOException, InterruptedException {
    stage.send(
        name + ", warming",
        WARM_EVENTS,
        WakeBench.PER_SECOND,
        number -> {
          final var phone = population.spare((int) (number % WARM_USERS));
          return WakeStage.ToSend.message(
              name.replace(' ', '-') + "-warm-" + number,
              List.of(phone.user()),
              List.of(phone.message()));
        },
        _ -> warm,
        List.of(warm));
  }

  private static WakeStage.ToSend call(final Population population, final int spare) {
    return WakeStage.ToSend.call(population.spare(spare));
  }

  /// Events and calls take turns.
  private static void broadcast(
      final WakeStage stage,
      final Population population,
      final String name,
      final ArrivalTimes calls,
      final ArrivalTimes told)
      throws IOException, InterruptedException {
    final int each = Math.min(MOST_RECIPIENTS, population.users() / EVENTS);
    stage.send(
        name + ", broadcast",
        EVENTS + CALLS,
        2 * PER_SECOND,
        number ->
            number % 2 == 1
                ? call(population, WARM_USERS + CALLS + (int) number / 2)
                : event(population, name, (int) number / 2, each),
        event -> event.phones().size() == 1 && event.body().contains("\"call\"") ? calls : told,
        List.of(calls, told));
  }

  private static WakeStage.ToSend event(
      final Population population, final String name, final int number, final int each) {
    final var users = new ArrayList<String>();
    final var phones = new ArrayList<String>();
    for (int i = number * each; i < (number + 1) * each; i++) {
      users.add(population.of(i).getFirst().user());
      population.of(i).forEach(phone -> phones.add(phone.message()));
    }
    return WakeStage.ToSend.message(name.replace(' ', '-') + "-all-" + number, users, phones);
  }

  /// A start of which no call arrived has none; its calls are among the faults.
  private static void addP99(final List<Double> each, final ArrivalTimes calls) {
    final var millis = calls.millis();
    if (!millis.isEmpty()) {
      each.add(Report.percentile(WakeBench.sorted(millis), 0.99));
    }
  }

  /// One start that was slow shows in the largest value, several in the median.
  private static void tellEach(final Report report, final String what, final List<Double> p99) {
    report.figure(
        what + ", p99 of each start",
        "ms",
        p99.stream().mapToDouble(Double::doubleValue).toArray());
    report.remark(
        what
            + ", p99 of each start in ms, in order: "
            + p99.stream()
                .map(millis -> String.format(Locale.ROOT, "%.2f", millis))
                .collect(Collectors.joining(", ")));
  }

  private static double tell(final Report report, final String what, final List<Double> values) {
    final var sorted = WakeBench.sorted(values);
    report.figure(what + ", p50", "ms", Report.percentile(sorted, 0.5));
    return report.figure(what + ", p99", "ms", Report.percentile(sorted, 0.99));
  }
}
