package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What is made anew by every server gets names that tell the same from another.
class PlaceholdersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Placeholders placeholders = new Placeholders("1abc2def");

  private static String in(final Duration away) {
    return Instant.now().plus(away).toString();
  }

  @Test
  void the_same_id_has_the_same_number_and_another_one_another() {
    final var one = "k_0123456789";
    final var other = "k_abcdefghij";
    assertEquals("<key id 1>", placeholders.in(one));
    assertEquals("by <key id 2>, not <key id 1>", placeholders.in("by " + other + ", not " + one));
    assertEquals("<installation 1>", placeholders.in("i-abcdefgh_-345678"));
  }

  @Test
  void an_event_has_one_number_by_its_id_and_by_its_sequence() throws Exception {
    final var told = JSON.readTree("{\"event\":\"1abc2def-1a\",\"sequence\":46,\"unread\":46}");
    assertEquals(
        "{\"event\":\"<event 1>\",\"sequence\":\"<event 1>\",\"unread\":46}",
        placeholders.in(told).toString());
    assertEquals("<event 1>, <epoch>-0, 1-1", placeholders.in("1abc2def-1a, 1abc2def-0, 1-1"));
  }

  @Test
  void a_place_behind_the_newest_event_has_no_number() throws Exception {
    assertEquals("<position>", placeholders.in("1abc2def-2"));
    placeholders.in(JSON.readTree("{\"event\":\"1abc2def-1a\"}"));
    final var page = "{\"upTo\":\"1abc2def-1a\",\"more\":%s}";
    assertEquals(
        "{\"upTo\":\"<event 1>\",\"more\":true}",
        placeholders.in(JSON.readTree(page.formatted(true))).toString());
    assertEquals(
        "{\"upTo\":\"<position>\",\"more\":false}",
        placeholders.in(JSON.readTree(page.formatted(false))).toString());
    assertEquals(
        "id: <event 1>\ndata: {\"event\":\"<event 1>\"}\n\n",
        placeholders.inStream("id: 1abc2def-1a\ndata: {\"event\":\"1abc2def-1a\"}"));
    assertEquals(
        "id: <position>\ndata: {\"frame\":\"caught-up\"}\n\n",
        placeholders.inStream("id: 1abc2def-1a\ndata: {\"frame\":\"caught-up\"}"));
  }

  @Test
  void a_moment_says_how_far_away_it_is_and_a_distant_one_stays() {
    assertEquals("<now>", placeholders.in(in(Duration.ofSeconds(-20))));
    assertEquals("<now + PT24H>", placeholders.in(in(Duration.ofHours(24).minusSeconds(20))));
    assertEquals("<now - PT1H>", placeholders.in(in(Duration.ofHours(-1).minusSeconds(20))));
    assertEquals("2099-01-01T00:00:00Z", placeholders.in("2099-01-01T00:00:00Z"));
  }

  @Test
  void a_measured_duration_is_left_out_and_one_that_was_set_stays() {
    assertEquals("PT720H, not <duration>", placeholders.in("PT720H, not PT959H59M59.99S"));
  }
}
