package dev.reveille.cli.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Whole stories, word for word: the fixtures are answers of `GET /v1/events/{event}/trail`.
class StoryTest {
  @Test
  void a_call_to_a_sleeping_phone_with_a_push_service_that_was_away_for_a_moment()
      throws IOException {
    assertEquals(
        read("sleeping-call.txt").strip(), Story.of(Json.read(read("sleeping-call.json"))));
  }

  @Test
  void a_message_to_two_devices_one_of_which_may_not_be_pushed_to() throws IOException {
    assertEquals(read("push-off.txt").strip(), Story.of(Json.read(read("push-off.json"))));
  }

  @Test
  void answers_of_two_ways_are_told_in_the_order_in_which_they_came() throws IOException {
    assertEquals(read("declined.txt").strip(), Story.of(Json.read(read("declined.json"))));
  }

  @Test
  void content_is_told_only_when_the_server_gave_it() throws IOException {
    final var trail = (ObjectNode) Json.read(read("push-off.json"));
    assertFalse(Story.of(trail).contains("It says"));
    trail.withObject("/event").putObject("content").put("title", "Bob").put("text", "Lunch?");
    assertTrue(Story.of(trail).contains("  It says: Bob | Lunch?\n"));
  }

  @Test
  void a_push_service_out_of_reach_is_told_with_its_cause_and_the_causes_own_remedy()
      throws IOException {
    final var trail = (ObjectNode) Json.read(read("sleeping-call.json"));
    final var attempt = (ObjectNode) trail.at("/devices/0/tries/0");
    attempt
        .putObject("cause")
        .put("word", "tls-expired")
        .put("sentence", "The certificate is not valid now.")
        .put("remedy", "Check the clock.");
    final String story = Story.of(trail).replaceAll("\\s+", " ");
    assertTrue(story.contains("The certificate is not valid now. (RV-214, tls-expired)"), story);
    assertTrue(story.contains("Remedy: Check the clock."), story);
    assertFalse(story.contains("Remedy: Nothing to do"), story);
  }

  @Test
  void a_device_that_came_while_the_call_rang_says_when() throws IOException {
    final var trail = (ObjectNode) Json.read(read("sleeping-call.json"));
    ((ObjectNode) trail.at("/devices/0")).put("registeredAt", "2026-03-01T12:00:00.124Z");
    assertTrue(Story.of(trail).contains("+1.0 ms  The app registered this device.\n"));
  }

  @Test
  void an_event_of_which_nothing_is_known_yet_says_so() {
    final String story =
        Story.of(
            Json.read(
                """
                {"event":{"event":"e-1","acceptedAt":"2026-03-01T12:00:00Z","source":"s",
                 "class":"call-end","to":["anna"]},"settled":false,"devices":[],"notNotified":[]}\
                """));
    assertEquals(
        """
        Event e-1: the end of a call for anna
          from s, accepted 2026-03-01T12:00:00Z

        Nothing is known yet. Ask again in a moment.\
        """,
        story);
  }

  @Test
  void every_outcome_that_the_api_page_names_is_told_in_words() throws IOException {
    final String page = Files.readString(Path.of("..", "docs", "protocols", "api.md"));
    final var words =
        page.substring(page.indexOf("| outcome | of |"))
            .lines()
            .skip(2)
            .takeWhile(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();
    assertTrue(words.contains("waits"));
    words.forEach(word -> assertNotEquals(word + ".", DeviceStory.outcome(word)));
  }

  private static String read(final String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(StoryTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void an_end_that_came_before_its_call_says_for_what_it_waits() {
    final var story =
        Story.of(
            Json.read(
                """
                {"event":{"event":"e-1","class":"call-end","type":"call-end","to":[],
                 "source":"reveille:call:early","id":"u/1/x","acceptedAt":"2026-03-01T12:00:00Z"},
                 "settled":true,"devices":[],"notNotified":[]}
                """));
    assertTrue(story.startsWith("Event e-1: the end of a call that was not known yet\n"), story);
    assertTrue(story.endsWith("It waits ten minutes for its call."), story);
  }

  @Test
  void a_caller_of_whom_nothing_is_known_takes_no_line() throws IOException {
    final var trail = (ObjectNode) Json.read(read("sleeping-call.json"));
    trail.withObject("/event/call/caller").removeAll();
    assertFalse(Story.of(trail).contains("The caller:"), Story.of(trail));
  }

  @Test
  void a_line_of_a_clearing_house_names_it() {
    final var line =
        Json.object()
            .put("way", "relay")
            .put("number", 2)
            .put("outcome", "handed-over")
            .put("detail", "push.example: apns-id: 1");
    assertEquals(
        "At push.example, try 2: the push service took it. [apns-id: 1]",
        DeviceStory.attempt(line));
  }
}
