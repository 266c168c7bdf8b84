package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.AppState;
import dev.reveille.model.InstallationId;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The live channel as an event stream: told by the stream, heard by requests.
class EventStreamTest {
  @AutoClose
  private final DeviceServer server =
      new DeviceServer(
          DeviceSettings.DEFAULT,
          LiveSettings.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1)));

  private final UserId anna = server.user("anna");
  private final PhoneRequests.Device phone = PhoneRequests.register(server, server.code(anna));

  private EventStream open() throws Exception {
    final var stream = EventStream.of(phone, "state=foreground");
    assertEquals(200, stream.status());
    return stream;
  }

  private InstallationId id() {
    return new InstallationId(phone.installation());
  }

  @Test
  void it_tells_the_inbox_and_then_what_happens_each_with_the_cursor_as_its_id() throws Exception {
    final long first = server.hand(SampleEvents.message("one ☎", anna));
    try (var stream = open()) {
      assertEquals("text/event-stream", stream.header("content-type"));
      assertEquals("no-store", stream.header("cache-control"));
      assertEquals("welcome", stream.next().kind());
      final var entry = stream.next();
      assertEquals("one ☎", entry.frame().path("content").path("text").asText());
      assertEquals(server.id(first), entry.id());
      assertEquals(server.id(first), stream.next("caught-up").id());

      final long second = server.hand(SampleEvents.message("two", anna));

      assertEquals(server.id(second), stream.next().id());
    }
  }

  @Test
  void what_was_told_is_acknowledged_by_a_request_and_not_told_again() throws Exception {
    final long sequence = server.hand(SampleEvents.message("one", anna));
    try (var stream = open()) {
      stream.next("caught-up");
      final var ack = "{\"upTo\":\"" + server.id(sequence) + "\"}";
      assertEquals(204, phone.send("POST", "/ack", ack).status());
      Eventually.holds(
          // the trail's lines may have taken the sequence after it before the stream read so far
          () -> server.store.inbox().cursor(anna, id()).sequence() >= sequence,
          "the cursor is kept");
    }
    try (var again = open()) {
      again.next("welcome");
      assertEquals("caught-up", again.next().kind());
    }
  }

  @Test
  void an_acknowledgement_of_what_was_not_told_is_refused() throws Exception {
    final long sequence = server.hand(SampleEvents.message("one", anna));
    final var ack = "{\"upTo\":\"" + server.id(sequence) + "\"}";
    assertEquals("RV-602", phone.send("POST", "/ack", ack).code());
    try (var stream = open()) {
      stream.next("caught-up");
      final var later = phone.send("POST", "/ack", "{\"upTo\":\"" + server.id(99) + "\"}");
      assertEquals(409, later.status());
      assertEquals("RV-101", phone.send("POST", "/ack", "{}").code());
    }
  }

  @Test
  void the_last_id_counts_before_the_cursor_in_the_address() throws Exception {
    final long first = server.hand(SampleEvents.message("one", anna));
    final long second = server.hand(SampleEvents.message("two", anna));
    final var query = "state=foreground&cursor=" + phone.cursor();
    try (var stream = EventStream.of(phone, query)) {
      assertEquals(server.id(first), stream.next("entry").id());
    }
    try (var stream = EventStream.of(phone, query, "Last-Event-ID", server.id(first))) {
      assertEquals(server.id(first), stream.next("welcome").id());
      assertEquals(server.id(second), stream.next().id());
    }
    try (var stream = EventStream.of(phone, query, "Last-Event-ID", "zzz-5")) {
      assertEquals("zzz-5", stream.next("gap").frame().path("asked").asText());
      assertEquals(server.id(first), stream.next().id());
    }
    try (var stream = EventStream.of(phone, query, "Last-Event-ID", "nonsense")) {
      assertEquals(400, stream.status());
    }
  }

  @Test
  void a_call_is_told_without_an_id_and_acknowledged_by_its_event() throws Exception {
    try (var stream = open()) {
      stream.next("caught-up");
      final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
      final long sequence = server.hand(call);

      final var ring = stream.next("call");

      assertEquals("", ring.id());
      assertEquals(call.call().toString(), ring.frame().path("call").asText());
      assertEquals(
          204,
          phone.send("POST", "/ack", "{\"events\":[\"" + server.id(sequence) + "\"]}").status());
      Eventually.holds(
          () ->
              server.store.trail().of(sequence).stream()
                  .anyMatch(line -> line.toString().contains("acknowledged")),
          "the acknowledgement in the trail");
    }
  }

  @Test
  void the_state_is_told_by_a_request_and_coming_to_the_front_brings_what_was_held_back()
      throws Exception {
    try (var stream = EventStream.of(phone, "")) {
      stream.next("caught-up");
      assertEquals(AppState.SUSPENDED, server.live.of(id()).state());
      final long sequence = server.hand(SampleEvents.message("held back", anna));

      assertEquals(204, phone.send("POST", "/state", "{\"state\":\"foreground\"}").status());

      assertEquals(server.id(sequence), stream.next("entry").id());
      assertEquals(AppState.FOREGROUND, server.live.of(id()).state());
    }
  }

  @Test
  void a_newer_channel_ends_the_stream_and_says_so() throws Exception {
    try (var older = open();
        var newer = EventStream.of(phone, "")) {
      final var last = older.next("error").frame();
      assertEquals("live", last.path("of").asText());
      assertEquals("RV-607", last.path("code").asText());
      assertNull(older.block());
      newer.next("caught-up");
      assertEquals(1, server.live.size());
    }
  }

  @Test
  void a_sign_out_ends_the_stream() throws Exception {
    try (var stream = open()) {
      stream.next("caught-up");
      assertEquals(204, phone.send("POST", "/sign-out", "").status());
      assertEquals("RV-320", stream.next("error").frame().path("code").asText());
      assertNull(stream.block());
    }
  }

  @Test
  void going_down_sends_the_stream_away_with_a_delay_that_browsers_keep() throws Exception {
    try (var stream = open()) {
      stream.next("caught-up");

      server.live.drain(Duration.ofSeconds(20));

      final var away = stream.next("go-away");
      final var delay = Duration.parse(away.frame().path("delay").asText());
      assertEquals(
          Long.toString(Math.max(1, delay.toMillis())), away.fields().getOrDefault("retry", ""));
      assertEquals("RV-124", stream.next("error").frame().path("code").asText());
      assertNull(stream.block());
    }
    try (var again = open()) {
      assertEquals("RV-124", again.next("error").frame().path("code").asText());
    }
  }

  @Test
  void a_quiet_stream_shows_signs_of_life_and_one_that_is_left_ends_the_foreground()
      throws Exception {
    try (var stream = open()) {
      stream.next("caught-up");
      for (int i = 0; i < 3; i++) {
        final var block = stream.block();
        assertTrue(block != null && block.comments().equals(List.of("ping")), "a comment");
      }
    }
    Eventually.holds(() -> !server.live.of(id()).channelOpen(), "the channel is closed");
  }

  @Test
  void a_reader_that_does_not_read_is_bounded_and_gets_every_entry_when_it_reads_again()
      throws Exception {
    final int messages = 200;
    try (var stream = open()) {
      stream.next("caught-up");
      for (int i = 0; i < messages; i++) {
        server.hand(SampleEvents.large(i, anna));
      }
      for (int i = 0; i < messages; i++) {
        final var entry = stream.next("entry");
        final var number = entry.frame().path("content").path("data").path("number").asText();
        assertEquals(Integer.toString(i), number);
        if (i % 50 == 49) {
          final var ack = "{\"upTo\":\"" + entry.id() + "\"}";
          assertEquals(204, phone.send("POST", "/ack", ack).status());
        }
      }
    }
  }

  @Test
  void a_reader_that_never_reads_loses_its_channel() throws Exception {
    try (var stream = open()) {
      for (int i = 0; i < 400; i++) {
        server.hand(SampleEvents.large(i, anna));
      }
      Eventually.holds(() -> !server.live.of(id()).channelOpen(), "the channel is closed");
    }
  }

  @Test
  void only_a_get_opens_it_and_without_a_token_nothing_does() throws Exception {
    final var head =
        PhoneRequests.send(server.address(), "HEAD", "/live", "", "Accept", "text/event-stream");
    assertEquals(405, head.status());
    assertEquals(405, phone.send("HEAD", "/live", "").status());
    try (var stream = new EventStream(server.address(), "/live")) {
      assertEquals(401, stream.status());
      assertEquals("RV-404", stream.problem().path("code").asText());
    }
    try (var stream = EventStream.of(phone, "state=asleep")) {
      assertEquals(400, stream.status());
    }
    assertFalse(server.live.of(id()).channelOpen());
  }
}
