package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallId;
import dev.reveille.model.EventClass;
import dev.reveille.routing.port.NotificationStyle.Words;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a push says arrives at the clearing house as it was.
class RelayedPushTest {
  private static final CallId CALL = new CallId(UUID.randomUUID());

  static Stream<PushContent.Ours> contents() {
    return Stream.of(
        new PushContent.Ring("e1", CALL, "Carla", "sip:carla@contoso.example", true),
        new PushContent.RingAlert("e2", CALL, "Carla", "", false, 7),
        new PushContent.CallOver("e3", CALL, "cancelled", "Missed call", 0),
        new PushContent.Notice(
            "e4",
            EventClass.ALERT,
            "voicemail",
            "A title",
            "A text",
            Map.of("a", "1", "b.c", ""),
            "thread",
            "fold",
            -1),
        new PushContent.Wake("e5", EventClass.SILENT, "refresh", "c"));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void what_is_written_is_read_again(final PushContent.Ours content) {
    final var plain = new RelayedPush(content, NotificationStyle.of(content), Seal.OPEN);
    assertEquals(plain, RelayedPush.read(plain.fields()));
    final var styled =
        new RelayedPush(
            content,
            plain
                .style()
                .withWords(
                    new Words.Localized("KEY", List.of("one", "two")), new Words.Text("body")),
            new Seal.Closed("key.bytes"));
    assertEquals(styled, RelayedPush.read(styled.fields()));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void nothing_that_the_sender_wrote_is_left_without_its_words(final PushContent.Ours content) {
    final var push = new RelayedPush(content, NotificationStyle.of(content), Seal.OPEN);
    final var texts = push.withoutWords().fields().values();
    for (final var word : List.of("Carla", "A title", "A text", "sip:carla@contoso.example")) {
      assertFalse(texts.contains(word), word);
    }
    assertFalse(push.withoutWords().style().title().equals(new Words.Text("A title")));
  }

  @Test
  void a_sealed_push_is_not_clear() {
    final var notice = (PushContent.Notice) contents().toList().get(3);
    final var open = new RelayedPush(notice, NotificationStyle.of(notice), Seal.OPEN);
    assertTrue(open.isClear());
    assertFalse(new RelayedPush(notice, open.style(), new Seal.Closed("x")).isClear());
    assertEquals("alert", open.word());
  }

  @Test
  void each_field_that_is_wrong_is_named() {
    final var good =
        new RelayedPush(
                contents().toList().get(1),
                NotificationStyle.of(contents().toList().get(1)),
                Seal.OPEN)
            .fields();
    for (final var wrong :
        List.of(
            Map.entry("kind", "shout"),
            Map.entry("call", "17"),
            Map.entry("badge", "-3"),
            Map.entry("event", ""),
            Map.entry("interruption", "loud"))) {
      final var fields = new HashMap<>(good);
      fields.put(wrong.getKey(), wrong.getValue());
      final var refused =
          assertThrows(IllegalArgumentException.class, () -> RelayedPush.read(fields));
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("push." + wrong.getKey() + ":"),
          refused::getMessage);
    }
  }
}
