package dev.reveille.simulators.dns;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.CommandLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/// `simulate dns`: runs [DnsSimulator] as a process of its own. Prints one line of JSON with its
/// address when it is ready. With `--with-parent` it reads orders from its standard input, a line
/// each, until that ends.
public final class DnsCommand {
  public static final String USAGE =
      """
      usage: simulate dns [--port N] [--zone FILE] [--with-parent]
      A line of FILE is a record: NAME A|AAAA ADDRESS, NAME CNAME TARGET,
      NAME SRV PRIORITY WEIGHT PORT TARGET. Orders on standard input: put RECORD, remove NAME,
      fault NAME fails|refuses|silent|forged|astray|cut, slow NAME MILLISECONDS, clear, asked.\
      """;

  private DnsCommand() {}

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException, InterruptedException {
    final var rest = new ArrayDeque<>(arguments);
    int port = 0;
    String zone = "";
    boolean withParent = false;
    try {
      while (!rest.isEmpty()) {
        final String option = rest.removeFirst();
        switch (option) {
          case "--with-parent" -> withParent = true;
          case "--port" -> port = CommandLine.port(option, rest);
          case "--zone" -> zone = CommandLine.value(option, rest);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
    } catch (IllegalArgumentException e) {
      err.println("simulate dns: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    try (var dns = DnsSimulator.start(port)) {
      if (!zone.isEmpty()) {
        read(Path.of(zone), dns);
      }
      final var ready = new ObjectMapper().createObjectNode();
      ready.put("dns", "127.0.0.1:" + dns.address().getPort());
      out.println(ready);
      out.flush();
      if (withParent) {
        obey(dns, out, err);
      } else {
        CommandLine.stay(false);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err.println("simulate dns: " + e.getMessage());
      return 2;
    }
  }

  private static void read(final Path zone, final DnsSimulator dns) throws IOException {
    final var lines = Files.readAllLines(zone);
    for (int i = 0; i < lines.size(); i++) {
      final var line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          dns.put(line);
        } catch (final IllegalArgumentException wrong) {
          throw new IllegalArgumentException(
              "line " + (i + 1) + " of " + zone + ": " + wrong.getMessage(), wrong);
        }
      }
    }
  }

  private static void obey(final DnsSimulator dns, final PrintStream out, final PrintStream err)
      throws IOException {
    final var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = orders.readLine()) != null; ) {
      try {
        obey(dns, line.strip(), out);
      } catch (final IllegalArgumentException wrong) {
        err.println("simulate dns: " + wrong.getMessage());
      }
    }
  }

  private static void obey(final DnsSimulator dns, final String line, final PrintStream out) {
    final var words = List.of(line.split("\\s+"));
    switch (words.getFirst()) {
      case "put" -> dns.put(line.substring("put".length()));
      case "remove" -> dns.remove(word(words, 1));
      case "fault" -> dns.fault(word(words, 1), DnsFault.parse(word(words, 2), 0));
      case "slow" -> dns.fault(word(words, 1), DnsFault.parse("slow", millis(word(words, 2))));
      case "clear" -> dns.clearFaults();
      case "asked" -> {
        dns.asked().forEach(asked -> out.println(asked.name() + " " + asked.type()));
        out.println();
        out.flush();
      }
      default -> throw new IllegalArgumentException("unknown order " + words.getFirst());
    }
  }

  private static int millis(final String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("\"" + text + "\" is no number of milliseconds");
    }
  }

  private static String word(final List<String> words, final int at) {
    if (words.size() <= at) {
      throw new IllegalArgumentException("\"" + words.getFirst() + "\" needs more words");
    }
    return words.get(at);
  }
}
