package dev.reveille.cli.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.cli.wire.Json;
import org.junit.jupiter.api.Test;

class CallWordsTest {
  @Test
  void every_end_of_a_call_reads_as_a_sentence() {
    assertWords("answered by anna on i-1", "{'end':{'how':'answered','by':'anna','on':'i-1'}}");
    assertWords("declined by bob", "{'end':{'how':'declined','by':'bob'}}");
    assertWords("the caller gave up", "{'end':{'how':'cancelled'}}");
    assertWords("not answered in time", "{'end':{'how':'timed-out'}}");
    assertWords("answered elsewhere", "{'end':{'how':'answered-elsewhere'}}");
    assertWords(
        "answered elsewhere (desk phone)",
        "{'end':{'how':'answered-elsewhere','where':'desk phone'}}");
  }

  @Test
  void a_ringing_call_says_how_long_and_who_declined() {
    assertWords(
        "ringing until 2026-03-01T12:00:00.123Z",
        "{'ringsUntil':'2026-03-01T12:00:00.1239Z','declinedBy':[]}");
    assertWords(
        "ringing until 2026-03-01T12:00:00.123Z, declined by bob",
        "{'ringsUntil':'2026-03-01T12:00:00.1239Z','declinedBy':['bob']}");
  }

  private static void assertWords(final String expected, final String call) {
    assertEquals(expected, CallWords.of(Json.read(call.replace('\'', '"'))));
  }
}
