package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the words of the trade do not allow.
class ModelTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
  private static final Life LIFE = new Life(NOW.plusSeconds(60), NOW.plusSeconds(60));

  private static Event.Message to(final List<UserId> recipients) {
    return new Event.Message(
        new EventKey(ACME, "chat", "1"),
        recipients,
        "t",
        new ConversationId("team"),
        Content.EMPTY,
        LIFE);
  }

  @Test
  void an_event_has_one_to_a_thousand_recipients_and_names_none_twice() {
    assertThrows(IllegalArgumentException.class, () -> to(List.of()));
    final var many = new ArrayList<UserId>();
    for (int i = 0; i < Event.MOST_RECIPIENTS; i++) {
      many.add(new UserId(ACME, "u" + i));
    }
    assertEquals(1_000, to(many).recipients().size());
    many.add(new UserId(ACME, "one more"));
    assertThrows(IllegalArgumentException.class, () -> to(many));
    final var anna = new UserId(ACME, "anna");
    assertEquals(List.of(anna), to(List.of(anna, anna)).recipients());
  }

  @Test
  void an_event_is_not_kept_shorter_than_it_alerts() {
    final var wrong =
        assertThrows(IllegalArgumentException.class, () -> new Life(NOW.plusSeconds(1), NOW));
    assertTrue(wrong.toString().contains("keepUntil (2026-11-21T10:15:30Z)"));
    assertTrue(LIFE.mayAlertAt(NOW.plusSeconds(59)));
    assertFalse(LIFE.mayAlertAt(NOW.plusSeconds(60)));
  }

  @Test
  void a_position_reads_as_it_is_written() {
    final var position = new Position(-5, 4_711);
    assertEquals(position, Position.of(position.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "-1", "1", "1-", "1--5", "x y-1", "1-zz z", "1-99999999999999999999"})
  void what_is_no_position_is_refused(final String text) {
    final var refused = assertThrows(IllegalArgumentException.class, () -> Position.of(text));
    assertFalse(String.valueOf(refused.getMessage()).contains("input string"), "Java's words");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u0000b"})
  void identifiers_are_not_empty_and_hold_no_control_characters(final String name) {
    assertThrows(IllegalArgumentException.class, () -> new UserId(ACME, name));
  }

  /// Tokens, callers and texts must not get into a log by way of a record that is printed.
  @Test
  void what_is_printed_tells_no_secret_and_no_content() {
    final var call =
        new Event.IncomingCall(
            new EventKey(ACME, "pbx", "1"),
            List.of(new UserId(ACME, "anna")),
            "call",
            CallId.of("0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10"),
            new Caller("Secret Name", "sip:secret@example.org"),
            false,
            LIFE);
    final var address =
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            new AppId("app"),
            false,
            new PushToken("secret-token"),
            NOW);
    final var content = new Content("Secret title", "Secret text", Map.of("k", "secret"));
    final var key = new Credential.Apns("TEAM", "KEY", "secret pem", "", "", "");
    for (final var printed : List.of(call, address, content, key)) {
      assertFalse(printed.toString().toLowerCase(Locale.ROOT).contains("secret"));
    }
  }

  @Test
  void the_app_state_knows_six_words_C2_04() {
    assertEquals(AppState.FOREGROUND, AppState.of("foreground"));
    final var inactive = List.of("suspended", "background", "locked", "screen-off", "stopped");
    for (final var word : inactive) {
      assertEquals(AppState.SUSPENDED, AppState.of(word), word);
    }
    for (final var other : List.of("Foreground", "asleep", "screen off", "foreground ", "")) {
      assertThrows(IllegalArgumentException.class, () -> AppState.of(other), other);
    }
  }

  @Test
  void half_a_surrogate_pair_is_no_identifier_and_a_whole_one_is() {
    for (final var half : List.of("a\ud83d", "\ude00b", "\ud83dx", "\ude00\ud83d")) {
      final var refused = assertThrows(IllegalArgumentException.class, () -> new AppId(half));
      assertEquals("app holds half a surrogate pair: no character", refused.getMessage());
    }
    assertEquals("\ud83d\ude00", new AppId("\ud83d\ude00").value());
  }

  @Test
  void the_version_is_the_one_of_the_build() {
    assertTrue(Product.VERSION.matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), Product.VERSION);
  }
}
