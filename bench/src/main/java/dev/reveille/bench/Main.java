package dev.reveille.bench;

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
        wake                             from the event to the push and to the live frame, beside a
                                         store that keeps nothing
        crash    [--kills K] [--seed S]  kill -9 under load, nothing lost, no second ring
        hold      [--transport plain|tls]  what a held phone costs, beside stock Netty and nchan
        broadcast [--transport plain|tls]  one event to all held phones, beside the same two
        reconnect [--transport plain|tls]  all phones come at once, beside stock Netty
        yardstick --generator PATH [--transport plain|tls]  held phones, measured by holdload
                  [--per-user P] [--phones FOLDER]  for these four: phones of one user (1), and
                                           where registered phones are kept
        outage                           Apple is away while a million events are handed in
      """;

  private static final Set<String> HELP = Set.of("help", "--help", "-h");

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
    if (HELP.contains(name) || rest.stream().anyMatch(HELP::contains)) {
      System.out.print(USAGE);
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
      for (final long n : options.sizes(name)) {
        final var report =
            switch (name) {
              case "dispatch" ->
                  new DispatchBench(System.err)
                      .run(n, options.warmUp, options.runs, options.shapes);
              case "wake" -> new WakeBench(System.err).run(n, options.warmUp / 20, options.runs);
              case "crash" -> new CrashBench(System.err, options.seed).run(options.kills);
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
    } catch (final java.io.IOException failed) {
      System.err.println("reveille bench: could not measure: " + failed.getMessage());
      return 1;
    }
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
    List<Load.Shape> shapes = Arrays.asList(Load.Shape.values());
    List<Transport> transports = Arrays.asList(Transport.values());
    int perUser = 1;
    @Nullable Path phones;
    @Nullable Path generator;

    static Options of(final Deque<String> arguments) {
      final var options = new Options();
      while (!arguments.isEmpty()) {
        final var name = arguments.poll();
        switch (name) {
          case "--json" -> options.json = true;
          case "--sweep" -> options.sweep = true;
          case "--n" -> options.n = number(name, arguments);
          case "--runs" -> options.runs = (int) number(name, arguments);
          case "--warm-up" -> options.warmUp = number(name, arguments);
          case "--kills" -> options.kills = (int) number(name, arguments);
          case "--seed" -> options.seed = number(name, arguments);
          case "--transport" -> options.transports = List.of(Transport.of(value(name, arguments)));
          case "--per-user" -> options.perUser = (int) number(name, arguments);
          case "--phones" -> options.phones = Path.of(value(name, arguments)).toAbsolutePath();
          case "--generator" ->
              options.generator = Path.of(value(name, arguments)).toAbsolutePath();
          case "--shape" ->
              options.shapes =
                  List.of(Load.Shape.valueOf(value(name, arguments).toUpperCase(Locale.ROOT)));
          default -> throw new IllegalArgumentException("unknown option " + name);
        }
      }
      final var _ = options.phones(); // what is wrong with them should be said at once
      return options;
    }

    HeldStage.Phones phones() {
      return new HeldStage.Phones(perUser, phones);
    }

    /// The sizes to measure: one, or with `--sweep` a quarter, the whole, and four times as much.
    long[] sizes(final String name) {
      final long usual =
          switch (name) {
            case "wake" -> 30_000;
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
