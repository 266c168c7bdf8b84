package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.life;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.presentation.Presentation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the texts of a push are counted with.
class FilledStylesTest {
  private final FilledStyles looks = new FilledStyles();

  @Test
  void texts_that_memory_still_has_weigh_as_much_as_when_they_were_filled() {
    final var text = "x".repeat(4_000);
    final var event =
        new Event.Message(
            key("m"),
            List.of(ANNA),
            "chat",
            Samples.TEAM,
            new Content("Dora", text, Map.of()),
            life());
    final var stored = new StoredJob(1, NOW, event);
    final var plain =
        NotificationStyle.of(new PushContent.Wake("e-1", EventClass.MESSAGE, "chat", ""));
    final var wish =
        Presentation.of(
            Map.of(
                "default-locale",
                List.of("en"),
                "message words en",
                List.of("{title}", "{text}", "")));
    final var filled = looks.style(stored, plain, wish, "en", 0);
    final int weight = looks.weight();
    assertTrue(weight > 0);
    assertSame(
        plain, looks.style(stored, plain, null, "en", 0)); // a device of an app without wishes
    assertEquals(0, looks.weight());
    assertSame(filled, looks.style(stored, plain, wish, "en", 0));
    assertEquals(weight, looks.weight());
  }
}
