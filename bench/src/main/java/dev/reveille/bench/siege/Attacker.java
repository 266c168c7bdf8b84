package dev.reveille.bench.siege;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The attacker as a process of its own: `siege-attacker NAME PLAN`, where PLAN is a file with a
/// [Target].
///
/// It says `ready` when it has what it needs, starts when it is told `go`, says twice a second what
/// it holds, and ends when it is told `stop` or its input ends: it never outlives its bench.
public final class Attacker {
  private static final long LOOK_MILLIS = 500;

  private Attacker() {}

  /// Names of all attacks, in the order in which they are played.
  public static List<String> names() {
    return List.copyOf(Attacks.ALL.keySet());
  }

  public static void main(final List<String> arguments) throws IOException {
    final var target = Tally.JSON.readValue(Path.of(arguments.get(1)).toFile(), Target.class);
    final var tally = new Tally();
    final var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var wire = new Wire(target, tally);
        var attack = Attacks.named(arguments.get(0)).on(target, wire, tally);
        var looking = Executors.newSingleThreadScheduledExecutor()) {
      attack.prepare();
      System.out.println("ready");
      if (!"go".equals(input.readLine())) {
        return;
      }
      attack.begin();
      final var _ =
          looking.scheduleAtFixedRate(
              () -> System.out.println("holds " + tally.line(attack.held())),
              LOOK_MILLIS,
              LOOK_MILLIS,
              TimeUnit.MILLISECONDS);
      final var _ = input.readLine();
      looking.shutdownNow();
      System.out.println("done " + tally.line(attack.held()));
    }
  }
}
