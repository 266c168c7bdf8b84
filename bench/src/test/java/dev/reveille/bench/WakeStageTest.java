package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.simulators.phone.PhoneReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How `bench wake` tells by an arrival at a held phone which event it was.
final class WakeStageTest {
  @Test
  void the_text_of_a_message_says_which_event_it_is_and_is_always_as_long() throws Exception {
    for (final var event : List.of("e-1", "keeps-nothing-turn-1-of-5-19999")) {
      final var message = WakeStage.ToSend.message(event, List.of("held-1"), List.of("held-1"));
      final var content = SetupApi.JSON.readTree(message.body()).get("content");
      final var text = content.get("text").asText();
      assertEquals(event, WakeStage.ToSend.eventIn(text));
      assertEquals(event, content.at("/data/event-of-bench").asText());
      assertEquals(80, text.length());
    }
  }

  @Test
  void a_report_of_a_broken_rule_is_kept_with_its_phone_and_no_other_report_is() {
    final var fields =
        SetupApi.JSON.createObjectNode().put("rule", "order").put("detail", "e-2, e-1");
    assertEquals(
        Optional.of("held-3: order e-2, e-1"),
        WakeStage.violationIn(new PhoneReport("held-3", Instant.EPOCH, "violation", fields)));
    assertEquals(
        Optional.empty(),
        WakeStage.violationIn(new PhoneReport("held-3", Instant.EPOCH, "caught-up", fields)));
  }

  @Test
  void the_text_of_another_message_names_no_event_of_the_bench() {
    assertEquals("", WakeStage.ToSend.eventIn(""));
    assertEquals("hello", WakeStage.ToSend.eventIn("hello"));
  }
}
