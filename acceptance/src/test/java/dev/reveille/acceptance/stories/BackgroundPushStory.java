package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Pushes that show nothing, to an iPhone: one leaves in 20 minutes, and the trail says what became
/// of the others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BackgroundPushStory {
  private static final Pattern HELD =
      Pattern.compile("a background push left at (\\S+Z); the next one may leave at (\\S+Z)");

  private final Theatre theatre;

  BackgroundPushStory() throws Exception {
    this.theatre = new Theatre();
  }

  @BeforeAll
  void raise() throws Exception {
    theatre.switchPush(true);
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
  }

  /// An iPhone of a new user; answers its token at Apple.
  private String iPhone(final String user) throws Exception {
    final var token = theatre.apple.newToken(Theatre.APP, false);
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    theatre.device(
        user,
        Theatre.APP,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", "message", "token", token));
    return token;
  }

  private String change(final String user, final Map<String, Object> more) throws Exception {
    final var what = new HashMap<String, Object>(more);
    what.putAll(Map.of("class", "change", "folders", List.of("INBOX")));
    return theatre.event(user, what);
  }

  private String change(final String user) throws Exception {
    return change(user, Map.of());
  }

  /// The last line about a push of the event that is not about to leave.
  private JsonNode told(final String event, final String outcome) throws Exception {
    return AcrossProcesses.get(
        outcome + " of " + event,
        () -> {
          for (final var device : theatre.devices(event)) {
            for (final var each : device.get("tries")) {
              if (each.get("outcome").asText().equals(outcome)) {
                return each;
              }
            }
          }
          return null;
        });
  }

  @Test
  void one_that_comes_too_soon_waits_and_holds_up_no_message() throws Exception {
    final var token = iPhone("waiting");
    final var first = change("waiting");
    told(first, "handed-over");
    final var event = change("waiting");
    final var held = told(event, "try-again");
    assertEquals("RV-238", held.at("/why/code").asText());
    final var words = HELD.matcher(held.get("detail").asText());
    assertTrue(words.matches(), held::toString);
    assertEquals(
        Duration.ofMinutes(20),
        Duration.between(Instant.parse(words.group(1)), Instant.parse(words.group(2))));
    told(theatre.message("waiting", "hello"), "handed-over");
    assertEquals(
        List.of("background", "alert"),
        theatre.apple.pushes(token).stream().map(push -> push.header("apns-push-type")).toList());
    assertTrue(
        theatre.explain(event).replaceAll("\\s+", " ").contains("may leave at " + words.group(2)),
        theatre.explain(event));
  }

  @Test
  void one_whose_time_is_over_before_ends_with_that() throws Exception {
    final var token = iPhone("ending");
    told(change("ending"), "handed-over");
    final var soon = Instant.now().plus(Duration.ofMinutes(5)).toString();
    final var event = change("ending", Map.of("alertBefore", soon));
    final var last = told(event, "expired");
    assertEquals("RV-310", last.at("/why/code").asText());
    assertEquals(
        "it waited: RV-238 Another push that shows nothing woke this phone less than 20 minutes"
            + " ago; this one waits.",
        last.get("detail").asText());
    assertEquals(1, theatre.apple.pushes(token).size());
  }

  @Test
  void what_was_accepted_before_another_one_left_folds_into_it() throws Exception {
    final var token = iPhone("folding");
    theatre.apple.fault(Fault.answer(AppleReason.TooManyRequests).withRetryAfter(2).to(token));
    final var first = change("folding");
    assertEquals("RV-212", told(first, "try-again").at("/why/code").asText());
    final var second = change("folding");
    told(second, "handed-over");
    final var folded = told(first, "not-sent");
    assertEquals("RV-237", folded.at("/why/code").asText());
    final var into = theatre.pushOf(second).header("apns-id");
    assertTrue(
        folded.get("detail").asText().matches("into the push " + into + " of \\S+Z"),
        folded::toString);
    for (final var device : theatre.devices(first)) {
      assertTrue(device.get("settled").asBoolean(), device::toString);
    }
    final var explained = theatre.explain(first).replaceAll("\\s+", " ");
    assertTrue(explained.contains("RV-237"), explained);
    assertTrue(explained.contains("into the push " + into), explained);
    assertEquals(
        List.of(429, 200),
        theatre.apple.pushes(token).stream().map(push -> push.status()).toList());
  }
}
