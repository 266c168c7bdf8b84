package dev.reveille.bench.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One line planted per kind is found.
class ContentScanTest {
  private static final String NAME = "Zoë Quellwasser";
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  private final ContentScan scan =
      ContentScan.of(List.of(NAME), List.of("strictly between us"), List.of(TOKEN));

  private List<String> planted(final String words) {
    return scan.find("the log", "INFO ready\nINFO event 2n9c-1 " + words + " accepted\nINFO end\n");
  }

  @Test
  void an_innocent_log_has_no_finding() {
    assertEquals(List.of(), planted("of the class message"));
  }

  @Test
  void names_words_and_tokens_are_found_in_their_line() {
    assertEquals(List.of("the log holds a name (line 2)"), planted(NAME));
    assertEquals(
        List.of("the log holds the words of a message (line 2)"),
        planted("number 7, strictly between us"));
    assertEquals(
        List.of("the log holds a token or key, or its beginning (line 2)"), planted(TOKEN));
  }

  @Test
  void the_first_twelve_characters_of_a_token_are_found_and_fewer_are_not() {
    assertNotEquals(List.of(), planted(TOKEN.substring(0, 12) + "..."));
    assertEquals(List.of(), planted(TOKEN.substring(0, 11) + "..."));
  }

  @Test
  void a_percent_encoded_name_is_found_with_either_space_and_either_case() {
    final var plus = URLEncoder.encode(NAME, StandardCharsets.UTF_8);
    assertNotEquals(List.of(), planted(plus));
    assertNotEquals(List.of(), planted(plus.replace("+", "%20")));
    assertNotEquals(List.of(), planted(plus.toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab", "abc", "{\"name\":\""})
  void a_base64_encoded_name_is_found_wherever_it_begins(final String before) {
    final byte[] bytes = (before + NAME + "\",\"more\":1}").getBytes(StandardCharsets.UTF_8);
    assertNotEquals(List.of(), planted(Base64.getEncoder().encodeToString(bytes)));
    assertNotEquals(List.of(), planted(Base64.getUrlEncoder().encodeToString(bytes)));
  }

  @Test
  void an_empty_secret_finds_nothing() {
    assertEquals(
        List.of(), ContentScan.of(List.of(), List.of(), List.of("")).find("the log", "anything"));
  }
}
