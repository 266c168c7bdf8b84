package dev.reveille.push.mpns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.EventClass;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.windows.Xml;
import dev.reveille.push.windows.XmlText;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.w3c.dom.Element;

/// Whatever people write, the body is XML that is well formed, says exactly that or less, and fits.
final class MpnsPayloadProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long EXPIRES = 1_790_000_000;
  private static final int LARGEST = 3_072;
  private final MpnsPayload payloads = new MpnsPayload("New message");

  private static JsonNode envelope(final Element root) throws Exception {
    final var param = Xml.text(root, "wp:Param");
    return JSON.readTree(
        URLDecoder.decode(param.substring(param.indexOf('=') + 1), StandardCharsets.UTF_8));
  }

  private static String read(final String text) {
    return XmlText.legal(text);
  }

  private static boolean isBeginning(final String kept, final String whole) {
    return kept.equals(whole)
        || kept.endsWith("…") && whole.startsWith(kept.substring(0, kept.length() - 1));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void every_toast_fits_and_says_what_was_said(
      @ForAll @StringLength(min = 1, max = 2_000) final String title,
      @ForAll @StringLength(min = 1, max = 4_000) final String text,
      @ForAll @StringLength(max = 60) final String type,
      @ForAll @Size(max = 4) final Map<@StringLength(max = 200) String, String> data)
      throws Exception {
    final var notice =
        new PushContent.Notice("1-2", EventClass.MESSAGE, type, title, text, data, "", "1-2", 7);
    final var style = NotificationStyle.of(notice);
    final var made = payloads.body(notice, MpnsForm.TOAST, style, Seal.OPEN, EXPIRES).orElseThrow();
    assertTrue(made.body().length <= LARGEST, "bytes: " + made.body().length);
    final var root = Xml.root(made.body());
    assertEquals("1-2", envelope(root).path("id").asText());
    assertEquals(made.extent() != Extent.WHOLE, envelope(root).path("partial").asBoolean());
    if (made.extent() == Extent.ID_ONLY) {
      assertEquals("New message", Xml.text(root, "wp:Text1"));
      return;
    }
    assertTrue(isBeginning(Xml.text(root, "wp:Text1"), read(title)));
    assertTrue(isBeginning(Xml.text(root, "wp:Text2"), read(text)));
    if (made.extent() != Extent.BEGINNING) {
      assertEquals(read(text), Xml.text(root, "wp:Text2"));
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void every_tile_fits(
      @ForAll @StringLength(max = 4_000) final String title,
      @ForAll @StringLength(min = 1, max = 4_000) final String text,
      @ForAll @IntRange(max = 10_000) final int badge)
      throws Exception {
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, "chat", title, text, Map.of(), "", "", badge);
    final var made =
        payloads
            .body(notice, MpnsForm.TILE, NotificationStyle.of(notice), Seal.OPEN, EXPIRES)
            .orElseThrow();
    assertTrue(made.body().length <= LARGEST, "bytes: " + made.body().length);
    assertEquals(
        Integer.toString(Math.min(badge, 99)), Xml.text(Xml.root(made.body()), "wp:Count"));
  }

  @Property(tries = 100)
  void every_raw_notification_fits(
      @ForAll @StringLength(max = 128) final String type,
      @ForAll @IntRange(max = 4_000) final int sealed)
      throws Exception {
    final var wake = new PushContent.Wake("1-2", EventClass.SILENT, type, "c");
    final var seal = sealed == 0 ? Seal.OPEN : new Seal.Closed("s".repeat(sealed));
    final var made =
        payloads.body(wake, MpnsForm.RAW, NotificationStyle.of(wake), seal, EXPIRES).orElseThrow();
    assertTrue(made.body().length <= 1_024, "bytes: " + made.body().length);
    assertEquals("1-2", JSON.readTree(made.body()).path("id").asText());
  }

  @Property(tries = 30)
  void a_placeholder_of_any_length_fits(@ForAll @IntRange(max = 20_000) final int length)
      throws Exception {
    final var notice =
        new PushContent.Notice(
            "1-2", EventClass.MESSAGE, "한".repeat(64), "", "x", Map.of(), "", "c".repeat(64), 9);
    final var plain = NotificationStyle.of(notice).withoutContent();
    final var style =
        new NotificationStyle(
            plain.title(),
            plain.body(),
            new NotificationStyle.Words.Text("&".repeat(length)),
            "",
            "",
            "",
            plain.interruption(),
            "",
            "");
    final var made =
        payloads
            .body(notice, MpnsForm.TOAST, style, new Seal.Closed("k.".repeat(2_500)), EXPIRES)
            .orElseThrow();
    assertTrue(made.body().length <= LARGEST, "bytes: " + made.body().length);
    Xml.root(made.body());
  }
}
