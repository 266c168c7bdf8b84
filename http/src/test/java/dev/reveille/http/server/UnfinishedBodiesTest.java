package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bodies that do not end, of senders that are known, unknown or looked up.
final class UnfinishedBodiesTest {
  private static final int KIB = 1024;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  private final HttpBudgets budgets =
      HttpBudgets.of(
          new ByteShares(400 * KIB, 200 * KIB, 300 * KIB, 100 * KIB),
          ByteShares.of(1024 * KIB, 64 * KIB));
  private final AtomicInteger handled = new AtomicInteger();
  private final CountDownLatch mayLookUp = new CountDownLatch(1);
  private final BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();

  private record Key(String budgetOwner, String budgetOrganisation) implements BudgetOwner {}

  /// Knows `at-hand` at once, `kept` when it was looked up, and no others.
  private final class Api implements HttpHandler {
    @Override
    public void handle(final Exchange exchange) {
      handled.incrementAndGet();
      if (exchange.path().equals("/fault")) {
        throw new IllegalStateException("a fault on purpose");
      }
      if (exchange.path().equals("/held")) {
        waiting.add(exchange);
      } else {
        exchange.answer(Answer.text(200, "ok " + exchange.body().length));
      }
    }

    @Override
    public BodyRule bodyRule(final String method, final String path) {
      return BodyRule.whole(path.equals("/few") ? BodyRule.UNASKED : 1024 * KIB);
    }

    @Override
    public @Nullable BodyOwner bodyOwner(final BodyHead head) {
      return switch (head.authorization()) {
        case "at-hand" -> new BodyOwner.Pays(new Key("k1", "acme"));
        case "kept", "lost", "broken" -> null;
        default -> new BodyOwner.Refused(Answer.text(401, "who?"));
      };
    }

    @Override
    public BodyOwner lookUp(final BodyHead head) {
      try {
        mayLookUp.await();
      } catch (final InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (head.authorization().equals("broken")) {
        throw new IllegalStateException("a fault on purpose");
      }
      return head.authorization().equals("kept")
          ? new BodyOwner.Pays(new Key("k2", "acme"))
          : new BodyOwner.Refused(Answer.text(401, "who?"));
    }
  }

  @BeforeAll
  static void certificate(@TempDir final Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private Listening plain() {
    return new Listening(Listening.plain(HttpLimits.defaults()).withBudgets(budgets), new Api());
  }

  private Listening secure() {
    return secure(budgets);
  }

  private Listening secure(final HttpBudgets with) {
    return new Listening(
        Listening.plain(HttpLimits.defaults())
            .withBudgets(with)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        new Api());
  }

  private static String head(final String path, final String key, final int length) {
    return "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n"
        .formatted(path, key, length);
  }

  private static byte[] bytes(final int count) {
    return new byte[count];
  }

  private void allIsGivenBack() throws InterruptedException {
    Listening.until(() -> budgets.bodies().held() == 0);
    assertEquals(0, budgets.bodies().held());
  }

  @Test
  void strangers_hold_no_more_than_their_share_however_many_connections_they_have()
      throws Exception {
    final var clients = new ArrayList<RawClient>();
    try (var server = plain()) {
      final var refusals = new LinkedBlockingQueue<RawClient.Reply>();
      for (int i = 0; i < 40; i++) {
        final var client = server.client();
        clients.add(client);
        client.say(head("/", "none", 16 * KIB)).say(bytes(15 * KIB));
        final var _ = Thread.ofVirtual().start(() -> hears(client, refusals));
      }
      Listening.until(() -> budgets.bodies().refused() >= 36);
      assertTrue(budgets.bodies().held() <= 50 * KIB, "held: " + budgets.bodies().held());
      for (int i = 0; i < 36; i++) {
        final var reply = Objects.requireNonNull(refusals.poll(10, TimeUnit.SECONDS));
        assertEquals(503, reply.status());
        assertEquals("1", reply.headers().get("retry-after"));
      }
      try (var known = server.client()) {
        final var reply = known.say(head("/", "at-hand", 90 * KIB)).say(bytes(90 * KIB)).reply();
        assertEquals("ok " + 90 * KIB, reply.body(), "a key is not kept out by strangers");
      }
      for (final var client : clients) {
        client.close();
      }
      allIsGivenBack();
    }
  }

  private static void hears(final RawClient client, final Queue<RawClient.Reply> answers) {
    try {
      answers.add(client.reply());
    } catch (final IOException | RuntimeException ended) {
      // the test closed it
    }
  }

  @Test
  void strangers_over_http2_have_the_same_share() throws Exception {
    final var clients = new ArrayList<RawHttp2>();
    try (var server = secure()) {
      for (int i = 0; i < 20; i++) {
        final var client = RawHttp2.to(server.listener().address(), certificate);
        clients.add(client);
        for (int stream = 1; stream < 9; stream += 2) {
          client.request(stream, "POST", "/", false);
          client.frame(RawHttp2.DATA, 0, stream, bytes(15 * KIB));
        }
        client.send();
      }
      Listening.until(() -> budgets.bodies().refused() >= 76);
      assertTrue(budgets.bodies().held() <= 50 * KIB, "held: " + budgets.bodies().held());
      for (final var client : clients) {
        client.close();
      }
      allIsGivenBack();
    }
  }

  @Test
  void a_wrong_key_and_a_body_that_is_too_large_hear_401() throws Exception {
    try (var server = plain()) {
      mayLookUp.countDown();
      for (final var key : List.of("wrong", "lost")) {
        try (var client = server.client()) {
          assertEquals(401, client.say(head("/", key, 17 * KIB)).reply().status(), key);
        }
        try (var client = server.client()) {
          assertEquals(401, client.say(head("/", key, 900_000_000)).reply().status(), key);
        }
        try (var client = server.client()) {
          client.say(
              "POST / HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n"
                  .formatted(key));
          assertEquals(401, client.reply().status(), key);
        }
      }
      try (var client = server.client()) {
        assertEquals(413, client.say(head("/", "kept", 900_000_000)).reply().status());
      }
      assertEquals(0, handled.get());
      allIsGivenBack();
    }
  }

  @Test
  void over_http2_a_wrong_key_with_more_than_is_taken_hears_401_too() throws Exception {
    mayLookUp.countDown();
    for (final var key : List.of("wrong", "lost", "kept")) {
      try (var server = secure();
          var client = RawHttp2.to(server.listener().address(), certificate)) {
        client.headers(
            1,
            0,
            ":method",
            "POST",
            ":scheme",
            "https",
            ":path",
            "/few",
            ":authority",
            "localhost",
            "authorization",
            key);
        client.frame(RawHttp2.DATA, 0, 1, bytes(10 * KIB));
        client.frame(RawHttp2.DATA, 0, 1, bytes(10 * KIB)).send();
        final var said =
            new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.US_ASCII);
        assertTrue(said.contains(key.equals("kept") ? "413" : "who?"), key + ": " + said);
      }
    }
    assertEquals(0, handled.get());
    allIsGivenBack();
  }

  @Test
  void nothing_more_is_read_of_a_body_while_its_sender_is_looked_up() throws Exception {
    try (var server = plain();
        var client = server.client()) {
      client.say(head("/", "kept", 600 * KIB)).say(bytes(10));
      final var rest =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.say(bytes(600 * KIB - 10));
                } catch (final IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      Listening.until(() -> isAutoRead(server, false));
      server.pass(Duration.ofMinutes(2)); // the server is slow, not the peer
      assertTrue(budgets.bodies().held() <= 70 * KIB, "held: " + budgets.bodies().held());
      mayLookUp.countDown();
      rest.join();
      assertEquals(503, client.reply().status(), "more than the budget allows is refused");
    }
    try (var server = plain();
        var client = server.client()) {
      client.say(head("/", "kept", 90 * KIB)).say(bytes(90 * KIB));
      assertEquals("ok " + 90 * KIB, client.reply().body());
    }
    allIsGivenBack();
  }

  @Test
  void a_fault_while_a_sender_is_looked_up_is_answered() throws Exception {
    mayLookUp.countDown();
    try (var server = plain();
        var client = server.client()) {
      client.say(head("/", "broken", 20 * KIB)).say(bytes(20 * KIB));
      assertEquals(500, client.reply().status());
      allIsGivenBack();
    }
  }

  private static boolean isAutoRead(final Listening server, final boolean wanted) {
    final var found = new AtomicInteger();
    server
        .loops()
        .all()
        .forEach(loop ->
            loop.execute(() ->
                loop.each(
                    server.listener().core(),
                    one -> {
                      if (one.channel().config().isAutoRead() == wanted) {
                        found.incrementAndGet();
                      }
                    })));
    server.loops().tick();
    return found.get() > 0;
  }

  @Test
  void a_stream_gets_no_window_while_its_sender_is_looked_up() throws Exception {
    final var large = HttpBudgets.of(ByteShares.of(1 << 24, 1 << 22), budgets.answers().shares());
    try (var server = secure(large);
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.frame(RawHttp2.SETTINGS, /* flags= ack */ 1, 0, bytes(0)); // its windows hold now
      client.headers(
          1,
          0,
          ":method",
          "POST",
          ":scheme",
          "https",
          ":path",
          "/",
          ":authority",
          "localhost",
          "authorization",
          "kept");
      for (int i = 0; i < 20; i++) { // of which the peer would get back a window otherwise
        client.frame(RawHttp2.DATA, 0, 1, bytes(10 * KIB));
      }
      client.frame(RawHttp2.PING, 0, 0, bytes(8)).send();
      for (var frame = client.next(); frame != null; frame = client.next()) {
        if (frame.type() == RawHttp2.PING) {
          break;
        }
        assertTrue(
            frame.type() != RawHttp2.WINDOW_UPDATE || frame.stream() == 0, "no window for it");
      }
      mayLookUp.countDown();
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, bytes(10)).send();
      final var answer = client.await(RawHttp2.DATA);
      assertEquals(
          "ok " + (200 * KIB + 10), new String(answer.payload(), StandardCharsets.US_ASCII));
      Listening.until(() -> large.bodies().held() == 0);
    }
  }

  private Exchange taken() throws InterruptedException {
    return Objects.requireNonNull(waiting.poll(10, TimeUnit.SECONDS), "the handler has no request");
  }

  @Test
  void a_body_stays_charged_while_its_handler_has_it_though_its_peer_left() throws Exception {
    mayLookUp.countDown();
    try (var server = plain()) {
      for (final var key : List.of("at-hand", "kept")) {
        final Exchange held;
        try (var client = server.client()) {
          client.say(head("/held", key, 20 * KIB)).say(bytes(20 * KIB));
          held = taken();
          assertEquals(20 * KIB, budgets.bodies().held());
        }
        Listening.until(held::isAbandoned);
        assertEquals(20 * KIB, budgets.bodies().held(), "the handler has the body still");
        if (key.equals("kept")) {
          held.answer(Answer.text(200, "too late"));
        } else {
          held.drop();
        }
        allIsGivenBack();
      }
    }
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.request(1, "POST", "/held", false).frame(RawHttp2.DATA, 0, 1, bytes(10 * KIB)).send();
      Listening.until(() -> budgets.bodies().held() > 0);
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, bytes(10)).send();
      final var held = taken();
      assertFalse(held.isAbandoned());
      client.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}).send();
      Listening.until(held::isAbandoned);
      assertEquals(10 * KIB + 10, budgets.bodies().held(), "the handler has the body still");
      held.drop();
      allIsGivenBack();
    }
  }

  @Test
  void peers_that_leave_after_their_last_byte_hold_no_more_than_their_share() throws Exception {
    final var had = new ArrayList<Exchange>();
    try (var server = plain()) {
      for (int i = 0; i < 20; i++) {
        try (var client = server.client()) {
          client.say(head("/held", "at-hand", 60 * KIB)).say(bytes(60 * KIB));
          if (i == 0) {
            had.add(taken());
          } else {
            assertEquals(503, client.reply().status(), "a key has 100 KiB");
          }
        }
      }
      assertEquals(60 * KIB, budgets.bodies().held());
      had.forEach(Exchange::drop);
      allIsGivenBack();
    }
  }

  @Test
  void an_answered_or_parked_request_keeps_no_body_with_it() throws Exception {
    try (var server = plain();
        var answered = server.client();
        var parked = server.client()) {
      answered.say(head("/held", "at-hand", 20 * KIB)).say(bytes(20 * KIB));
      final var first = taken();
      first.answer(Answer.text(200, "ok"));
      assertEquals(200, answered.reply().status());
      assertEquals(0, first.body().length);
      parked.say(head("/held", "at-hand", 20 * KIB)).say(bytes(20 * KIB));
      final var second = taken();
      final var _ = second.park(Duration.ofMinutes(1), new Idle());
      Listening.until(() -> budgets.bodies().held() == 0);
      assertEquals(0, second.body().length);
    }
  }

  private static final class Idle implements Parked.Owner {
    @Override
    public void expired(final Parked parked) {}

    @Override
    public void gone(final Parked parked) {}
  }

  @Test
  void what_a_body_holds_is_given_back_in_every_way_out() throws Exception {
    mayLookUp.countDown();
    try (var server = plain()) {
      for (final var key : List.of("at-hand", "kept")) {
        try (var client = server.client()) { // answered
          assertEquals(
              200, client.say(head("/", key, 20 * KIB)).say(bytes(20 * KIB)).reply().status());
        }
        allIsGivenBack();
        try (var client = server.client()) { // a fault in the handler
          client.say(head("/fault", key, 20 * KIB)).say(bytes(10 * KIB));
          client.say(bytes(10 * KIB));
          assertEquals(500, client.reply().status());
        }
        allIsGivenBack();
        try (var client = server.client()) { // the peer leaves
          client.say(head("/", key, 20 * KIB)).say(bytes(10 * KIB));
          Listening.until(() -> budgets.bodies().held() > 0);
        }
        allIsGivenBack();
        try (var client = server.client()) { // too slow
          client.say(head("/", key, 20 * KIB)).say(bytes(10 * KIB));
          Listening.until(() -> budgets.bodies().held() > 0);
          Listening.until(() -> { // its time stands still while its sender is looked up
            server.pass(Duration.ofSeconds(31));
            return client.hasAnswer();
          });
          assertEquals(408, client.reply().status());
        }
        allIsGivenBack();
      }
      try (var client = server.client()) { // a head that does not end
        client.say("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(10_000));
        Listening.until(() -> budgets.bodies().held() > 0);
        server.pass(Duration.ofSeconds(11));
        assertEquals(408, client.reply().status());
      }
      allIsGivenBack();
    }
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.request(1, "POST", "/", false).frame(RawHttp2.DATA, 0, 1, bytes(10 * KIB)).send();
      Listening.until(() -> budgets.bodies().held() > 0);
      client.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}).send();
      allIsGivenBack();
      client.request(3, "POST", "/", false).frame(RawHttp2.DATA, 0, 3, bytes(10 * KIB)).send();
      Listening.until(() -> budgets.bodies().held() > 0);
      server.pass(Duration.ofSeconds(31));
      assertTrue(
          new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8)
              .contains("408"));
      allIsGivenBack();
      client.request(5, "POST", "/", false).frame(RawHttp2.DATA, 0, 5, bytes(10 * KIB)).send();
      Listening.until(() -> budgets.bodies().held() > 0);
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 5, bytes(10)).send();
      assertEquals(
          "ok " + (10 * KIB + 10),
          new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.US_ASCII));
      allIsGivenBack();
    }
  }
}
