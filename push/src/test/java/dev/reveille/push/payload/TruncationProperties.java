package dev.reveille.push.payload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.routing.port.NotificationStyle.Words;
import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// A text that is too long keeps a beginning of whole characters, as people count them, and never
/// takes more room than there is.
final class TruncationProperties {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Text with what is easily cut wrongly: flags, families, accents that stand alone, Hangul, line
  /// ends, quotes, control characters, halves of pairs.
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "Z",
            " ",
            "ä",
            "a\u0308\u0301",
            "한",
            "\u1112\u1161\u11ab",
            "👨‍👩‍👧‍👦",
            "🇩🇪",
            "🇦",
            "👍🏽",
            "\r\n",
            "\n",
            "\"",
            "\\",
            "\u0001",
            "\u200d",
            "नि",
            "中",
            "😀",
            "\ud83d",
            "\ude00")
        .list()
        .ofMaxSize(60)
        .map(parts -> String.join("", parts));
  }

  private static byte[] write(final Words title, final Words text) {
    final var json = new JsonBytes();
    json.raw("{");
    Envelope.words(json, "title", "titleKey", "titleArgs", title);
    json.raw(",");
    Envelope.words(json, "body", "bodyKey", "bodyArgs", text);
    return json.raw("}").toBytes();
  }

  private static boolean isBeginning(final String kept, final String whole) {
    if (kept.equals(whole)) {
      return true;
    }
    if (!kept.endsWith(Truncation.ELLIPSIS)) {
      return false;
    }
    final int cut = kept.length() - Truncation.ELLIPSIS.length();
    final var boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
    boundaries.setText(whole);
    return whole.startsWith(kept.substring(0, cut)) && boundaries.isBoundary(cut);
  }

  @Property(tries = 1_000)
  void the_size_of_a_text_is_what_it_takes(@ForAll("texts") final String text) {
    assertEquals(new JsonBytes().string(text).toBytes().length - 2, JsonBytes.sizeOf(text));
  }

  @Property(tries = 1_000)
  void a_text_is_cut_between_characters_and_fits(
      @ForAll("texts") final String text, @ForAll @IntRange(min = 3, max = 300) final int room) {
    final var kept = Truncation.of(text, room);
    assertTrue(JsonBytes.sizeOf(kept) <= room);
    assertTrue(isBeginning(kept, text), () -> text + " became " + kept);
    if (JsonBytes.sizeOf(text) <= room) {
      assertEquals(text, kept);
    }
  }

  @Property(tries = 1_000)
  void not_one_more_character_would_have_fitted(
      @ForAll("texts") final String text, @ForAll @IntRange(min = 3, max = 300) final int room) {
    final var kept = Truncation.of(text, room);
    if (!kept.equals(text)) {
      final int cut = kept.length() - Truncation.ELLIPSIS.length();
      final var boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
      boundaries.setText(text);
      final int next = boundaries.following(cut);
      assertTrue(JsonBytes.sizeOf(text.substring(0, next)) + 3 > room);
    }
  }

  @Property(tries = 1_000)
  void a_payload_never_exceeds_its_limit_and_the_title_stays_while_it_fits(
      @ForAll("texts") final String title,
      @ForAll("texts") final String text,
      @ForAll @IntRange(max = 500) final int limit)
      throws Exception {
    final byte[] payload =
        Truncation.fitting(
            new Words.Text(title), new Words.Text(text), limit, TruncationProperties::write);
    if (payload == null) {
      return;
    }
    assertTrue(payload.length <= limit);
    final var read = JSON.readTree(payload);
    final var wholeTitle = JSON.readTree(write(new Words.Text(title), new Words.Text("…")));
    if (write(new Words.Text(title), new Words.Text("…")).length <= limit) {
      assertEquals(wholeTitle.path("title").asText(), read.path("title").asText());
    }
  }

  @Example
  void an_argument_of_the_apps_own_text_is_shortened() throws Exception {
    final var words = new Words.Localized("FROM", List.of("Anna", "ä".repeat(200)));
    final byte[] payload = fitting(words, 120);
    final var args = JSON.readTree(payload).path("bodyArgs");
    assertEquals("Anna", args.path(0).asText());
    assertTrue(args.path(1).asText().startsWith("ää"));
    assertTrue(args.path(1).asText().endsWith("ä…"));
    assertTrue(payload.length <= 120 && payload.length > 116);
  }

  private static byte[] fitting(final Words text, final int limit) {
    final byte[] payload =
        Truncation.fitting(new Words.Text("T"), text, limit, TruncationProperties::write);
    if (payload == null) {
      throw new AssertionError("nothing fits " + limit);
    }
    return payload;
  }

  @Example
  void characters_that_stand_alone_never_belong_together() {
    final var alone = new StringBuilder();
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      if (Truncation.standsAlone(c)) {
        alone.append(c);
      }
    }
    final var text = alone.toString();
    final var boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
    boundaries.setText(text);
    for (int at = 0; at < text.length(); at++) {
      assertEquals(at + 1, boundaries.next(), () -> "before a character of " + text.length());
    }
  }

  @Example
  void one_character_of_very_many_parts_is_not_torn() {
    final var one = "e" + "\u0301".repeat(3_000);
    assertEquals("…", Truncation.of(one, 500));
    assertNull(
        Truncation.fitting(
            new Words.Text(""), new Words.Text(one), 500, TruncationProperties::write));
  }
}
