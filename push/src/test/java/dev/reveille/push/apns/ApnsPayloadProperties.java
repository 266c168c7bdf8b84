package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.CallId;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushChannel;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// Whatever people write, the payload is JSON that says exactly that, and the smallest form fits.
final class ApnsPayloadProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final ApnsPayload payloads = new ApnsPayload("New message");
  private final JsonBytes scratch = new JsonBytes();

  /// What an unpaired surrogate becomes on the way through UTF-8.
  private static String sound(final String text) {
    final var out = new StringBuilder();
    text.codePoints()
        .forEach(point -> out.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point));
    return out.toString();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void words_arrive_as_they_were(
      @ForAll final String title,
      @ForAll @StringLength(min = 1) final String text,
      @ForAll @Size(max = 5) final Map<String, String> data)
      throws Exception {
    final var notice =
        new PushContent.Notice("1-2", EventClass.MESSAGE, "chat", title, text, data, "", "1-2", -1);
    final var form = PushForm.of(notice, PushChannel.MESSAGE);
    final var json =
        JSON.readTree(
            payloads.build(
                scratch, notice, NotificationStyle.of(notice), Seal.OPEN, form, 42, Extent.WHOLE));
    final var alert = json.path("aps").path("alert");
    assertEquals(sound(title), alert.path("title").asText());
    assertEquals(sound(text), alert.path("body").asText());
    assertEquals(42, json.path("reveille").path("expires").asLong());
    final var content = json.path("reveille").path("content").path("data");
    for (final var entry : data.entrySet()) {
      final boolean unique =
          data.keySet().stream().filter(key -> sound(key).equals(sound(entry.getKey()))).count()
              == 1;
      if (unique) {
        assertEquals(sound(entry.getValue()), content.path(sound(entry.getKey())).asText());
      }
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void callers_arrive_as_they_are(
      @ForAll final String name, @ForAll final String address, @ForAll final boolean video)
      throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var ring = new PushContent.Ring("1-3", call, name, address, video);
    final var json =
        JSON.readTree(
            payloads.build(
                scratch,
                ring,
                NotificationStyle.of(ring),
                Seal.OPEN,
                PushForm.VOIP,
                42,
                Extent.WHOLE));
    final var envelope = json.path("reveille");
    assertEquals(call.toString(), envelope.path("call").asText());
    assertEquals(sound(name), envelope.path("caller").path("name").asText());
    assertEquals(sound(address), envelope.path("caller").path("address").asText());
    assertEquals(video, envelope.path("video").asBoolean(false));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void the_smallest_form_fits_and_names_the_event(
      @ForAll @StringLength(max = 2_000) final String text) throws Exception {
    final String large = text.repeat(20);
    final var notice =
        new PushContent.Notice(
            "1-4", EventClass.ALERT, "voicemail", large, large, Map.of("k", large), large, "c", 5);
    final byte[] bytes =
        payloads.build(
            scratch,
            notice,
            NotificationStyle.of(notice),
            Seal.OPEN,
            PushForm.ALERT,
            42,
            Extent.ID_ONLY);
    assertTrue(bytes.length < 400, "bytes: " + bytes.length);
    final var json = JSON.readTree(bytes);
    assertEquals("1-4", json.path("reveille").path("id").asText());
    assertEquals("New message", json.path("aps").path("alert").path("body").asText());
    assertTrue(json.path("reveille").path("partial").asBoolean());
  }

  @Property(tries = 200)
  void a_collapse_id_is_always_a_header_of_at_most_64_bytes(@ForAll final String wanted) {
    final byte[] id = CollapseId.bytes(wanted);
    assertTrue(id.length <= 64);
    for (final byte one : id) {
      assertTrue(one > 0x20 && one < 0x7F);
    }
    assertEquals(wanted.isEmpty(), id.length == 0);
  }
}
