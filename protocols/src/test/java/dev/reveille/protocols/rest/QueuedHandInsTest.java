package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.protocols.rest.ApiUnderTest.Reply;
import dev.reveille.routing.port.SecretStore.Right;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Hand-ins that wait, to be read or for their turn to read the disk: what others notice, and what
/// happens meanwhile to their key and their peer.
@Timeout(60)
final class QueuedHandInsTest {
  private static final int MANY = LookupFairness.FEW + 1;
  private static final int PLACES = 8;
  private static final int LARGE = LargeBodies.LARGE;

  private final BlockingQueue<Runnable> toRead = new LinkedBlockingQueue<>();
  private final HeldTurn turn = new HeldTurn();
  private final ApiUnderTest api =
      new ApiUnderTest(
          RestLimits.DEFAULT.withAtOnce(PLACES, PLACES), toRead::add, turn.turns); // one event loop
  private final Caller acme = api.caller();
  private final Caller other = api.caller(ApiUnderTest.OTHER, Right.values());
  private ApiKeys.Made made = key();

  @BeforeEach
  void people() {
    assertEquals(201, acme.put("/v1/users/anna", "{}").status());
    assertEquals(201, other.put("/v1/users/olga", "{}").status());
    for (int i = 0; i < MANY; i++) {
      assertEquals(201, acme.put("/v1/users/cold-" + i, "{}").status());
    }
    assertEquals(202, acme.event(message("warm", "\"anna\"", 1)).status());
  }

  @AfterEach
  void close() {
    turn.close();
    api.close();
  }

  private ApiKeys.Made key() {
    return ApiKeys.make(
        api.store().secrets(),
        ApiUnderTest.ACME,
        EnumSet.of(Right.SEND),
        "removed soon",
        Instant.now(),
        "test");
  }

  /// A caller whose key memory knows.
  private Caller sender() {
    made = key();
    final var sender = api.caller(made.secret());
    assertEquals(200, sender.get("/v1").status());
    return sender;
  }

  private void remove() {
    assertEquals(204, acme.delete("/v1/keys/" + made.key().id()).status());
  }

  private static String message(final String id, final String to, final int characters) {
    return """
    {"id":"%s","source":"chat","class":"message","to":[%s],"conversation":"c",\
    "content":{"title":"Bob","text":"%s"}}\
    """
        .formatted(id, to, "x".repeat(characters));
  }

  private static String names(final String prefix) {
    final var names = new ArrayList<String>();
    for (int i = 0; i < MANY; i++) {
      names.add("\"" + prefix + i + "\"");
    }
    return String.join(",", names);
  }

  private static String large(final String id, final String to) {
    return "[" + message(id + "-1", to, LARGE / 2) + "," + message(id + "-2", to, LARGE / 2) + "]";
  }

  private static String call(final String to) {
    return """
    {"id":"%s","source":"pbx","class":"call","to":[%s],"call":{"id":"%s"}}\
    """
        .formatted(UUID.randomUUID(), to, UUID.randomUUID());
  }

  private static CompletableFuture<Reply> begin(final Caller caller, final String body) {
    return CompletableFuture.supplyAsync(() -> caller.event(body));
  }

  private static Reply end(final CompletableFuture<Reply> asked) {
    return asked.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private Runnable toRead() throws InterruptedException {
    return Objects.requireNonNull(toRead.poll(20, TimeUnit.SECONDS), "it is read elsewhere");
  }

  private List<String> kept() {
    return api.kept().stream().filter(key -> !key.contains("warm")).toList();
  }

  @Test
  void a_large_hand_in_whose_key_is_removed_while_it_waits_is_not_kept() throws Exception {
    final var asked = begin(sender(), large("late", "\"anna\""));
    final var reading = toRead();
    remove();
    reading.run();
    assertTrue(ApiUnderTest.is(end(asked), Reason.NO_KEY), () -> end(asked).body().toString());
    assertEquals(List.of(), kept());
  }

  @Test
  void an_event_whose_key_is_removed_while_it_waits_for_its_turn_is_not_kept() {
    final var sender = sender();
    final var alone = begin(sender, message("alone", names("cold-"), 1));
    final var ofMany =
        begin(sender, "[" + message("of-many", names("cold-"), 1) + "," + call("\"anna\"") + "]");
    turn.hasWaiting(2);
    remove();
    turn.close();
    assertTrue(ApiUnderTest.is(end(alone), Reason.NO_KEY), () -> end(alone).body().toString());
    assertTrue(ApiUnderTest.is(end(ofMany), Reason.NO_KEY), () -> end(ofMany).body().toString());
    assertEquals(List.of(), kept());
  }

  @Test
  void of_a_batch_that_has_begun_only_what_comes_after_the_removal_is_refused() {
    final var end =
        """
        {"id":"end","source":"pbx","class":"call-end","call":{"id":"%s"},"how":"cancelled"}\
        """
            .formatted(UUID.randomUUID());
    final var asked =
        begin(
            sender(),
            "["
                + String.join(
                    ",",
                    message("before", "\"anna\"", 1),
                    end,
                    message("ready", "\"anna\"", 1),
                    message("waits", names("cold-"), 1),
                    end)
                + "]");
    turn.hasWaiting(1);
    remove();
    turn.close();
    final var reply = end(asked);
    assertEquals(202, reply.status());
    assertEquals("stored", reply.text("/results/0/status"), () -> reply.body().toString());
    assertEquals("stored", reply.text("/results/1/status"), () -> reply.body().toString());
    for (int i = 2; i < 5; i++) {
      assertEquals(Reason.NO_KEY.code(), reply.text("/results/" + i + "/problem/code"));
    }
    assertTrue(kept().stream().noneMatch(key -> key.contains("ready")), () -> kept().toString());
  }

  @Test
  void what_waits_to_be_read_is_dropped_when_its_peer_left() throws Exception {
    leaves(large("left", "\"anna\""), () -> {});
    toRead().run();
    assertEquals(List.of(), kept());
    assertNull(toRead.poll());
    final var stays = begin(sender(), large("stays", "\"anna\""));
    toRead().run();
    assertEquals(202, end(stays).status());
    assertEquals(2, kept().size());
  }

  @Test
  void what_waits_for_its_turn_is_dropped_when_its_peer_left() throws Exception {
    leaves(message("left", names("cold-"), 1), () -> turn.hasWaiting(1));
    final var stays = begin(sender(), message("stays", names("cold-"), 1));
    turn.hasWaiting(2);
    turn.close();
    assertEquals(202, end(stays).status());
    assertEquals(1, kept().size(), () -> kept().toString());
  }

  /// Hands in and leaves after the last byte.
  private void leaves(final String body, final Runnable waits) throws IOException {
    final var sender = sender();
    final var head =
        "POST /v1/events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(made.secret(), body.length());
    try (var socket = api.connection()) {
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      waits.run();
    }
    for (int i = 0; i < 3; i++) { // the one event loop sees that it left before it answers these
      assertEquals(200, sender.over(java.net.http.HttpClient.Version.HTTP_1_1).get("/v1").status());
    }
  }

  @Test
  void organisations_take_turns_to_have_their_large_hand_ins_read() throws Exception {
    final var first = begin(acme, large("a", "\"anna\""));
    final var reading = new ArrayList<>(List.of(toRead()));
    final var second = begin(acme, large("b", "\"anna\""));
    reading.add(toRead());
    final var others = begin(other, large("o", "\"olga\""));
    reading.add(toRead());
    reading.get(0).run();
    assertEquals(202, end(first).status());
    reading.get(1).run();
    assertEquals(202, end(others).status());
    assertFalse(second.isDone());
    reading.get(2).run();
    assertEquals(202, end(second).status());
  }

  @Test
  void a_large_hand_in_is_read_beside_the_connections_whatever_its_query() throws Exception {
    final var plain =
        CompletableFuture.supplyAsync(
            () -> acme.post("/v1/events?dryRun=false", large("q", "\"anna\"")));
    toRead().run();
    assertEquals(202, end(plain).status());
    final var trial =
        CompletableFuture.supplyAsync(() ->
            acme.post(
                "/v1/events?dryRun=true", message("t", "\"anna\"", LARGE - 200) + " ".repeat(400)));
    toRead().run();
    assertEquals(200, end(trial).status(), () -> end(trial).body().toString());
  }

  @Test
  void a_large_hand_in_with_a_recipient_whom_memory_does_not_know_is_read_once() throws Exception {
    final var asked = begin(acme, large("once", "\"cold-1\""));
    toRead().run();
    final var reply = end(asked);
    assertEquals("stored", reply.text("/results/1/status"), () -> reply.body().toString());
    assertNull(toRead.poll());
  }

  @Test
  void what_memory_knows_and_what_names_few_waits_for_no_turn() {
    final var waits = begin(other, message("waits", names("no-"), 1));
    turn.hasWaiting(1);
    final var batch = call("\"cold-3\"") + "\n" + call("\"anna\"") + "\n" + call("\"cold-4\"");
    final var calls = acme.post("/v1/events", batch, "Content-Type", "application/x-ndjson");
    assertEquals(202, calls.status());
    for (int i = 0; i < 3; i++) {
      assertEquals("stored", calls.text("/results/" + i + "/status"));
    }
    for (int i = 0; i < MANY; i++) { // one by one, until memory knows them all
      assertEquals(202, acme.event(message("m" + i, "\"cold-" + i + "\"", 1)).status());
    }
    for (int i = 0; i < MANY; i++) {
      final var name = "cold-" + i;
      Eventually.holds(
          () -> api.routing().directory().remembered(ApiUnderTest.ACME, name).isPresent(), name);
    }
    final var warm = "[" + message("many", names("cold-"), 1) + "," + message("new", "\"anna\"", 1);
    assertEquals(202, acme.event(warm + "]").status());
    final var mixed = call("\"anna\"") + "\n" + message("mixed", names("cold-"), 1);
    assertEquals(
        "stored",
        acme.post("/v1/events?dryRun=false", mixed, "Content-Type", "application/x-ndjson")
            .text("/results/1/status"));
    turn.hasWaiting(1);
    turn.close();
    assertTrue(ApiUnderTest.is(end(waits), Reason.UNKNOWN_USER));
  }

  @Test
  void an_organisation_that_fills_its_places_leaves_the_others_theirs() {
    assertEquals(200, other.get("/v1").status());
    final var asked = new ArrayList<CompletableFuture<Reply>>();
    for (int i = 0; i < 3 * PLACES; i++) {
      asked.add(begin(acme, message("fills-" + i, names("cold-"), 1)));
    }
    final var first =
        (Reply)
            CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    assertEquals(503, first.status());
    assertTrue(ApiUnderTest.is(first, Reason.SERVER_BUSY), () -> first.body().toString());
    assertEquals("1", first.header("retry-after"));
    assertEquals(200, other.get("/v1").status());
    assertEquals(200, fresh(ApiUnderTest.OTHER).get("/v1").status(), "a key not used before");
    turn.close();
    final var statuses = asked.stream().map(QueuedHandInsTest::end).map(Reply::status).toList();
    assertTrue(statuses.contains(202), statuses::toString);
    assertTrue(statuses.stream().allMatch(it -> it == 202 || it == 503), statuses::toString);
    assertEquals(202, acme.event(message("after", "\"cold-1\"", 1)).status());
  }

  @Test
  void keys_that_memory_forgot_take_the_places_of_their_organisation() {
    assertEquals(200, other.get("/v1").status());
    final var asked = new ArrayList<CompletableFuture<Reply>>();
    for (int i = 0; i < 3 * PLACES; i++) {
      asked.add(begin(fresh(ApiUnderTest.ACME), message("f-" + i, names("cold-"), 1)));
    }
    final var first =
        (Reply)
            CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    assertEquals(503, first.status());
    Eventually.holds(
        () ->
            turn.turns.waiting() > 0
                && asked.stream().filter(one -> !one.isDone()).count() == turn.turns.waiting(),
        "all others were refused");
    assertEquals(200, other.get("/v1").status());
    assertEquals(200, fresh(ApiUnderTest.OTHER).get("/v1").status(), "strangers have places");
    turn.close();
    asked.forEach(QueuedHandInsTest::end);
  }

  private Caller fresh(final OrganisationId whose) {
    return api.caller(whose, Right.SEND, Right.LISTEN);
  }
}
