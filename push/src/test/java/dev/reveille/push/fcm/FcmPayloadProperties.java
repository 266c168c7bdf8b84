package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.model.EventClass;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// Whatever people write, the message is JSON whose data says exactly that or less, and fits.
final class FcmPayloadProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FcmBlocks NONE = new FcmBlocks("", false, false);

  private final FcmPayload payloads = new FcmPayload("New message");

  /// What an unpaired surrogate becomes on the way through UTF-8.
  private static String sound(final String text) {
    final var out = new StringBuilder();
    text.codePoints()
        .forEach(point -> out.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point));
    return out.toString();
  }

  private static boolean isBeginning(final String kept, final String whole) {
    return kept.equals(whole)
        || (kept.endsWith("…") && whole.startsWith(kept.substring(0, kept.length() - 1)));
  }

  @Property(tries = 200)
  void a_long_text_keeps_its_beginning_beside_its_title(
      @ForAll @IntRange(max = 300) final int letters,
      @ForAll @IntRange(min = 1_500, max = 20_000) final int length)
      throws Exception {
    final var title = "ä".repeat(letters);
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, "chat", title, "한".repeat(length), Map.of(), "", "", -1);
    final var shared =
        payloads.fitting(
            notice, NotificationStyle.of(notice), Seal.OPEN, FcmForm.ALERT, 1_790_000_000, NONE);
    final byte[] whole = FcmPayload.message(new byte[] {'"', '"'}, shared, 5);
    final String envelope =
        JSON.readTree(whole).path("message").path("data").path("reveille").asText();
    final int bytes = 8 + envelope.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(bytes <= 4_096 && bytes > 4_090, "bytes: " + bytes);
    final var show = JSON.readTree(envelope).path("show");
    assertEquals(title, show.path("title").asText());
    assertTrue(show.path("body").asText().matches("한+…"));
  }

  @Property(tries = 20)
  void a_placeholder_of_any_length_fits(@ForAll @IntRange(max = 20_000) final int length)
      throws Exception {
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, "t".repeat(128), "", "x", Map.of(), "", "c".repeat(64), 9);
    final var plain = NotificationStyle.of(notice).withoutContent();
    final var style =
        new NotificationStyle(
            plain.title(),
            plain.body(),
            new NotificationStyle.Words.Text("ä".repeat(length)),
            "s".repeat(128),
            "c".repeat(128),
            "",
            plain.interruption(),
            "h".repeat(128),
            "");
    final var shared =
        payloads.fitting(notice, style, Seal.OPEN, FcmForm.ALERT, 1_790_000_000, NONE);
    final byte[] whole = FcmPayload.message(new byte[] {'"', '"'}, shared, 5);
    final String envelope =
        JSON.readTree(whole).path("message").path("data").path("reveille").asText();
    assertTrue(8 + envelope.getBytes(StandardCharsets.UTF_8).length <= 4_096);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void the_data_is_within_googles_limit_and_says_what_was_said(
      @ForAll @StringLength(max = 2_000) final String title,
      @ForAll @StringLength(min = 1, max = 2_000) final String text,
      @ForAll @Size(max = 5) final Map<@StringLength(max = 400) String, String> data,
      @ForAll @LongRange(min = 0, max = 2_419_200) final long ttl)
      throws Exception {
    final var notice =
        new PushContent.Notice("1-2", EventClass.MESSAGE, "chat", title, text, data, "", "1-2", -1);
    final var shared =
        payloads.fitting(
            notice, NotificationStyle.of(notice), Seal.OPEN, FcmForm.ALERT, 1_790_000_000, NONE);
    final byte[] token = new JsonBytes().string("token\"\\").toBytes();
    final byte[] whole = FcmPayload.message(token, shared, ttl);
    assertTrue(whole.length <= ClientRequest.LARGEST_BODY);
    final var message = JSON.readTree(whole).path("message");
    assertEquals("token\"\\", message.path("token").asText());
    assertEquals(ttl + "s", message.path("android").path("ttl").asText());
    final String envelope = message.path("data").path("reveille").asText();
    assertTrue(8 + envelope.getBytes(StandardCharsets.UTF_8).length <= 4_096);
    final var read = JSON.readTree(envelope);
    assertEquals("1-2", read.path("id").asText());
    if (shared.extent() == Extent.WHOLE || shared.extent() == Extent.WITHOUT_DATA) {
      assertEquals(sound(title), read.path("show").path("title").asText());
      assertEquals(sound(text), read.path("show").path("body").asText());
    } else if (shared.extent() == Extent.BEGINNING) {
      assertTrue(read.path("partial").asBoolean());
      assertTrue(isBeginning(read.path("show").path("title").asText(), sound(title)));
      assertTrue(isBeginning(read.path("show").path("body").asText(), sound(text)));
    }
  }
}
