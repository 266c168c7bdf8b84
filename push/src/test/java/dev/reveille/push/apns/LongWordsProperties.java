package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.EventClass;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What is too long for Apple is sent with its beginning, and no payload exceeds Apple's limit.
final class LongWordsProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FAMILY = "👨‍👩‍👧‍👦";
  private final ApnsPayload payloads = new ApnsPayload("New message");

  /// As the sender does it: the first form that fits.
  private JsonNode sent(
      final PushContent.Ours content, final NotificationStyle style, final PushForm form)
      throws Exception {
    byte[] payload = {};
    for (final var extent : Extent.values()) {
      payload = payloads.build(new JsonBytes(), content, style, Seal.OPEN, form, 42, extent);
      if (payload.length <= form.limit()) {
        break;
      }
    }
    assertTrue(payload.length <= form.limit(), "bytes: " + payload.length);
    return JSON.readTree(payload);
  }

  private static PushContent.Notice notice(final String title, final String text) {
    return new PushContent.Notice(
        "1-2", EventClass.MESSAGE, "chat", title, text, Map.of("k", "v"), "team", "1-2", 3);
  }

  @Property(tries = 200)
  void every_length_fits_with_as_much_as_there_is_room_for(
      @ForAll @IntRange(max = 300) final int letters,
      @ForAll @IntRange(min = 150, max = 3_000) final int families)
      throws Exception {
    final var text = FAMILY.repeat(families);
    final var title = "ä".repeat(letters);
    final var notice = notice(title, text);
    final var read = sent(notice, NotificationStyle.of(notice), PushForm.ALERT);
    final var alert = read.path("aps").path("alert");
    assertEquals(title, alert.path("title").asText());
    final var kept = alert.path("body").asText();
    if (!kept.equals(text)) {
      assertTrue(kept.endsWith(FAMILY + "…") || kept.equals("…"));
      assertTrue(text.startsWith(kept.substring(0, kept.length() - 1)));
      assertTrue(read.path("reveille").path("partial").asBoolean());
      assertTrue(JSON.writeValueAsBytes(read).length > PushForm.ALERT.limit() - 60);
    }
  }

  @Example
  void a_title_that_is_too_long_keeps_its_beginning() throws Exception {
    final var notice = notice("T".repeat(9_000), "Hi");
    final var alert =
        sent(notice, NotificationStyle.of(notice), PushForm.ALERT).path("aps").path("alert");
    assertTrue(alert.path("title").asText().matches("T{3000,}…"));
    assertEquals("Hi", alert.path("body").asText());
  }

  @Example
  void the_single_channel_of_ios_12_has_the_beginning_for_the_app() throws Exception {
    final var notice = notice("Anna", "t".repeat(9_000));
    final var content =
        sent(notice, NotificationStyle.of(notice), PushForm.VOIP).path("reveille").path("content");
    assertEquals("Anna", content.path("title").asText());
    assertTrue(content.path("text").asText().matches("t{4000,}…"));
  }

  @Example
  void a_placeholder_of_any_length_fits() throws Exception {
    final var long5 = "x".repeat(5_000);
    final var notice = notice(long5, "e" + "\u0301".repeat(5_000));
    for (final var words :
        new NotificationStyle.Words[] {
          new NotificationStyle.Words.Text(long5),
          new NotificationStyle.Words.Localized("K", java.util.List.of(long5))
        }) {
      final var plain = NotificationStyle.of(notice);
      final var style =
          new NotificationStyle(
              NotificationStyle.Words.NONE,
              plain.body(),
              words,
              plain.sound(),
              "",
              long5,
              plain.interruption(),
              "",
              long5);
      final var body =
          sent(notice, style, PushForm.ALERT).path("aps").path("alert").path("body").asText();
      assertTrue(body.matches("x{2000,}…") || body.equals("New message"), body);
    }
  }
}
