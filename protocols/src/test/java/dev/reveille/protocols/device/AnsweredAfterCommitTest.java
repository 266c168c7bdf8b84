package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.Mark;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a phone was answered is on disk: it does not say it again after a crash of the server.
class AnsweredAfterCommitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;
  @AutoClose private DeviceServer server;
  private UserId anna;
  private PhoneRequests.Device phone;
  private long message;

  @BeforeEach
  void start() {
    start(PATIENCE);
  }

  private void start(final Duration patience) {
    server = new DeviceServer(directory, DeviceSettings.DEFAULT, LiveSettings.DEFAULT, patience);
    anna = server.user("anna");
    phone = PhoneRequests.register(server, server.code(anna));
    message = server.hand(SampleEvents.message("Lunch?", anna));
  }

  private String event() {
    return server.id(message);
  }

  private String receipt(final String mark) {
    return "{\"receipts\":[{\"event\":\"" + event() + "\",\"mark\":\"" + mark + "\"}]}";
  }

  private static Predicate<Note> marked(final Mark mark) {
    return note -> note instanceof Note.Marked marked && marked.mark() == mark;
  }

  private void awaitHeld(final Predicate<Note> note) {
    Eventually.holds(
        () -> server.journal.waiting().stream().anyMatch(note), "the note reaches the journal");
  }

  /// Another request of the phone goes there and back: an answer that did not wait would be there.
  private void goThereAndBack() {
    assertEquals(200, phone.send("GET", "/inbox", "").status());
  }

  private void isAnsweredAfterTheCommit(
      final int status, final String path, final String body, final Predicate<Note> note) {
    server.journal.hold();
    final var answer = phone.sendLater("POST", path, body);
    awaitHeld(note);
    goThereAndBack();
    assertFalse(answer.isDone(), "answered before the commit");
    server.journal.letGo();
    assertEquals(
        status, answer.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).join().status());
  }

  @Test
  void read_is_answered_after_the_commit() {
    isAnsweredAfterTheCommit(
        204,
        "/conversations/team/read",
        "{\"upTo\":\"" + event() + "\"}",
        note -> note instanceof Note.ReadUpTo);
    assertEquals(0, server.store.inbox().unread(anna));
  }

  @Test
  void marks_are_answered_after_the_commit() {
    isAnsweredAfterTheCommit(204, "/receipts", receipt("read"), marked(Mark.READ));
    isAnsweredAfterTheCommit(204, "/receipts", receipt("dismissed"), marked(Mark.DISMISSED));
    isAnsweredAfterTheCommit(204, "/receipts", receipt("received"), marked(Mark.RECEIVED));
  }

  @Test
  void a_mark_said_again_waits_for_the_commit_of_the_first() {
    server.journal.hold();
    final var first = phone.sendLater("POST", "/receipts", receipt("read"));
    awaitHeld(marked(Mark.READ));
    final int before = server.journal.handIns();
    final var again = phone.sendLater("POST", "/receipts", receipt("read"));
    Eventually.holds(() -> server.journal.handIns() > before, "it reaches the journal");
    goThereAndBack();
    assertFalse(first.isDone() || again.isDone(), "answered before the commit");
    server.journal.letGo();
    assertEquals(204, first.join().status());
    assertEquals(204, again.join().status());
  }

  @Test
  void events_acknowledged_are_answered_after_the_commit() {
    isAnsweredAfterTheCommit(
        204, "/ack", "{\"events\":[\"" + event() + "\"]}", marked(Mark.RECEIVED));
  }

  @Test
  void a_position_acknowledged_on_the_open_channel_is_answered_after_the_commit() {
    final var socket = phone.live("foreground");
    final var position = socket.next("entry").path("position").asText();
    socket.next("caught-up");
    isAnsweredAfterTheCommit(
        204, "/ack", "{\"upTo\":\"" + position + "\"}", note -> note instanceof Note.Cursor);
  }

  @Test
  void a_ring_declined_here_is_answered_after_the_commit() {
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    server.hand(call);
    socket.next("call");
    isAnsweredAfterTheCommit(
        200,
        "/calls/" + call.call() + "/decline",
        "{\"everywhere\":false}",
        note ->
            note instanceof Note.TrailLine(TrailEntry line)
                && line.toString().contains("DECLINED_HERE"));
  }

  @Test
  void frames_with_an_id_are_done_after_the_commit() {
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    server.journal.hold();
    socket.say(
        "{\"frame\":\"read\",\"id\":\"r\",\"conversation\":\"team\",\"upTo\":\"" + event() + "\"}");
    awaitHeld(note -> note instanceof Note.ReadUpTo);
    socket.say(
        "{\"frame\":\"mark\",\"id\":\"m\",\"mark\":\"read\",\"events\":[\"" + event() + "\"]}");
    awaitHeld(marked(Mark.READ));
    socket.say("{\"frame\":\"state\",\"id\":\"s\",\"state\":\"foreground\"}");
    assertEquals("s", socket.next("done").path("id").asText());
    server.journal.letGo();
    final var one = socket.next("done").path("id").asText();
    final var other = socket.next("done").path("id").asText();
    assertEquals(java.util.Set.of("r", "m"), java.util.Set.of(one, other));
  }

  @Test
  void a_store_that_cannot_commit_is_answered_with_its_reason_in_bounded_time() {
    server.close();
    start(Duration.ofMillis(200));
    server.journal.hold();
    for (final var request :
        java.util.Map.of(
                "/conversations/team/read",
                "{\"upTo\":\"" + event() + "\"}",
                "/receipts",
                receipt("shown"))
            .entrySet()) {
      final var refused = phone.send("POST", request.getKey(), request.getValue());
      assertEquals(503, refused.status());
      assertEquals("RV-122", refused.code());
      assertEquals(1, refused.json().path("retryAfter").asInt());
    }
    server.journal.letGo();
    assertEquals(204, phone.send("POST", "/receipts", receipt("shown")).status());
  }
}
