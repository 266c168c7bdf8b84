package dev.reveille.bench;

import dev.reveille.bench.receiver.ReceivedService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command-line options of all benches. Every bench takes every option, and uses those that its
/// line in the help names. Numbers may have underscores.
final class BenchOptions {
  private static final int FEWEST_USERS = 100;
  private static final String APNS = "apns";
  private static final List<String> SERVICES = List.of(APNS, "fcm", "webpush", "wns");

  @Option(
      names = "--n",
      paramLabel = "N",
      description = "events, phones or addresses; each bench has a default of its own")
  long n;

  @Option(names = "--runs", paramLabel = "R", description = "rounds (${DEFAULT-VALUE})")
  int runs = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "events before it counts (${DEFAULT-VALUE})")
  long warmUp = 1_000_000;

  @Option(names = "--json", description = "prints one JSON object instead of a table")
  boolean json;

  @Option(
      names = "--sweep",
      description = "measures a quarter of the size, the whole, and four times as much")
  boolean sweep;

  @Option(
      names = "--shape",
      paramLabel = "h2|h1|batch",
      description = "dispatch: how events come, one of these instead of all")
  private LoadGenerator.@Nullable Shape shape;

  @Option(
      names = "--service",
      paramLabel = "apns|fcm|webpush|wns",
      description = "dispatch: the push service (${DEFAULT-VALUE}); others with the shape h2")
  private String service = APNS;

  @Option(
      names = "--cold",
      description = "dispatch, wake: for users whom the server never saw before")
  boolean cold;

  @Option(
      names = "--starts",
      paramLabel = "S",
      description = "wake --cold: how many processes (${DEFAULT-VALUE})")
  int starts = 20;

  @Option(
      names = "--n-users",
      paramLabel = "U",
      description = "wake, dispatch --cold: users, with one or two phones each (${DEFAULT-VALUE})")
  private int users = 100_000;

  @Option(
      names = "--phones",
      paramLabel = "FOLDER",
      description = "where registered users and phones are kept for the next time")
  private @Nullable Path phones;

  @Option(
      names = "--per-user",
      paramLabel = "P",
      description = "hold, broadcast, reconnect, yardstick: phones of one user (${DEFAULT-VALUE})")
  private int perUser = 1;

  @Option(
      names = "--transport",
      paramLabel = "plain|tls",
      description = "how phones come, one of these instead of both")
  private @Nullable Transport transport;

  @Option(
      names = "--generator",
      paramLabel = "PATH",
      description = "yardstick: the program `holdload`")
  @Nullable Path generator;

  @Option(
      names = "--rotate",
      description =
          "crash: change the app's key and certificate at Apple all the time, while sends flow")
  boolean rotate;

  @Option(
      names = "--hubs",
      description = "crash, fanout: notifications of a hub, which its own interface takes")
  boolean hubs;

  @Option(names = "--kills", paramLabel = "K", description = "crash: how often (${DEFAULT-VALUE})")
  int kills = 100;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "crash, breaks: of what comes by chance; another each time without it")
  long seed = System.nanoTime();

  @Option(names = "--row", paramLabel = "NAME,...", description = "breaks: only these rows")
  String row = "";

  @Option(
      names = "--attack",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      description = "siege: only these attacks")
  private List<String> attacks = SiegeBench.Options.names();

  @Option(
      names = "--heap",
      paramLabel = "300m,1g",
      hideParamSyntax = true,
      split = ",",
      description = "siege: heaps of the server, one after the other")
  private List<String> heaps = List.of("300m", "1g");

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "siege: how long each attack lasts (${DEFAULT-VALUE})")
  private int seconds = 25;

  @Option(names = "--keep", paramLabel = "FOLDER", description = "siege: where the raw records go")
  private @Nullable Path keep;

  @Option(
      names = "--lift",
      paramLabel = "LIMIT",
      description = "siege: limits of the server in its configuration file's words")
  private String lift = "";

  @Option(
      names = "--against",
      paramLabel = "FOLDER",
      description = "another checkout, which takes turns with this one")
  @Nullable Path against;

  @Option(
      names = "--pairs",
      paramLabel = "P",
      description = "with --against: turns of both (${DEFAULT-VALUE})")
  int pairs = Against.PAIRS;

  /// @throws IllegalArgumentException that names the option and both values
  void check() {
    final var _ = phones();
    if (!SiegeBench.Options.names().containsAll(attacks)) {
      throw new IllegalArgumentException(
          "--attack is one or more of " + SiegeBench.Options.names() + ", not " + attacks);
    }
    if (!SERVICES.contains(service)) {
      throw new IllegalArgumentException("--service is one of " + SERVICES + ", not " + service);
    }
    if (users < FEWEST_USERS) {
      throw new IllegalArgumentException(
          "--n-users is at least " + FEWEST_USERS + ", not " + users);
    }
    if (pairs < 1) {
      throw new IllegalArgumentException("--pairs is at least 1, not " + pairs);
    }
  }

  List<LoadGenerator.Shape> shapes() {
    return shape == null ? List.of(LoadGenerator.Shape.values()) : List.of(shape);
  }

  /// The one shape of a bench that has one: h2 unless another is said.
  LoadGenerator.Shape shape(final LoadGenerator.Shape usual) {
    return shape == null ? usual : shape;
  }

  /// The push service whose receiver is in the bench; null for APNs, which has its simulator.
  @Nullable ReceivedService service() {
    return service.equals(APNS) ? null : ReceivedService.valueOf(service.toUpperCase(Locale.ROOT));
  }

  List<Transport> transports() {
    return transport == null ? List.of(Transport.values()) : List.of(transport);
  }

  HeldStage.Phones phones() {
    return new HeldStage.Phones(perUser, absolute(phones));
  }

  SiegeBench.Options siege() throws IOException {
    return new SiegeBench.Options(
        attacks,
        heaps,
        seconds,
        against == null ? null : Checkout.at(against),
        absolute(keep),
        lift.isEmpty() ? "" : ", " + lift);
  }

  Population population() throws IOException {
    return population(Checkout.THIS);
  }

  Population population(final Checkout checkout) throws IOException {
    return new Population(checkout, users, checkout.kept(absolute(phones)), System.err);
  }

  /// The sizes to measure: one, or with `--sweep` a quarter, the whole, and four times as much.
  long[] sizes(final String bench) {
    final long usual =
        switch (bench) {
          case "fanout" -> 100_000;
          case "wake" -> 100_000; // 5 turns of 20,000
          case "crash" -> 5_000; // phones of a hub
          case "outage" -> 1_000_000;
          case "yardstick" -> 9_000; // the relay holds two connections for each phone
          case "hold", "broadcast", "reconnect" -> 19_000;
          case "dispatch" -> turn();
          case "dispatch-peer" -> 50_000;
          default -> 200_000;
        };
    final long one = n > 0 ? n : usual;
    return sweep ? new long[] {one / 4, one, one * 4} : new long[] {one};
  }

  private long turn() {
    return switch (service) {
      case "fcm" -> FcmPace.MOST;
      case "webpush" -> 10_000; // about ten seconds of cryptography
      case "wns" -> 100_000;
      default -> 200_000;
    };
  }

  /// Events before it counts, of a push service that may take less than a million.
  long warmUpOfService() {
    return service.equals("webpush") ? Math.min(warmUp, 40_000) : Math.min(warmUp, 500_000);
  }

  private static @Nullable Path absolute(final @Nullable Path path) {
    return path == null ? null : path.toAbsolutePath();
  }
}
