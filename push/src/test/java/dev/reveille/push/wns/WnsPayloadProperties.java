package dev.reveille.push.wns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.CallId;
import dev.reveille.model.EventClass;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.windows.Xml;
import dev.reveille.push.windows.XmlText;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// Whatever people write, the body is XML that is well formed, says exactly that or less, and fits.
final class WnsPayloadProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long EXPIRES = 1_790_000_000;
  private final WnsPayload payloads = new WnsPayload("New message");

  private static String read(final String text) {
    return XmlText.legal(text);
  }

  private static boolean isBeginning(final String kept, final String whole) {
    return kept.equals(whole)
        || kept.endsWith("…") && whole.startsWith(kept.substring(0, kept.length() - 1));
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void every_message_fits_and_says_what_was_said(
      @ForAll @StringLength(max = 3_000) final String title,
      @ForAll @StringLength(min = 1, max = 6_000) final String text,
      @ForAll @StringLength(max = 128) final String type,
      @ForAll @Size(max = 4) final Map<@StringLength(max = 300) String, String> data)
      throws Exception {
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, type, title, text, data, "", "1-2", 9_999);
    final var style = NotificationStyle.of(notice);
    final var made =
        payloads
            .body(notice, WnsForm.of(notice, style), style, Seal.OPEN, EXPIRES, false)
            .orElseThrow();
    assertTrue(made.body().length <= 5_000, "bytes: " + made.body().length);
    final var toast = Xml.root(made.body());
    final var envelope = JSON.readTree(toast.getAttribute("launch"));
    assertEquals("1-2", envelope.path("id").asText());
    assertEquals(EXPIRES, envelope.path("expires").asLong());
    assertEquals(made.extent() != Extent.WHOLE, envelope.path("partial").asBoolean());
    final int texts = toast.getElementsByTagName("text").getLength();
    final var first = Xml.text(toast, "text", 0);
    if (made.extent() == Extent.ID_ONLY) {
      assertEquals("New message", first);
      return;
    }
    final var last = Xml.text(toast, "text", texts - 1);
    final boolean whole = made.extent() != Extent.BEGINNING;
    assertEquals(title.isEmpty() ? 1 : 2, texts);
    assertTrue(isBeginning(last, read(text)), last);
    assertTrue(!whole || last.equals(read(text)), last);
    assertTrue(title.isEmpty() || isBeginning(first, read(title)), first);
  }

  @Property(tries = 60)
  void a_long_text_fills_the_toast(
      @ForAll @IntRange(max = 100) final int letters,
      @ForAll @IntRange(min = 5_000, max = 20_000) final int length)
      throws Exception {
    for (final var letter : new String[] {"x", "한", "&", "<", "\""}) {
      final var title = "ä".repeat(letters);
      final var notice =
          new PushContent.Notice(
              "1-2",
              EventClass.MESSAGE,
              "chat",
              title,
              letter.repeat(length),
              Map.of(),
              "",
              "",
              -1);
      final var style = NotificationStyle.of(notice);
      final var made =
          payloads
              .body(notice, WnsForm.of(notice, style), style, Seal.OPEN, EXPIRES, false)
              .orElseThrow();
      assertEquals(Extent.BEGINNING, made.extent());
      assertTrue(
          made.body().length <= 5_000 && made.body().length > 4_990,
          "bytes: " + made.body().length);
      assertEquals(
          letters == 0 ? "" : title, letters == 0 ? "" : Xml.text(Xml.root(made.body()), "text"));
    }
  }

  @Property(tries = 30)
  void a_placeholder_of_any_length_fits(@ForAll @IntRange(max = 20_000) final int length)
      throws Exception {
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, "\"".repeat(128), "", "x", Map.of(), "", "c".repeat(64), 9);
    final var plain = NotificationStyle.of(notice).withoutContent();
    final var style =
        new NotificationStyle(
            plain.title(),
            plain.body(),
            new NotificationStyle.Words.Text("&".repeat(length)),
            "s".repeat(128),
            "c".repeat(128),
            "",
            plain.interruption(),
            "h".repeat(128),
            "");
    for (final boolean smallest : new boolean[] {true, false}) {
      final var made =
          payloads
              .body(
                  notice,
                  WnsForm.of(notice, style),
                  style,
                  new Seal.Closed("k.".repeat(2_500)),
                  EXPIRES,
                  smallest)
              .orElseThrow();
      assertTrue(made.body().length <= 5_000, "bytes: " + made.body().length);
      assertEquals(Extent.ID_ONLY, made.extent());
      Xml.root(made.body());
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void every_call_fits(
      @ForAll @StringLength(max = 6_000) final String name,
      @ForAll @StringLength(max = 6_000) final String address)
      throws Exception {
    final var ring =
        new PushContent.Ring("1-2", new CallId(UUID.randomUUID()), name, address, true);
    final var style = NotificationStyle.of(ring);
    final var made =
        payloads
            .body(ring, WnsForm.of(ring, style), style, Seal.OPEN, EXPIRES, false)
            .orElseThrow();
    assertTrue(made.body().length <= 5_000, "bytes: " + made.body().length);
    final var toast = Xml.root(made.body());
    assertEquals("incomingCall", toast.getAttribute("scenario"));
    assertEquals(
        ring.call().toString(), JSON.readTree(toast.getAttribute("launch")).path("call").asText());
  }
}
