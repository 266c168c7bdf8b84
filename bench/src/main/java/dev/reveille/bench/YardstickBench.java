package dev.reveille.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Measures the server with an independent load generator, `holdload`, which holds our phones. It
/// is not part of this project: `--generator` names its path. Since it knows no tokens, a
/// [HeldRelay] stands between.
final class YardstickBench {
  private static final Pattern VALUE = Pattern.compile("(\\w+)=(-?[0-9.]+)");

  private final PrintStream out;

  YardstickBench(final PrintStream out) {
    this.out = out;
  }

  Report run(
      final long n,
      final int rounds,
      final List<Transport> transports,
      final HeldStage.Phones phones,
      final @Nullable Path generator)
      throws IOException, InterruptedException {
    if (generator == null || !Files.isExecutable(generator)) {
      throw new IOException(
          "the load generator is not part of this project and "
              + (generator == null ? "was not named" : "is not at " + generator)
              + ": give --generator PATH of its program holdload");
    }
    final var report = new Report("yardstick", n, rounds);
    try (var stage = new HeldStage((int) n, phones, out)) {
      for (final var transport : transports) {
        try (var keeper = new ReveilleServer(stage, transport == Transport.TLS, false);
            var relay = new HeldRelay(keeper)) {
          measure(report, transport, keeper, relay.port(), n, rounds, generator);
        }
      }
    }
    report.remark(
        "a relay in this process adds each phone's token and cursor, so that times have it in"
            + " them; memory and processor time are the server's alone");
    return report;
  }

  private void measure(
      final Report report,
      final Transport transport,
      final LongPollServer server,
      final int port,
      final long n,
      final int rounds,
      final Path generator)
      throws IOException, InterruptedException {
    final var process = start(generator, port, n, server.processes().getFirst(), rounds);
    final Map<String, Map<String, Double>> said = new LinkedHashMap<>();
    final List<Double> last = new ArrayList<>();
    final List<Double> spread = new ArrayList<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println(line);
        final Map<String, Double> values = new LinkedHashMap<>();
        final var found = VALUE.matcher(line);
        while (found.find()) {
          values.put(found.group(1), Double.parseDouble(found.group(2)));
        }
        said.put(line.split(" ", 2)[0], values);
        if (line.startsWith("fanout round") && values.containsKey("last_ms")) {
          last.add(values.get("last_ms"));
          spread.add(values.get("last_ms") - values.getOrDefault("first_ms", 0.0));
        }
      }
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0) {
      throw new IOException("the load generator ended with an error, see above");
    }
    tell(report, transport, said, n);
    if (!last.isEmpty()) {
      final var name = "poll, " + transport.word() + ": ";
      report.figure(name + "first to last", "ms", doubles(spread));
      report.figure(name + "handed in to last", "ms", doubles(last));
    }
  }

  private static Process start(
      final Path generator,
      final int port,
      final long n,
      final long serverProcess,
      final int rounds)
      throws IOException {
    return new ProcessBuilder(
            generator.toString(),
            "--port",
            String.valueOf(port),
            "--n",
            String.valueOf(n),
            "--pids",
            String.valueOf(serverProcess),
            "--gc",
            "/gc",
            "--targeted",
            "0",
            "--fanout",
            String.valueOf(rounds),
            "--window",
            "100",
            "--label",
            "reveille")
        .redirectErrorStream(true)
        .start();
  }

  private static void tell(
      final Report report,
      final Transport transport,
      final Map<String, Map<String, Double>> said,
      final long n) {
    final var name = "poll, " + transport.word() + ": ";
    report.figure(name + "accepts", "a second", value(said, "open", "per_second"));
    report.figure(
        name + "processor to accept", "us a phone", value(said, "open", "server_cpu_us_per_conn"));
    report.figure(
        name + "live heap",
        "bytes a phone",
        (value(said, "after_gc", "heap_used") - value(said, "base", "heap_used")) / n);
    report.figure(
        name + "memory, collected", "bytes a phone", value(said, "mem_after_gc", "pss_B_per_conn"));
    report.figure(
        name + "processor to tell",
        "us a phone",
        value(said, "fanout_cpu", "server_cpu_us_per_delivery"));
  }

  private static double value(
      final Map<String, Map<String, Double>> said, final String line, final String name) {
    return said.getOrDefault(line, Map.of()).getOrDefault(name, Double.NaN);
  }

  private static double[] doubles(final List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
