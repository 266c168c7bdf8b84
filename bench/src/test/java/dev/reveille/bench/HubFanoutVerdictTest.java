package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What `bench fanout --hubs` says of batches to handles and of calls through a linked hub.
final class HubFanoutVerdictTest {
  private static final String LINKED = "call through a linked hub, p99 to that of the direct way";

  private double batches = 91_000;
  private List<Double> linked = Collections.nCopies(100, 4.7);

  private Set<String> red() throws IOException {
    final var report = new Report("fanout", 1, 1);
    new HubFanoutVerdict(
            new double[] {100_000}, new double[] {batches}, linked, Collections.nCopies(100, 4.0))
        .tell(report);
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), /* json= */ true);
    final var red = new TreeSet<String>();
    for (final var goal : SetupApi.JSON.readTree(out.toByteArray()).get("goals")) {
      if (!goal.get("verdict").asText().equals("met")) {
        red.add(goal.get("name").asText() + " " + goal.get("verdict").asText());
      }
    }
    return red;
  }

  @Test
  void what_is_quick_enough_meets_both() throws Exception {
    assertEquals(Set.of(), red());
  }

  @Test
  void batches_that_cost_more_than_broadcasts_are_seen() throws Exception {
    batches = 89_000;
    assertEquals(Set.of("batches to handles, to broadcasts missed"), red());
  }

  @Test
  void a_slow_linked_hub_is_seen_and_few_calls_say_nothing() throws Exception {
    linked = Collections.nCopies(100, 4.9);
    assertEquals(Set.of(LINKED + " missed"), red());
    linked = Collections.nCopies(99, 4.0);
    assertEquals(Set.of(LINKED + " void"), red());
  }
}
