package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Passwords are prepared as RFC 8265 says, and what cannot be one is refused without being quoted.
class PasswordTest {
  private static String said(final String written) {
    final var refused =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> Password.of(written)).getMessage());
    assertEquals(Optional.empty(), Password.read(written));
    assertFalse(!written.isBlank() && refused.contains(written), refused);
    return refused;
  }

  // RFC 8265 section 4.3, table 3, with a length that is allowed here
  @Test
  void what_looks_the_same_is_the_same_and_capitals_count() {
    assertEquals("correct horse", Password.of("correct horse").text());
    assertEquals("Correct Horse", Password.of("Correct Horse").text());
    assertEquals("\u03c0\u00df\u00e5\u00c5", Password.of("\u03c0\u00dfa\u030a\u212b").text());
    assertEquals("Jack of \u2666s", Password.of("Jack of \u2666s").text());
    assertEquals("foo bar x", Password.of("foo\u1680bar\u00a0x").text());
    assertEquals("  spaces  ", Password.of("  spaces  ").text());
    assertEquals("\uac00\uac01\uac02", Password.of("\u1100\u1161\uac01\uac02").text());
    assertEquals("\ud83d\ude00\ud83d\ude00", Password.of("\ud83d\ude00\ud83d\ude00").text());
    assertEquals("\uff21bcdefgh", Password.of("\uff21bcdefgh").text(), "widths stay");
  }

  @Test
  void its_length_is_counted_in_bytes_of_utf_8_as_it_is_kept() {
    assertTrue(said("").contains("not 0 bytes"));
    assertTrue(said("1234567").contains("8 to 1024 bytes"));
    assertEquals(8, Password.of("12345678").bytes().length);
    assertEquals(8, Password.of("\u00fc\u00fc\u00fc\u00fc").bytes().length);
    assertTrue(said("u\u0308u\u0308u\u0308").contains("not 6 bytes"), "composed it is shorter");
    assertEquals(1_024, Password.of("x".repeat(1_024)).bytes().length);
    assertTrue(said("x".repeat(1_025)).contains("8 to 1024 bytes"));
    assertTrue(said("\u00fc".repeat(513)).contains("not 1026 bytes"));
  }

  @Test
  void what_cannot_be_typed_or_seen_is_refused() {
    for (final var wrong : List.of("\t", "\n", "\r", "\u0000", "\u007f", "\u0085", "\u2028")) {
      assertTrue(said("password" + wrong).contains("control characters"), () -> wrong);
    }
    for (final var wrong :
        List.of("\u200d", "\u00ad", "\ufeff", "\ue000", "\u0378", "\ufe0f", "\u115f", "\u1100")) {
      assertTrue(said("password" + wrong).contains("not seen"), () -> wrong);
    }
    assertTrue(said("password\ud800").contains("surrogate"));
  }

  @Test
  void what_prints_it_does_not_show_it() {
    assertEquals("Password[…]", Password.of("correct horse").toString());
  }
}
