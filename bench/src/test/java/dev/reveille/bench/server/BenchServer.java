package dev.reveille.bench.server;

import dev.reveille.bench.breaks.Break;
import dev.reveille.bench.breaks.Breaks;
import dev.reveille.bench.breaks.Chance;
import dev.reveille.routing.port.Stores;
import dev.reveille.server.Main;
import dev.reveille.server.Parts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/// `reveille bench-server`: the product's server with other ports, for benches and campaigns.
///
/// Its own options stand anywhere; everything else is handed on to `reveille serve`. Without one of
/// its own it is the product's server. It says on standard error what it was started with, and each
/// break says so in the log when it strikes, so that a campaign can compare what was broken with
/// what its verdict saw.
public final class BenchServer {
  private static final String USAGE =
      """
      usage: reveille bench-server [OPTION...] [option of `reveille serve`...]
        --store disk|memory   memory keeps nothing of what is accepted (default: disk)
        --plain-devices       the devices' listener without TLS
        --more-plain NAME     one more listener for devices, without TLS, on a free port
        --more-secure NAME    the same with TLS
        --sends PORT          a listener that takes sends, without TLS and without keys
        --break NAME          breaks the server on purpose; can be given several times:
                              %s
        --chance N            a break strikes once in N chances (default: 50)
        --seed N              of the chances
             reveille bench-server register DATA LIST APP USERS SPARE
        writes users with sleeping iPhones into a data directory, and their tokens into a list
             reveille bench-server client-alone wns|webpush|h2 AUTHORITY LINES BODY
        pushes by the client for outgoing HTTP alone, as often as standard input says
      """;

  private final List<String> handedOn = new ArrayList<>();
  private final List<String> breaks = new ArrayList<>();
  private Parts parts = Parts.PRODUCT;
  private final List<Parts.DeviceListener> more = new ArrayList<>();
  private final FileAudiences audiences = new FileAudiences();
  private int sends;
  private boolean inMemory;
  private int oneIn = 50;
  private long seed = System.nanoTime();

  private BenchServer() {}

  public static void main(final String... arguments) throws IOException, InterruptedException {
    final var server = new BenchServer();
    final Parts parts;
    try {
      if (arguments.length > 0 && arguments[0].equals("client-alone")) {
        ClientAlone.run(Arrays.asList(arguments).subList(1, arguments.length));
        return;
      }
      if (arguments.length > 0 && arguments[0].equals("register")) {
        Registration.run(Arrays.asList(arguments).subList(1, arguments.length), System.out);
        return;
      }
      server.read(Arrays.asList(arguments).iterator());
      parts = server.parts();
    } catch (final IllegalArgumentException wrong) {
      System.err.println("reveille bench-server: " + wrong.getMessage());
      System.err.print(USAGE.formatted(String.join(", ", Breaks.names())));
      System.exit(2);
      return;
    }
    final int exit = Main.serve(parts, server.handedOn.toArray(String[]::new));
    if (exit != 0) {
      System.exit(exit);
    }
  }

  private void read(final Iterator<String> arguments) {
    while (arguments.hasNext()) {
      final var argument = arguments.next();
      switch (argument) {
        case "--store" -> inMemory = inMemory(value(argument, arguments));
        case "--plain-devices" -> parts = parts.withPlain("devices");
        case "--more-plain" -> more.add(listener(value(argument, arguments), false));
        case "--more-secure" -> more.add(listener(value(argument, arguments), true));
        case "--sends" -> sends = (int) number(argument, value(argument, arguments));
        case "--break" -> breaks.add(value(argument, arguments));
        case "--chance" -> oneIn = (int) number(argument, value(argument, arguments));
        case "--seed" -> seed = number(argument, value(argument, arguments));
        default -> handedOn.add(argument);
      }
    }
  }

  private static boolean inMemory(final String word) {
    return switch (word) {
      case "memory" -> true;
      case "disk" -> false;
      default -> throw new IllegalArgumentException("--store is disk or memory, not " + word);
    };
  }

  private static Parts.DeviceListener listener(final String name, final boolean secure) {
    return new Parts.DeviceListener(name, secure, 0);
  }

  private static String value(final String name, final Iterator<String> arguments) {
    if (!arguments.hasNext()) {
      throw new IllegalArgumentException(name + " wants a value");
    }
    return arguments.next();
  }

  private static long number(final String name, final String value) {
    try {
      return Long.parseLong(value);
    } catch (final NumberFormatException wrong) {
      throw new IllegalArgumentException(name + " wants a number, not " + value, wrong);
    }
  }

  private Parts parts() {
    final var chance = new Chance(oneIn, seed);
    final List<Break> all = breaks.stream().map(name -> Breaks.named(name, chance)).toList();
    if (!all.isEmpty()) {
      System.err.printf("broken on purpose: %s, once in %d, seed %d%n", breaks, oneIn, seed);
    }
    final var chosen =
        sends == 0
            ? parts
            : parts
                .withAudiences(audiences)
                .withBeside(routing -> SendsListener.open(sends, routing, audiences));
    return chosen
        .withStores((directory, how, clock) -> {
          audiences.in(directory.resolve("audiences"));
          Stores stores = Parts.PRODUCT.stores().open(directory, how, clock);
          if (inMemory) {
            System.err.println("this server keeps nothing of what it accepts");
            stores = new MemoryStores(stores, clock);
          }
          for (final var one : all) {
            stores = one.stores(stores);
          }
          return stores;
        })
        .withSenders(sender -> {
          var wrapped = sender;
          for (final var one : all) {
            wrapped = one.sender(wrapped);
          }
          return wrapped;
        })
        .withAdditional(more.toArray(Parts.DeviceListener[]::new));
  }
}
