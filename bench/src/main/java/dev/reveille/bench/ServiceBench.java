package dev.reveille.bench;

import dev.reveille.bench.receiver.PushesOnceEach;
import dev.reveille.bench.receiver.RawPushes;
import dev.reveille.bench.receiver.ReceivedService;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// `reveille bench dispatch --service fcm|webpush|wns`: how many pushes the server sends to one
/// push service per CPU-second, events handed in and durable as in [DispatchBench].
///
/// In turns with what it is compared with: FCM with APNs, out of the same server; WNS with the
/// client of HTTP/1.1 alone; Web Push with encrypting and sending alone. Everything that comes is
/// compared with what was handed in, of Web Push a sample, since only its browsers can read it.
final class ServiceBench {
  private static final int USERS = 2_000;
  private static final int SAMPLE = 500;

  /// Other users than those with an iPhone.
  private static final int FIRST_USER = 100_000;

  private final PrintStream progress;
  private final ReceivedService service;
  private final String word;
  private final Random random;
  private final HttpClient control = HttpClient.newHttpClient();

  /// @param seed of the sample that is read
  ServiceBench(final PrintStream progress, final ReceivedService service, final long seed) {
    this.progress = progress;
    this.service = service;
    this.word = service.name().toLowerCase(Locale.ROOT);
    this.random = new Random(seed);
  }

  /// What a turn is compared with.
  private interface Peer extends AutoCloseable {
    /// CPU-seconds of so many pushes.
    double turn(String run, long pushes) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  /// @param n events of a turn
  /// @param warmUp events before the first turn
  Report run(final long n, final long warmUp, final int runs, final LoadGenerator.Shape shape)
      throws IOException, InterruptedException {
    FcmPace.check(service, n);
    final var report = new Report("dispatch --service " + word, n, runs);
    final var folder = Files.createTempDirectory("reveille-dispatch-" + word + "-");
    try (var receiver = new ReceiverProcess(service, folder);
        var stage =
            new BenchStage(
                "dispatch",
                List.of("--quick"),
                DispatchBench.CONFIGURATION + ReceivedDevices.configuration(receiver))) {
      final boolean apple = service == ReceivedService.FCM;
      final var setting = new Progress(progress, "devices", apple ? 2 * USERS : USERS);
      if (apple) {
        stage.people(USERS, setting);
      }
      final var devices = ReceivedDevices.at(service, stage, receiver, FIRST_USER, USERS, setting);
      setting.end();
      try (var load =
          new LoadGenerator(
              shape, stage.server.api(), stage.server.authority(), stage.server.key())) {
        new Turns(report, stage, receiver, devices, load, shape, folder).measure(n, warmUp, runs);
      }
    } finally {
      BenchStage.remove(folder);
    }
    return report;
  }

  private final class Turns {
    private final Report report;
    private final BenchStage stage;
    private final ReceiverProcess receiver;
    private final ReceivedDevices devices;
    private final LoadGenerator load;
    private final LoadGenerator.Shape shape;
    private final Path folder;
    private final Path record;
    private final FcmPace pace;

    Turns(
        final Report report,
        final BenchStage stage,
        final ReceiverProcess receiver,
        final ReceivedDevices devices,
        final LoadGenerator load,
        final LoadGenerator.Shape shape,
        final Path folder) {
      this.report = report;
      this.stage = stage;
      this.receiver = receiver;
      this.devices = devices;
      this.load = load;
      this.shape = shape;
      this.folder = folder;
      this.record = folder.resolve("pushes");
      this.pace = new FcmPace(service);
    }

    void measure(final long n, final long warmUp, final int runs)
        throws IOException, InterruptedException {
      final var warming = new Progress(progress, "warming the server, " + word, warmUp);
      final var goals = new ServiceGoals(report, word, ServiceGoals.of(service));
      receiver.keep(record);
      ours("warm", warmUp);
      receiver.rest();
      warming.end();
      try (var peer = peer()) {
        final var other = new Progress(progress, "warming what it is compared with", warmUp);
        peer.turn("warmpeer", warmUp); // no event twice
        other.end();
        for (int run = 0; run < runs; run++) {
          pace.await(n);
          receiver.keep(record);
          final double cpu = ours(word + run, n);
          receiver.rest();
          goals.came(judged(word + run, n));
          final double peers = peer.turn("peer" + run, n);
          goals.turn(n / cpu, n / peers);
          progress.printf(
              Locale.ROOT,
              "%s %d of %d: %.1f us a push, %s %.1f us%n",
              word,
              run + 1,
              runs,
              1e6 * cpu / n,
              ServiceGoals.of(service).peer(),
              1e6 * peers / n);
        }
      }
      goals.judge();
    }

    private double ours(final String run, final long n) throws IOException, InterruptedException {
      return turn(events(run), FIRST_USER, n, receiver::count);
    }

    private ChatMessages events(final String run) {
      return new ChatMessages(run, USERS);
    }

    /// @param first the number of the first user
    private double turn(
        final ChatMessages events,
        final int first,
        final long n,
        final MeasuredTurn.Arrivals arrivals)
        throws IOException, InterruptedException {
      final int perRequest = shape.eventsPerRequest;
      final double cpu =
          MeasuredTurn.of(
              stage.server.pid(),
              load,
              n,
              n,
              perRequest == 1
                  ? number -> events.to(number, first + events.userOf(number))
                  : number -> events.batch(number * perRequest, perRequest, first),
              arrivals);
      pace.ended(first == FIRST_USER);
      return cpu;
    }

    private PushesOnceEach judged(final String run, final long n) throws IOException {
      final var events = events(run);
      return PushesOnceEach.of(
          new PushesOnceEach.HandedIn(
              run,
              Math.toIntExact(n),
              event -> devices.addresses().get(events.userOf(event)),
              ChatMessages.TITLE,
              event -> events.text(event)),
          record,
          devices.opener(),
          service == ReceivedService.WEBPUSH ? SAMPLE : Integer.MAX_VALUE,
          random);
    }

    private Peer peer() throws IOException {
      if (service != ReceivedService.FCM) {
        return alone();
      }
      return new Peer() {
        @Override
        public double turn(final String run, final long pushes)
            throws IOException, InterruptedException {
          return Turns.this.turn(events(run), 0, pushes, () -> stage.accepted(control));
        }

        @Override
        public void close() {
          // it is the server itself
        }
      };
    }

    /// The client alone, pushing what the server pushed.
    private Peer alone() throws IOException {
      final var lines = folder.resolve("lines.txt");
      Files.write(lines, devices.lines());
      final var body = folder.resolve("body");
      Files.write(body, bodyOfOne());
      final var process =
          new LaunchedProcess(
              "the client alone",
              folder.resolve("alone.txt"),
              java.util.Map.of("REVEILLE_BUILD", "never"),
              "bench-server",
              "client-alone",
              word,
              receiver.authority().toString(),
              lines.toString(),
              body.toString());
      try {
        process.await("ready", MeasuredTurn.LONGEST);
      } catch (final IOException failed) {
        process.close(); // or it would go on by itself
        throw failed;
      }
      return new Peer() {
        @Override
        public double turn(final String run, final long pushes) throws IOException {
          final long before = receiver.count();
          final var cpu = new Cpu(process.pid());
          final var used = cpu.used();
          process.say("run " + pushes);
          final var done = process.await("done ", MeasuredTurn.LONGEST).split(" ");
          final double work = cpu.used().since(used).work();
          final long came = receiver.count() - before;
          if (!done[2].equals("0") || came != pushes) {
            throw new IOException(
                "the client alone failed %s of %d pushes, and %d came"
                    .formatted(done[2], pushes, came));
          }
          return work;
        }

        @Override
        public void close() {
          process.close();
        }
      };
    }

    /// What one of the server's pushes says, so that the peer's are as long: of Web Push before it
    /// is encrypted.
    private byte[] bodyOfOne() throws IOException {
      final var found = new byte[][] {null};
      RawPushes.read(
          record, push -> found[0] = found[0] == null ? devices.opener().content(push) : found[0]);
      final byte @Nullable [] body = found[0];
      if (body == null) {
        throw new IOException("no push came while the server warmed up");
      }
      return body;
    }
  }
}
