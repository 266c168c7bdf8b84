package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The scan itself: what is planted is found, what is near it is not.
final class ConfidentialTest {
  private static final String TOKEN = "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf";
  private static final String KEY =
      "-----BEGIN PRIVATE KEY-----\n"
          + "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH\n"
          + "-----END PRIVATE KEY-----";

  private final Confidential said = new Confidential();
  private final NoticedFaults faults = new NoticedFaults();

  @BeforeEach
  void a_story_said_this() throws Exception {
    final var json = new ObjectMapper();
    said.request(
        "/v1/events",
        json.readTree(
            """
            {"class": "call", "call": {"caller":
                {"name": "Zoë Müller", "address": "sip:zoe@example.org"}},
             "content": {"title": "Bob", "text": "the merger is on", "data": {"a": "payload-7"}}}
            """));
    said.request(
        "/v1/apps/x/credentials/apns", json.createObjectNode().put("key", KEY).put("team", "T"));
    said.request(
        "/v1/users/anna",
        json.readTree(
            """
            {"addresses": ["sip:anna@example.com"]}
            """));
    said.token(TOKEN);
    said.token("rk_4ySm8Dq0aZx-71Qp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-26T21:00:00Z INFO Intake a call of Zoë Müller",
        "from=sip:zoe@example.org;x",
        "{\"user\":\"sip:anna@example.com\"}",
        "title=Bob,",
        "could not send 'the merger is on'",
        "data payload-7",
        "address 740f4707bebc… retired",
        "key rk_4ySm8Dq0aZx-71Qp",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH",
        "GET /v1/users/Zo%C3%AB+M%C3%BCller",
        "GET /v1/users/Zo%C3%AB%20M%C3%BCller",
        "GET /calls?from=sip%3Azoe%40example.org",
        "{\"name\":\"Zo\\u00eb M\\u00fcller\"}"
      })
  void each_planted_line_is_found(final String planted) {
    assertEquals(1, said.in("the log", "INFO all is well\n" + planted + "\nINFO bye\n").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "xy", "xyz", "{\"caller\":\""})
  void a_name_in_base64_is_found_wherever_it_begins(final String before) {
    final var value = (before + "Zoë Müller" + "?>").getBytes(StandardCharsets.UTF_8);
    for (final var base64 : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
      final var line = "cookie " + base64.encodeToString(value);
      assertTrue(
          said.in("the log", line).stream().anyMatch(found -> found.contains("in base64")), line);
    }
  }

  @Test
  void what_is_found_is_told_with_its_place_and_line() {
    assertEquals(
        "the log repeats the name 'Bob': INFO said Bob",
        said.in("the log", "INFO one\nINFO said Bob\nINFO two").getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bobby and Bobs",
        "themerger is on",
        "740f4707beb is not enough",
        "zoe, anna",
        "payload-70"
      })
  void what_only_resembles_it_is_left_alone(final String line) {
    assertEquals(List.of(), said.in("the log", line));
  }

  @Test
  void a_text_too_short_to_be_found_is_refused() {
    assertThrows(AssertionError.class, () -> said.text("now"));
    assertThrows(AssertionError.class, () -> said.name("B"));
    assertThrows(AssertionError.class, () -> said.token("rk_1"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2026-11-26T21:00:00.1Z SEVERE Dispatcher a turn failed
          2026-11-26T21:00:00.1Z ERROR Dispatcher a turn failed
          SEVERE: a turn failed
          """)
  void a_fault_in_the_log_is_found(final String line) {
    final var log = "2026-11-26T21:00:00Z INFO Main ready\n" + line + "\n";
    assertEquals(List.of("the log has a fault: " + line), faults.inLog(log));
    faults.announce("a turn failed", 1);
    assertEquals(List.of(), faults.inLog(log));
    assertEquals(1, faults.inLog(log + line + "\n").size(), "one more than announced");
    assertEquals(1, faults.inLog("").size(), "one less than announced");
  }

  @Test
  void a_counted_fault_is_found_and_so_is_a_counter_that_is_not_there() {
    final var page = "# TYPE reveille_faults_total counter\nreveille_faults_total ";
    assertEquals(List.of(), faults.inMetrics(page + "0.0\n"));
    assertEquals(1, faults.inMetrics(page + "1.0\n").size());
    assertEquals(1, faults.inMetrics("reveille_events_total 1.0\n").size());
    faults.announceCounted(1);
    assertEquals(List.of(), faults.inMetrics(page + "1.0\n"));
    assertEquals(1, faults.inMetrics(page + "0.0\n").size());
  }
}
