package dev.reveille.bench.siege;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The attacker as a process of its own: `siege-attacker`. It is told `attack NAME PLAN`, where
/// PLAN is a file with a [AttackTarget], any number of times.
///
/// It says `ready` when it has what it needs, starts when it is told `go`, says twice a second what
/// it holds, and stops when it is told `stop`. It ends with its input, and so never outlives its
/// bench; what is wrong with an attack ends it, too.
public final class Attacker {
  private static final long LOOK_MILLIS = 500;

  private Attacker() {}

  /// Names of all attacks, in the order in which they are played.
  public static List<String> names() {
    return List.copyOf(Attacks.ALL.keySet());
  }

  public static void main() throws IOException {
    final var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = input.readLine(); line != null; line = input.readLine()) {
      final var words = line.split(" ", 3);
      if (words.length == 3 && words[0].equals("attack")) {
        play(words[1], Path.of(words[2]), input);
      }
    }
  }

  private static void play(final String name, final Path plan, final BufferedReader input)
      throws IOException {
    final var target = Tally.JSON.readValue(plan.toFile(), AttackTarget.class);
    final var tally = new Tally();
    try (var connections = new AttackConnections(target, tally);
        var attack = Attacks.named(name).on(target, connections, tally);
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
