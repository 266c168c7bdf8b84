package dev.reveille.push.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What of a report's lines comes into the trail.
class RelayedLinesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
  private static final String GOOD = "2026-01-02T11:59:59.123Z 2 handed-over RV-200 id-1 of it";

  private static List<Try> read(final List<String> lines) {
    final JsonNode json = new ObjectMapper().valueToTree(lines);
    return RelayedLines.read(json, "push.example", NOW);
  }

  @Test
  void a_line_is_read_with_the_domain_before_its_words() {
    assertEquals(
        List.of(
            new Try(
                "relay",
                2,
                Instant.parse("2026-01-02T11:59:59.123Z"),
                "handed-over",
                Reason.HANDED_TO_PLATFORM,
                "push.example: id-1 of it")),
        read(List.of(GOOD)));
  }

  @Test
  void a_reason_that_is_not_known_here_stands_among_the_words() {
    final var line = read(List.of("2026-01-02T11:59:59Z 1 refused RV-998")).getFirst();
    assertEquals(Reason.RELAY_HAS_IT, line.why());
    assertEquals("push.example: RV-998", line.detail());
  }

  @Test
  void what_is_no_line_is_left_out_and_there_is_a_bound() {
    assertEquals(
        List.of(),
        read(
            List.of(
                "",
                "handed-over RV-200",
                "2026-01-02T11:59:59Z 1 Handed RV-200",
                "2026-13-02T11:59:59Z 1 refused RV-200",
                "+1000000-01-02T11:59:59Z 1 refused RV-200",
                "2025-01-02T11:59:59Z 1 refused RV-200",
                "2026-01-02T11:59:59Z 1 declined RV-200",
                "2026-01-02T11:59:59Z 1 acknowledged RV-200",
                "2026-01-02T11:59:59Z 1 refused RV-200 " + "x".repeat(400))));
    assertEquals(RelayedLines.MOST, read(Collections.nCopies(30, GOOD)).size());
    assertTrue(
        read(List.of("2026-01-02T11:59:59Z 1 refused RV-200 " + "x".repeat(300)))
                .getFirst()
                .detail()
                .length()
            < 200);
    assertEquals(
        "push.example: a b",
        read(List.of("2026-01-02T11:59:59Z 1 refused RV-200 a\u0007b")).getFirst().detail());
    assertEquals(List.of(), RelayedLines.read(new ObjectMapper().createObjectNode(), "d", NOW));
  }
}
