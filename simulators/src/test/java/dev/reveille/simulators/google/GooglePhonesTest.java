package dev.reveille.simulators.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.ServiceCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What Google keeps for a phone that cannot be reached, and for how long.
final class GooglePhonesTest {
  private static final String TOKEN = "t";
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final Phones phones =
      new Phones(GoogleOptions.DEFAULT.withClock(() -> now), new ServiceCounters());
  private final List<String> heard = new ArrayList<>();
  private long sequence;

  private void deliver(final String id, final String android) throws Exception {
    final var message =
        new ObjectMapper()
            .readTree("{\"data\":{\"id\":\"" + id + "\"},\"android\":{" + android + "}}");
    phones.deliver(new ArrivedMessage(++sequence, TOKEN, "p", message, now, 200, "ACCEPTED"));
  }

  private AutoCloseable connect() {
    return phones.connect(
        TOKEN,
        delivery ->
            heard.add(delivery.message() == null ? "deleted" : delivery.message().data("id")));
  }

  @Test
  void what_waited_comes_first_and_nothing_that_expired() throws Exception {
    deliver("call", "\"priority\":\"HIGH\",\"ttl\":\"30s\"");
    deliver("chat", "\"priority\":\"HIGH\",\"ttl\":\"3600s\"");
    deliver("now or never", "\"ttl\":\"0s\"");
    now = now.plusSeconds(31);
    try (var _ = connect()) {
      deliver("live", "");
    }
    assertEquals(List.of("chat", "live"), heard);
  }

  @Test
  void of_each_collapse_key_the_newest_is_kept_and_of_keys_four() throws Exception {
    deliver("old", "\"collapse_key\":\"a\"");
    deliver("new", "\"collapse_key\":\"a\"");
    for (final String key : List.of("b", "c", "d", "e")) {
      deliver(key, "\"collapse_key\":\"" + key + "\"");
    }
    connect().close();
    assertEquals(List.of("b", "c", "d", "e"), heard);
  }

  @Test
  void beyond_a_hundred_all_without_a_key_are_dropped_and_the_phone_is_told() throws Exception {
    deliver("kept", "\"collapse_key\":\"a\"");
    for (int i = 0; i < 101; i++) {
      deliver("m" + i, "");
    }
    connect().close();
    assertEquals(List.of("deleted", "kept"), heard);
  }

  @Test
  void in_doze_only_high_messages_come_through() throws Exception {
    phones.put(RegistrationToken.active(TOKEN, "p"));
    assertNotNull(phones.token(TOKEN));
    try (var _ = connect()) {
      phones.doze(TOKEN, true);
      deliver("mail", "\"priority\":\"NORMAL\"");
      deliver("call", "\"priority\":\"HIGH\"");
      assertEquals(List.of("call"), heard);
      now = now.plus(Duration.ofMinutes(10));
      phones.doze(TOKEN, false);
      assertEquals(List.of("call", "mail"), heard);
    }
  }

  @Test
  void a_token_that_is_gone_keeps_nothing() throws Exception {
    deliver("chat", "");
    phones.put(new RegistrationToken(TOKEN, "p", RegistrationToken.State.UNREGISTERED));
    connect().close();
    assertEquals(List.of(), heard);
  }
}
