package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTagTest {
  @ParameterizedTest
  @CsvSource({
    "en, en",
    "de-AT, de-AT",
    "pt_BR, pt-BR",
    "PT-br, pt-BR",
    "pt_BR.UTF-8, pt-BR",
    "de_DE@euro, de-DE",
    "zh_Hans_CN, zh-Hans-CN",
    "zh_TW_#Hant, zh-Hant-TW",
    "zh__#Hans, zh-Hans",
    "ZH-HANT, zh-Hant",
    "iw, he",
    "iw-IL, he-IL",
    "zh-cmn-Hans, cmn-Hans",
    "i-klingon, tlh",
    "en-, en",
    "de-AT-!, de-AT",
    "' fr ', fr",
    "es-419, es-419",
    "C, ''",
    "C.UTF-8, ''",
    "POSIX, ''",
    "und, ''",
    "und-DE, ''",
    "german!, ''",
    "'', ''",
    "1, ''",
    "'(null)', ''",
    "x-private, ''",
  })
  void each_way_to_write_a_language_has_one_form(final String written, final String tag) {
    assertEquals(tag, LanguageTag.canonical(written));
  }

  @Test
  void no_more_than_35_characters_are_kept_and_no_half_of_a_subtag() {
    final var tag =
        LanguageTag.canonical("de-Latn-DE-1996-u-co-phonebk-nu-latn-x-a-very-long-private-use");
    assertTrue(tag.length() <= 35, tag);
    assertEquals("de-Latn-DE-1996-u-co-phonebk-nu", tag);
    assertEquals(
        "en-a-bbbbbbbb-cccccccc", LanguageTag.canonical("en-a-bbbbbbbb-cccccccc-b-dddddddddd"));
    assertEquals("en", LanguageTag.canonical("en-" + "x".repeat(100_000)));
  }

  @Test
  void where_a_language_was_chosen_with_care_a_mistake_is_said() {
    assertEquals("pt-BR", LanguageTag.strict("pt_BR"));
    for (final var wrong : new String[] {"german!", "und", "C", "", "de-AT-!"}) {
      assertThrows(IllegalArgumentException.class, () -> LanguageTag.strict(wrong), wrong);
    }
  }
}
