package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// How `bench wake` tells by an arrival at a held phone which event it was.
final class WakeStageTest {
  @Test
  void the_text_of_a_message_says_which_event_it_is_and_is_always_as_long() throws Exception {
    for (final var event : List.of("e-1", "keeps-nothing-turn-1-of-5-19999")) {
      final var message = WakeStage.ToSend.message(event, List.of("held-1"), List.of("held-1"));
      final var content = Api.JSON.readTree(message.body()).get("content");
      final var text = content.get("text").asText();
      assertEquals(event, WakeStage.ToSend.eventIn(text));
      assertEquals(event, content.at("/data/event-of-bench").asText());
      assertEquals(80, text.length());
    }
  }

  @Test
  void the_text_of_another_message_names_no_event_of_the_bench() {
    assertEquals("", WakeStage.ToSend.eventIn(""));
    assertEquals("hello", WakeStage.ToSend.eventIn("hello"));
  }
}
