package dev.reveille.bench;

import dev.reveille.bench.receiver.PushesOnceEach;
import dev.reveille.bench.receiver.ReceivedService;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// `reveille bench dispatch-peer`: compares this server with the small server that one would write
/// with Express, `@parse/node-apn` and `web-push`, which stores nothing. Both get the same events
/// by HTTP/1.1 over TLS, in turns, for the same devices at the same push services. All processor
/// time of the two processes counts, their compilers' too.
final class PeerBench {
  private static final int USERS = 2_000;
  private static final int FIRST_BROWSER = 100_000;
  private static final int SAMPLE = 500;
  private static final String EXPRESS = "Express";

  /// Cryptography takes so many times as long as a push to Apple.
  private static final int COSTLIER = 10;

  private final PrintStream progress;
  private final Random random;
  private final HttpClient control = HttpClient.newHttpClient();

  /// @param seed of the sample of Web Push that is read
  PeerBench(final PrintStream progress, final long seed) {
    this.progress = progress;
    this.random = new Random(seed);
  }

  /// @param n events of a turn to iPhones; to browsers it is a tenth
  /// @param warmUp events to iPhones before the first turn; to browsers it is a tenth
  Report run(final long n, final long warmUp, final int runs)
      throws IOException, InterruptedException {
    final var report = new Report("dispatch-peer", n, runs);
    final var folder = Files.createTempDirectory("reveille-dispatch-peer-");
    try (var receiver = new ReceiverProcess(ReceivedService.WEBPUSH, folder);
        var stage =
            new BenchStage(
                "dispatch",
                List.of("--quick"),
                DispatchBench.CONFIGURATION + ReceivedDevices.configuration(receiver))) {
      final var setting = new Progress(progress, "devices", 2 * USERS);
      final var phones = stage.people(USERS, setting);
      final var browsers =
          ReceivedDevices.at(
              ReceivedService.WEBPUSH, stage, receiver, FIRST_BROWSER, USERS, setting);
      setting.end();
      try (var express =
              ExpressServer.start(
                  folder, stage, receiver.authority(), phones, FIRST_BROWSER, browsers.lines());
          var ours =
              new LoadGenerator(
                  LoadGenerator.Shape.H1,
                  stage.server.api(),
                  stage.server.authority(),
                  stage.server.key());
          var theirs =
              new LoadGenerator(
                  LoadGenerator.Shape.H1, express.api(), express.authority(), "none")) {
        final var record = folder.resolve("pushes");
        final var sides =
            List.of(
                new Side("reveille", stage.server.pid(), ours),
                new Side(EXPRESS, express.pid(), theirs));
        final var apns =
            new Course(
                "APNs", 0, n, warmUp, () -> stage.accepted(control), (_, _, turn) -> turn.play());
        measure(apns, new ServiceGoals.Goal(EXPRESS, 5, 10), report, sides, runs);
        final var webPush =
            new Course(
                "Web Push",
                FIRST_BROWSER,
                n / COSTLIER,
                warmUp / COSTLIER,
                receiver::count,
                (events, goals, turn) -> {
                  receiver.keep(record);
                  turn.play();
                  receiver.rest();
                  goals.came(judged(events, n / COSTLIER, browsers, record));
                });
        measure(webPush, new ServiceGoals.Goal(EXPRESS, 1.5, 1.5), report, sides, runs);
      }
    } finally {
      BenchStage.remove(folder);
    }
    return report;
  }

  /// One of the two servers.
  private record Side(String name, long pid, LoadGenerator load) {}

  @FunctionalInterface
  private interface Turn {
    void play() throws IOException, InterruptedException;
  }

  /// What is looked at while a turn goes on.
  @FunctionalInterface
  private interface Witness {
    void watch(ChatMessages events, ServiceGoals goals, Turn turn)
        throws IOException, InterruptedException;
  }

  /// The turns of one push service.
  private record Course(
      String name,
      int firstUser,
      long n,
      long warmUp,
      MeasuredTurn.Arrivals arrivals,
      Witness witness) {}

  private void measure(
      final Course course,
      final ServiceGoals.Goal goal,
      final Report report,
      final List<Side> sides,
      final int runs)
      throws IOException, InterruptedException {
    final var goals = new ServiceGoals(report, course.name(), goal);
    for (final var side : sides) {
      final var warming =
          new Progress(progress, "warming " + side.name() + ", " + course.name(), course.warmUp());
      // one alone: until Apple knows a connection's key it allows one stream, and node-apn does not
      // wait for more
      play(course, side, events(course, side, "first"), 1);
      play(course, side, events(course, side, "warm"), course.warmUp());
      warming.end();
    }
    for (int run = 0; run < runs; run++) {
      final var perSecond = new ArrayList<Double>();
      for (final var side : sides) {
        final var events = events(course, side, "turn" + run);
        final var cpu = new Cpu(side.pid());
        final double before = cpu.total();
        course.witness().watch(events, goals, () -> play(course, side, events, course.n()));
        perSecond.add(course.n() / (cpu.total() - before));
      }
      goals.turn(perSecond.get(0), perSecond.get(1));
      progress.printf(
          Locale.ROOT,
          "%s %d of %d: %.1f us a push, Express %.1f us%n",
          course.name(),
          run + 1,
          runs,
          1e6 / perSecond.get(0),
          1e6 / perSecond.get(1));
    }
    goals.judge();
  }

  /// Events that no other turn has.
  private static ChatMessages events(final Course course, final Side side, final String turn) {
    return new ChatMessages(
        turn + (side.name().equals(EXPRESS) ? "e" : "r") + course.firstUser(), USERS);
  }

  private static void play(
      final Course course, final Side side, final ChatMessages events, final long n)
      throws IOException, InterruptedException {
    MeasuredTurn.play(
        side.load(),
        n,
        n,
        number -> events.to(number, course.firstUser() + events.userOf(number)),
        course.arrivals());
  }

  private PushesOnceEach judged(
      final ChatMessages events, final long n, final ReceivedDevices browsers, final Path record)
      throws IOException {
    return PushesOnceEach.of(
        new PushesOnceEach.HandedIn(
            events.run(),
            Math.toIntExact(n),
            event -> browsers.addresses().get(events.userOf(event)),
            ChatMessages.TITLE,
            events::text),
        record,
        browsers.opener(),
        SAMPLE,
        random);
  }
}
