package dev.reveille.bench;

import dev.reveille.bench.siege.Attacker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `reveille bench NAME`: measures, prints a table or JSON. Exit 0 when it measured, whatever the
/// verdict; 2 used wrongly; 1 when it could not measure.
public final class Main {
  private static final String USAGE =
      """
      usage: reveille bench NAME [--n N] [--runs R] [--warm-up N] [--json] [--sweep]
        dispatch [--shape h2|h1|batch]   events in, pushes out, against Pushy
                 [--cold]                CPU for users whom the server never saw, and once more
        fanout                           one send to 100,000 addresses of no user, beside Pushy; the
                                         heap at its half, calls meanwhile, each address once
        wake                             from the event to the push and to the live frame, beside a
                                         store that keeps nothing
        wake     --cold [--starts S]     calls while a broadcast tells users whom the server never
                                         saw, in S young processes (20)
                 [--n-users U] [--phones FOLDER]  for wake and --cold: users with one or two phones
                                         (100,000), and where they are kept
        crash    [--kills K] [--seed S]  kill -9 under load, nothing lost, no second ring
        breaks   [--seed S] [--row NAME,...]  what `crash` says of a server that breaks its promises
        hold      [--transport plain|tls]  what a held phone costs, beside stock Netty and nchan
        broadcast [--transport plain|tls]  one event to all held phones, beside the same two
        reconnect [--transport plain|tls]  all phones come at once, beside stock Netty
        yardstick --generator PATH [--transport plain|tls]  held phones, measured by holdload
                  [--per-user P] [--phones FOLDER]  for these four: phones of one user (1), and
                                           where registered phones are kept
        siege    [--attack NAME,...] [--heap 300m,1g] [--seconds N] [--keep FOLDER] [--lift LIMIT]
                                         what peers can pile up, while another organisation's calls
                                         ring; with --against FOLDER each attack first has to hurt
                                         the build in that folder, or is made larger
        outage                           Apple is away while a million events are handed in
      usage: reveille bench NAME --against FOLDER [--pairs P] [--n N] [--n-users U] [--phones FOLDER]
        dispatch, wake, hold, broadcast, reconnect: this checkout and the one in FOLDER take turns,
        12 pairs of them; the median of their ratios, its interval (of 5 pairs or more), and whether
        this one is not worse. Each build registers the users and phones for its own servers, so the
        other one may be older; it also prints both commits and how many users there are
      """;

  private static final Set<String> HELP = Set.of("help", "--help", "-h");

  private static final int FEW_USERS = 100; // of `fanout`, which calls those beside them

  private Main() {}

  public static void main(final String... arguments) throws Exception {
    final Deque<String> rest = new ArrayDeque<>(List.of(arguments));
    final var name = rest.isEmpty() ? "" : rest.poll();
    if (name.equals("pushy-peer")) {
      PushyPeer.main(List.copyOf(rest));
      return;
    }
    if (name.equals("netty-peer")) {
      NettyPeer.main(List.copyOf(rest));
      return;
    }
    if (name.equals("siege-attacker")) {
      Attacker.main();
      return;
    }
    if (HELP.contains(name) || rest.stream().anyMatch(HELP::contains)) {
      System.out.print(USAGE);
      return;
    }
    if (name.isEmpty()) {
      System.err.println("reveille bench: the name of the bench is missing");
      System.err.print(USAGE);
      System.exit(2);
      return;
    }
    final Options options;
    try {
      options = Options.of(rest);
    } catch (final IllegalArgumentException wrong) {
      System.err.println("reveille bench: " + wrong.getMessage());
      System.err.print(USAGE);
      System.exit(2);
      return;
    }
    System.exit(run(name, options));
  }

  private static int run(final String name, final Options options) throws Exception {
    try {
      if (options.against != null && !name.equals("siege")) {
        return against(name, options, Checkout.at(options.against));
      }
      for (final long n : options.sizes(name)) {
        final var report =
            switch (name) {
              case "dispatch" -> dispatch(n, options);
              case "fanout" -> fanout(n, options);
              case "wake" -> wake(n, options);
              case "crash" -> new CrashBench(System.err, options.seed).run(options.kills);
              case "breaks" -> new BreaksBench(System.err, options.seed).run(options.row);
              case "hold" -> new HoldBench(System.err).run(n, options.transports, options.phones());
              case "broadcast" ->
                  new BroadcastBench(System.err)
                      .run(n, options.runs, options.transports, options.phones());
              case "reconnect" ->
                  new ReconnectBench(System.err)
                      .run(n, options.runs, options.transports, options.phones());
              case "yardstick" ->
                  new YardstickBench(System.err)
                      .run(
                          n, options.runs, options.transports, options.phones(), options.generator);
              case "siege" -> new SiegeBench(System.err, options.siege()).run();
              case "outage" -> new OutageBench(System.err).run(n);
              default -> {
                System.err.println("reveille bench: there is no bench " + name);
                System.err.print(USAGE);
                yield null;
              }
            };
        if (report == null) {
          return 2;
        }
        report.print(System.out, options.json);
      }
      return 0;
    } catch (final IOException failed) {
      System.err.println("reveille bench: could not measure: " + failed.getMessage());
      return 1;
    }
  }

  private static Report dispatch(final long n, final Options options)
      throws IOException, InterruptedException {
    final var bench = new DispatchBench(System.err);
    if (!options.cold) {
      return bench.run(n, options.warmUp, options.runs, options.shapes);
    }
    try (var population = options.population()) {
      return bench.runCold(population, options.warmUp, options.runs);
    }
  }

  private static Report fanout(final long n, final Options options)
      throws IOException, InterruptedException {
    try (var population = new Population(Checkout.THIS, FEW_USERS, null, System.err)) {
      return new FanoutBench(System.err).run(population, (int) n, options.warmUp, options.runs);
    }
  }

  private static Report wake(final long n, final Options options)
      throws IOException, InterruptedException {
    try (var population = options.population()) {
      return options.cold
          ? new WakeColdBench(System.err).run(population, options.starts)
          : new WakeBench(System.err).run(population, n, options.warmUp / 20, options.runs);
    }
  }

  /// Exit 0 when it compared, whatever the verdict.
  private static int against(final String name, final Options options, final Checkout other)
      throws IOException, InterruptedException {
    final long n =
        options.n > 0 ? options.n : name.equals("wake") ? 20_000 : options.sizes(name)[0];
    final var comparison = new Against(System.err);
    switch (name) {
      case "dispatch" -> {
        final var turns =
            new DispatchBench(System.err).paired(options::population, n, options.warmUp / 5);
        comparison.run(turns, other, options.pairs, System.out);
      }
      case "wake" -> {
        final var turns =
            new WakeBench(System.err).paired(options::population, n, options.warmUp / 100);
        comparison.run(turns, other, options.pairs, System.out);
      }
      case "hold", "broadcast", "reconnect" -> {
        final var turns = new HeldTurns((int) n, options.phones(), System.err).named(name);
        comparison.run(turns, other, options.pairs, System.out);
      }
      default -> {
        System.err.println("reveille bench: " + name + " cannot be held against a checkout");
        System.err.print(USAGE);
        return 2;
      }
    }
    return 0;
  }

  /// What stands behind the name.
  static final class Options {
    long n;
    int runs = 5;
    long warmUp = 1_000_000;
    boolean json;
    boolean sweep;
    int kills = 100;
    long seed = System.nanoTime();
    String row = "";
    List<Load.Shape> shapes = Arrays.asList(Load.Shape.values());
    List<Transport> transports = Arrays.asList(Transport.values());
    int perUser = 1;
    boolean cold;
    int users = 100_000;
    int starts = 20;
    int pairs = Against.PAIRS;
    @Nullable Path against;
    @Nullable Path phones;
    @Nullable Path generator;
    List<String> attacks = SiegeBench.Options.names();
    List<String> heaps = List.of("300m", "1g");
    int seconds = 25;
    @Nullable Path keep;
    String lift = "";

    static Options of(final Deque<String> arguments) {
      final var options = new Options();
      while (!arguments.isEmpty()) {
        final var name = arguments.poll();
        switch (name) {
          case "--json" -> options.json = true;
          case "--sweep" -> options.sweep = true;
          case "--cold" -> options.cold = true;
          case "--n-users" -> options.users = (int) number(name, arguments);
          case "--starts" -> options.starts = (int) number(name, arguments);
          case "--pairs" -> options.pairs = (int) number(name, arguments);
          case "--against" -> options.against = Path.of(value(name, arguments)).toAbsolutePath();
          case "--n" -> options.n = number(name, arguments);
          case "--runs" -> options.runs = (int) number(name, arguments);
          case "--warm-up" -> options.warmUp = number(name, arguments);
          case "--kills" -> options.kills = (int) number(name, arguments);
          case "--seed" -> options.seed = number(name, arguments);
          case "--row" -> options.row = value(name, arguments);
          case "--transport" -> options.transports = List.of(Transport.of(value(name, arguments)));
          case "--per-user" -> options.perUser = (int) number(name, arguments);
          case "--phones" -> options.phones = Path.of(value(name, arguments)).toAbsolutePath();
          case "--attack" -> options.attacks = List.of(value(name, arguments).split(","));
          case "--heap" -> options.heaps = List.of(value(name, arguments).split(","));
          case "--seconds" -> options.seconds = (int) number(name, arguments);
          case "--keep" -> options.keep = Path.of(value(name, arguments)).toAbsolutePath();
          case "--lift" -> options.lift = ", " + value(name, arguments);
          case "--generator" ->
              options.generator = Path.of(value(name, arguments)).toAbsolutePath();
          case "--shape" ->
              options.shapes =
                  List.of(Load.Shape.valueOf(value(name, arguments).toUpperCase(Locale.ROOT)));
          default -> throw new IllegalArgumentException("unknown option " + name);
        }
      }
      final var _ = options.phones(); // what is wrong with them should be said at once
      if (!SiegeBench.Options.names().containsAll(options.attacks)) {
        throw new IllegalArgumentException(
            "--attack is one or more of "
                + SiegeBench.Options.names()
                + ", not "
                + options.attacks);
      }
      if (options.users < 100) {
        throw new IllegalArgumentException("--n-users is at least 100, not " + options.users);
      }
      if (options.pairs < 1) {
        throw new IllegalArgumentException("--pairs is at least 1, not " + options.pairs);
      }
      return options;
    }

    HeldStage.Phones phones() {
      return new HeldStage.Phones(perUser, phones);
    }

    SiegeBench.Options siege() throws IOException {
      return new SiegeBench.Options(
          attacks, heaps, seconds, against == null ? null : Checkout.at(against), keep, lift);
    }

    Population population() throws IOException {
      return population(Checkout.THIS);
    }

    Population population(final Checkout checkout) throws IOException {
      return new Population(checkout, users, checkout.kept(phones), System.err);
    }

    /// The sizes to measure: one, or with `--sweep` a quarter, the whole, and four times as much.
    long[] sizes(final String name) {
      final long usual =
          switch (name) {
            case "fanout" -> 100_000;
            case "wake" -> 100_000; // 5 turns of 20,000
            case "outage" -> 1_000_000;
            case "yardstick" -> 9_000; // the relay holds two connections for each phone
            case "hold", "broadcast", "reconnect" -> 19_000;
            default -> 200_000;
          };
      final long one = n > 0 ? n : usual;
      return sweep ? new long[] {one / 4, one, one * 4} : new long[] {one};
    }

    private static long number(final String name, final Deque<String> arguments) {
      try {
        return Long.parseLong(value(name, arguments).replace("_", ""));
      } catch (final NumberFormatException wrong) {
        throw new IllegalArgumentException(name + " wants a number", wrong);
      }
    }

    private static String value(final String name, final Deque<String> arguments) {
      final var value = arguments.poll();
      if (value == null) {
        throw new IllegalArgumentException(name + " wants a value");
      }
      return value;
    }
  }
}
