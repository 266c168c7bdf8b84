package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What people are told: each code once, in words that help.
class ReasonTest {

  /// They say that something went as it should. Everything else has a remedy, if only that there is
  /// nothing to do.
  private static final Set<Reason> NOTHING_TO_MEND =
      EnumSet.of(
          Reason.FOREGROUND_CALL,
          Reason.FOREGROUND_MESSAGE,
          Reason.SUSPENDED_CALL,
          Reason.SUSPENDED_MESSAGE,
          Reason.LIVE_BUT_SUSPENDED,
          Reason.WITHDRAW,
          Reason.CALLER_SHOWN_AS_ALERT,
          Reason.MISSED_ALERT_TELLS,
          Reason.ANSWERED_HERE,
          Reason.NEVER_RANG_HERE,
          Reason.ALREADY_READ,
          Reason.WAITING_AFTER_RESTART,
          Reason.LIVE_ACKNOWLEDGED,
          Reason.DECLINED_HERE);

  @Test
  void each_code_is_used_once() {
    final var codes = Arrays.stream(Reason.values()).map(Reason::code).collect(Collectors.toSet());
    assertEquals(Reason.values().length, codes.size());
  }

  @Test
  void each_has_words_and_no_words_are_left_over() {
    assertEquals(Reason.values().length, ReasonWords.count());
  }

  @Test
  void codes_belong_to_a_family_and_families_stand_together() {
    int family = 1;
    for (final var reason : Reason.values()) {
      assertTrue(reason.code().matches("RV-[1-7][0-9]{2}"), reason::code);
      final int next = ReasonsPage.family(reason);
      assertTrue(next >= family, () -> reason + " stands among others");
      family = next;
    }
  }

  @Test
  void each_says_a_sentence_and_what_to_do() {
    for (final var reason : Reason.values()) {
      assertTrue(reason.sentence().matches("[A-Z].*\\."), reason::sentence);
      assertEquals(NOTHING_TO_MEND.contains(reason), reason.remedy().isEmpty(), reason::name);
      assertTrue(
          reason.remedy().isEmpty() || reason.remedy().matches("[A-Z].*\\."), reason::remedy);
    }
  }

  @Test
  void the_page_of_reasons_is_fresh() throws IOException {
    final var page = Path.of("..", "docs", "reasons.md");
    assertEquals(
        ReasonsPage.text(),
        Files.readString(page),
        "docs/reasons.md is stale: see ReasonsPage for the command that writes it");
  }
}
