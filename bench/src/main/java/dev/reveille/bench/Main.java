package dev.reveille.bench;

import dev.reveille.bench.receiver.PushReceiver;
import dev.reveille.bench.siege.Attacker;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// `reveille bench NAME`: measures, prints a table or JSON.
///
/// Exit codes: 0 when it measured, whatever the verdict; 1 when it could not measure; 2 used
/// wrongly, with the usage.
@Command(
    name = "reveille bench",
    synopsisHeading = "usage: ",
    customSynopsis = {
      "reveille bench NAME [OPTION...]",
      "       reveille bench NAME --against FOLDER [OPTION...]"
    },
    description = Main.BENCHES,
    sortOptions = false,
    usageHelpWidth = 110)
public final class Main implements Callable<Integer> {
  static final String BENCHES =
      """

      dispatch   events in, pushes out, against Pushy (--shape); with --cold the CPU for users whom the
                 server never saw, and once more; with --service fcm, webpush or wns their pushes, beside
                 APNs, encrypting and sending alone, and the HTTP/1.1 client alone
      dispatch-peer
                 the same events at a small server with Express, @parse/node-apn and web-push
      fanout     one send to 100,000 addresses of no user, beside Pushy; the heap at its half, calls
                 meanwhile, each address once; with --hubs registered with a hub and sent to by its
                 interface, batches to handles, and calls through a linked hub
      wake       from the event to the push and to the live frame, beside a store that keeps nothing;
                 with --cold calls while a broadcast tells users whom the server never saw, in young
                 processes (--starts)
      crash      kill -9 under load, nothing lost, no second ring (--kills, --seed); with --rotate while
                 key and certificate at Apple change all the time and 1,000 pushes a second leave;
                 with --hubs in the middle of notifications of a hub to 5,000 phones (--n)
      breaks     what `crash` says of a server that breaks its promises (--seed, --row)
      hold       what a held phone costs, beside stock Netty and nchan (--transport)
      broadcast  one event to all held phones, beside the same two (--transport)
      reconnect  all phones come at once, beside stock Netty (--transport)
      yardstick  held phones, measured by holdload (--generator, --transport)
      siege      what peers can pile up, while another organisation's calls ring (--attack, --heap,
                 --seconds, --keep, --lift); with --against FOLDER each attack first has to hurt the
                 build in that folder, or is made larger
      outage     Apple is away while a million events are handed in

      dispatch, wake, hold, broadcast and reconnect with --against FOLDER: this checkout and the one in
      FOLDER take turns, 12 pairs of them (--pairs); the median of their ratios, its interval (of 5
      pairs or more), and whether this one is not worse. Each build registers the users and phones for
      its own servers, so the other one may be older; it also prints both commits and how many users
      there are.

      """;

  private static final int COULD_NOT_MEASURE = 1;
  private static final int FEW_USERS = 100; // of `fanout`, which calls those beside them

  private static final long MOST_WARM_UP_OF_PEER = 200_000; // a minute of it, and no faster then

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchOptions options = new BenchOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", hidden = true)
  private String name = "";

  private Main() {}

  public static void main(final String... arguments) throws Exception {
    final var rest = Arrays.asList(arguments);
    switch (rest.isEmpty() ? "" : rest.getFirst()) {
      case "pushy-peer" -> PushyPeer.main(rest.subList(1, rest.size()));
      case "push-receiver" -> PushReceiver.main(rest.subList(1, rest.size()));
      case "netty-peer" -> NettyPeer.main(rest.subList(1, rest.size()));
      case "siege-attacker" -> Attacker.main();
      default -> System.exit(commandLine().execute(arguments));
    }
  }

  private static CommandLine commandLine() {
    final var command = new CommandLine(new Main());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help").usageHelp(true).description("this text").build());
    return command
        .registerConverter(int.class, text -> Math.toIntExact(number(text)))
        .registerConverter(long.class, Main::number)
        .registerConverter(
            LoadGenerator.Shape.class, text -> oneOf(LoadGenerator.Shape.values(), text))
        .registerConverter(Transport.class, text -> oneOf(Transport.values(), text))
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setParameterExceptionHandler(Main::refused);
  }

  /// Also with underscores: `1_000_000`.
  private static long number(final String text) {
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (final NumberFormatException _) {
      throw new TypeConversionException("wants a number, not " + text);
    }
  }

  private static <E extends Enum<E>> E oneOf(final E[] all, final String text) {
    return Arrays.stream(all)
        .filter(one -> one.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "is one of " + Arrays.toString(all).toLowerCase(Locale.ROOT) + ", not " + text));
  }

  private static int refused(final ParameterException wrong, final String[] arguments) {
    final var command = wrong.getCommandLine();
    if (Arrays.asList(arguments).contains("help")) {
      command.usage(command.getOut());
      return 0;
    }
    command.getErr().println("reveille bench: " + sentence(wrong));
    command.usage(command.getErr());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String sentence(final ParameterException wrong) {
    if (wrong instanceof final UnmatchedArgumentException unmatched) {
      final var meant = unmatched.getSuggestions();
      return "unknown option "
          + unmatched.getUnmatched().getFirst()
          + (meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?");
    }
    if (wrong instanceof final MissingParameterException missing) {
      return option(missing.getMissing().getFirst()) + " wants a value";
    }
    return wrong.getCause() instanceof final TypeConversionException conversion
            && wrong.getArgSpec() != null
        ? option(wrong.getArgSpec()) + " " + conversion.getMessage()
        : String.valueOf(wrong.getMessage());
  }

  private static String option(final ArgSpec argument) {
    return argument instanceof final OptionSpec option
        ? option.longestName()
        : argument.paramLabel();
  }

  private ParameterException misused(final String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (name.equals("help")) {
      spec.commandLine().usage(System.out);
      return 0;
    }
    if (name.isEmpty()) {
      throw misused("the name of the bench is missing");
    }
    try {
      options.check();
    } catch (final IllegalArgumentException wrong) {
      throw misused(String.valueOf(wrong.getMessage()));
    }
    try {
      if (options.against != null && !name.equals("siege")) {
        compare(Checkout.at(options.against));
        return 0;
      }
      for (final long n : options.sizes(name)) {
        report(n).print(System.out, options.json);
      }
      return 0;
    } catch (final IOException failed) {
      System.err.println("reveille bench: could not measure: " + failed.getMessage());
      return COULD_NOT_MEASURE;
    }
  }

  private Report report(final long n) throws IOException, InterruptedException {
    return switch (name) {
      case "dispatch" -> dispatch(n);
      case "dispatch-peer" ->
          new PeerBench(System.err, options.seed)
              .run(n, Math.min(options.warmUp, MOST_WARM_UP_OF_PEER), options.runs);
      case "fanout" -> fanout(n);
      case "wake" -> wake(n);
      case "crash" ->
          options.hubs
              ? new HubCrashBench(System.err, options.seed).run((int) n, options.kills)
              : new CrashBench(System.err, options.seed).run(options.kills, options.rotate);
      case "breaks" -> new BreaksBench(System.err, options.seed).run(options.row);
      case "hold" -> new HoldBench(System.err).run(n, options.transports(), options.phones());
      case "broadcast" ->
          new BroadcastBench(System.err)
              .run(n, options.runs, options.transports(), options.phones());
      case "reconnect" ->
          new ReconnectBench(System.err)
              .run(n, options.runs, options.transports(), options.phones());
      case "yardstick" ->
          new YardstickBench(System.err)
              .run(n, options.runs, options.transports(), options.phones(), options.generator);
      case "siege" -> new SiegeBench(System.err, options.siege()).run();
      case "outage" -> new OutageBench(System.err).run(n);
      default -> throw misused("there is no bench " + name);
    };
  }

  private Report dispatch(final long n) throws IOException, InterruptedException {
    final var service = options.service();
    if (service != null) {
      return new ServiceBench(System.err, service, options.seed)
          .run(n, options.warmUpOfService(), options.runs, options.shape(LoadGenerator.Shape.H2));
    }
    final var bench = new DispatchBench(System.err);
    if (!options.cold) {
      return bench.run(n, options.warmUp, options.runs, options.shapes());
    }
    try (var population = options.population()) {
      return bench.runCold(population, options.warmUp, options.runs);
    }
  }

  private Report fanout(final long n) throws IOException, InterruptedException {
    try (var population = new Population(Checkout.THIS, FEW_USERS, null, System.err)) {
      return new FanoutBench(System.err, options.hubs)
          .run(population, (int) n, options.warmUp, options.runs);
    }
  }

  private Report wake(final long n) throws IOException, InterruptedException {
    try (var population = options.population()) {
      return options.cold
          ? new WakeColdBench(System.err).run(population, options.starts)
          : new WakeBench(System.err).run(population, n, options.warmUp / 20, options.runs);
    }
  }

  private void compare(final Checkout other) throws IOException, InterruptedException {
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
      default -> throw misused(name + " cannot be held against a checkout");
    }
  }
}
