package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/// Measures how many pushes the server sends per CPU-second, and compares it with Pushy alone.
///
/// Events come by HTTP over TLS and are durable before the answer; each goes to one suspended phone
/// at Apple's simulator. Server and Pushy are warm and take turns at the same simulator; compiler
/// threads are taken out of the processor time of both.
final class DispatchBench {
  private static final int USERS = 2_000;
  private static final int TURNS = 8; // of a server that is held against another
  private static final Map<LoadGenerator.Shape, double[]> GOALS =
      Map.of(
          LoadGenerator.Shape.H2, new double[] {0.4, 0.65},
          LoadGenerator.Shape.H1, new double[] {0.22, 0.3},
          LoadGenerator.Shape.BATCH, new double[] {0.5, 0.75});
  static final String CONFIGURATION =
      """
      limits: {events-per-second: 10000000, registrations-per-minute: 1000000}
      routing: {max-queued-events: 50000}
      """;

  private final PrintStream progress;
  private final HttpClient control = HttpClient.newHttpClient();

  DispatchBench(final PrintStream progress) {
    this.progress = progress;
  }

  /// @param n events and pushes per turn
  /// @param warmUp events and pushes before the first turn
  Report run(
      final long n, final long warmUp, final int runs, final List<LoadGenerator.Shape> shapes)
      throws IOException, InterruptedException {
    final var report = new Report("dispatch", n, runs);
    try (var stage = new BenchStage("dispatch", List.of("--quick"), CONFIGURATION)) {
      final var setting = new Progress(progress, "phones", USERS);
      final var tokens = stage.people(USERS, setting);
      setting.end();
      final var list = stage.folder.resolve("tokens.txt");
      Files.write(list, tokens);
      try (var pushy =
          Pushy.start(
              stage.folder,
              new Pushy.Peer(
                  URI.create(stage.endpoint()).getPort(),
                  stage.appleAuthority(),
                  stage.keyFile(),
                  stage.team(),
                  stage.keyId()),
              list)) {
        measure(stage, pushy, report, n, warmUp, runs, shapes);
      }
    }
    return report;
  }

  /// The same work for users whom the server's process has never seen: one event to each, and once
  /// more, now that it knows them. The difference is what looking a user up costs. Each run has a
  /// process of its own, warmed with users beside the population.
  Report runCold(final Population population, final long warmUp, final int runs)
      throws IOException, InterruptedException {
    final var report = new Report("dispatch --cold", population.users(), runs);
    final var cold = new ArrayList<Double>();
    final var warm = new ArrayList<Double>();
    for (int run = 1; run <= runs; run++) {
      try (var stage = new BenchStage("dispatch", List.of("--quick"), CONFIGURATION, population);
          var load = load(stage, LoadGenerator.Shape.H2)) {
        warmUp(stage, load, population, warmUp);
        cold.add(toEach(stage, load, population, "cold"));
        warm.add(toEach(stage, load, population, "again"));
        progress.printf(
            "run %d of %d: cold %.1f us a push, warm %.1f us%n",
            run, runs, cold.getLast(), warm.getLast());
      }
    }
    final double first = report.figure("CPU per push, users never seen", "us", array(cold));
    final double second = report.figure("CPU per push, the same users again", "us", array(warm));
    report.figure("cold to warm", "times", first / second);
    return report;
  }

  private void warmUp(
      final BenchStage stage,
      final LoadGenerator load,
      final Population population,
      final long warmUp)
      throws IOException, InterruptedException {
    final var warming = new Progress(progress, "warming the server", warmUp);
    final var events = new ChatMessages("warm", Population.SPARE);
    final var _ =
        work(
            stage,
            load,
            warmUp,
            warmUp,
            number -> events.to(number, population.users() + (int) (number % Population.SPARE)));
    warming.end();
  }

  /// Microseconds of the processor for each push of one event to each user.
  private double toEach(
      final BenchStage stage,
      final LoadGenerator load,
      final Population population,
      final String run)
      throws IOException, InterruptedException {
    final var events = new ChatMessages(run, population.users());
    long pushes = 0;
    for (int user = 0; user < population.users(); user++) {
      pushes += population.of(user).size();
    }
    final double seconds =
        work(stage, load, population.users(), pushes, number -> events.to(number, (int) number));
    return 1e6 * seconds / pushes;
  }

  private static LoadGenerator load(final BenchStage stage, final LoadGenerator.Shape shape)
      throws IOException, InterruptedException {
    return new LoadGenerator(
        shape, stage.server.api(), stage.server.authority(), stage.server.key());
  }

  /// Servers of different checkouts, over HTTP/2 and without Pushy.
  ///
  /// @param n events of a pair of servers and a side, in all turns
  PairedBench<Population> paired(
      final Population.Source populations, final long n, final long warmUp) {
    return new PairedBench<>() {
      @Override
      public Figure figure() {
        return new Figure("CPU per event, h2", "us", false, TURNS);
      }

      @Override
      public Population register(final Checkout checkout) throws IOException {
        return populations.of(checkout);
      }

      @Override
      public WarmServer start(final Population population)
          throws IOException, InterruptedException {
        final var stage = new BenchStage("dispatch", List.of("--quick"), CONFIGURATION, population);
        final LoadGenerator load;
        try {
          load = load(stage, LoadGenerator.Shape.H2);
          warmUp(stage, load, population, warmUp);
        } catch (final IOException | InterruptedException failed) {
          stage.close(); // or the server would go on by itself
          throw failed;
        }
        return new WarmServer() {
          private int turns;

          @Override
          public double turn() throws IOException, InterruptedException {
            final var events = new ChatMessages("turn" + turns++, Population.SPARE);
            final long each = n / TURNS;
            final double seconds =
                work(
                    stage,
                    load,
                    each,
                    each,
                    number ->
                        events.to(number, population.users() + (int) (number % Population.SPARE)));
            return 1e6 * seconds / each;
          }

          @Override
          public void close() throws IOException {
            load.close();
            stage.close();
          }
        };
      }
    };
  }

  private void measure(
      final BenchStage stage,
      final Pushy pushy,
      final Report report,
      final long n,
      final long warmUp,
      final int runs,
      final List<LoadGenerator.Shape> shapes)
      throws IOException, InterruptedException {
    final var warming = new Progress(progress, "warming Pushy", warmUp);
    pushy.turn(warmUp);
    warming.end();
    final var peer = new ArrayList<Double>();
    final var found = new EnumMap<LoadGenerator.Shape, Found>(LoadGenerator.Shape.class);
    for (final var shape : shapes) {
      final var ours = new Found(new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
      found.put(shape, ours);
      try (var load = load(stage, shape)) {
        final var warm = new Progress(progress, "warming the server, " + name(shape), warmUp);
        turn(stage, load, shape, "w" + name(shape), warmUp);
        warm.end();
        for (int run = 0; run < runs; run++) {
          final var accounts = new Cpu(stage.server.pid());
          final var threadsBefore = accounts.threads();
          final long before = System.nanoTime();
          final double cpu = turn(stage, load, shape, name(shape) + run, n);
          ours.eventsPerSecond.add(n / ((System.nanoTime() - before) / 1e9));
          ours.perCpuSecond.add(n / cpu);
          ours.add(threadsBefore, accounts.threads(), n);
          peer.add(n / pushy.turn(n));
          progress.printf(
              "%s %d of %d: %.1f us an event, Pushy %.1f us%n",
              name(shape), run + 1, runs, 1e6 * cpu / n, 1e6 / peer.getLast());
        }
      }
    }
    final double bar = report.peer("Pushy, pushes per CPU-second", "1/s", array(peer));
    found.forEach((shape, ours) -> judge(report, bar, shape, ours));
  }

  /// @param byThread microseconds an event, by the kind of thread
  private record Found(
      List<Double> perCpuSecond, List<Double> eventsPerSecond, Map<String, List<Double>> byThread) {
    void add(final Map<String, Double> before, final Map<String, Double> after, final long n) {
      final var spent = new TreeMap<String, Double>();
      after.forEach((thread, seconds) ->
          spent.merge(
              kind(thread), 1e6 * (seconds - before.getOrDefault(thread, 0.0)) / n, Double::sum));
      spent.forEach(
          (kind, micros) -> byThread.computeIfAbsent(kind, _ -> new ArrayList<>()).add(micros));
    }

    /// What a thread is for, from its name in the kernel's accounts (15 characters of it).
    private static String kind(final String thread) {
      return switch (thread) {
        case "journal-writer", "journal-folder", "journal-mainten", "dispatcher" -> thread;
        case "VM Thread" -> "garbage collector";
        default ->
            thread.startsWith("reveille-io")
                ? "connections"
                : thread.contains("CompilerThre") ? "compilers, not counted" : "others";
      };
    }
  }

  private static void judge(
      final Report report, final double bar, final LoadGenerator.Shape shape, final Found ours) {
    final double perSecond =
        report.figure(name(shape) + ", pushes per CPU-second", "1/s", array(ours.perCpuSecond));
    report.figure(name(shape) + ", events per second", "1/s", array(ours.eventsPerSecond));
    report.figure(
        name(shape) + ", CPU per event",
        "us",
        ours.perCpuSecond.stream().mapToDouble(each -> 1e6 / each).toArray());
    ours.byThread.forEach((kind, micros) ->
        report.figure(name(shape) + ", CPU per event of: " + kind, "us", array(micros)));
    final var goal = java.util.Objects.requireNonNull(GOALS.get(shape));
    report.atLeast(name(shape) + ", ratio to Pushy", perSecond / bar, goal[0], goal[1]);
  }

  /// CPU-seconds of the server for n events, from the first request to the last push.
  private double turn(
      final BenchStage stage,
      final LoadGenerator load,
      final LoadGenerator.Shape shape,
      final String run,
      final long n)
      throws IOException, InterruptedException {
    final var events = new ChatMessages(run, USERS);
    final int perRequest = shape.eventsPerRequest;
    return work(
        stage,
        load,
        n,
        n,
        perRequest == 1 ? events::next : number -> events.batch(number * perRequest, perRequest));
  }

  /// CPU-seconds of the server from the first request to the last push.
  private double work(
      final BenchStage stage,
      final LoadGenerator load,
      final long n,
      final long pushes,
      final LongFunction<byte[]> bodies)
      throws IOException, InterruptedException {
    return MeasuredTurn.of(
        stage.server.pid(), load, n, pushes, bodies, () -> stage.accepted(control));
  }

  private static double[] array(final List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static String name(final LoadGenerator.Shape shape) {
    return shape.name().toLowerCase(Locale.ROOT);
  }
}
