package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers that their peers do not read.
final class UnreadAnswersTest {
  private static final int KIB = 1024;
  private static final int LARGE = 8 * KIB * KIB;

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  private final byte[] body = new byte[LARGE];
  private final HttpBudgets budgets =
      HttpBudgets.of(
          ByteShares.of(1024 * KIB, 64 * KIB),
          new ByteShares(64L * LARGE, 16L * LARGE, 20L * LARGE, 2L * LARGE));

  private record Phone(String budgetOwner, String budgetOrganisation) implements BudgetOwner {}

  private final HttpHandler handler =
      exchange -> {
        exchange.chargeTo(new Phone(exchange.rawQuery(), "acme"));
        if (exchange.path().equals("/small")) {
          exchange.answer(Answer.text(200, "small"));
        } else {
          exchange.answer(200, "a/b", body);
        }
      };

  UnreadAnswersTest() {
    new Random(1).nextBytes(body);
  }

  @BeforeAll
  static void certificate(@TempDir final Path folder) {
    certificate = TestCertificate.in(folder);
  }

  private Listening plain() {
    return new Listening(Listening.plain(HttpLimits.defaults()).withBudgets(budgets), handler);
  }

  private Listening secure() {
    return new Listening(
        Listening.plain(HttpLimits.defaults())
            .withBudgets(budgets)
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true),
        handler);
  }

  private static String get(final String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  /// The most that waits for one socket.
  private static long waiting(final Listening server) {
    final var most = new AtomicLong();
    server
        .loops()
        .all()
        .forEach(loop ->
            loop.execute(() ->
                loop.each(
                    server.listener().core(),
                    one -> {
                      final var out = one.channel().unsafe().outboundBuffer();
                      most.accumulateAndGet(
                          out == null ? 0 : out.totalPendingWriteBytes(), Math::max);
                    })));
    server.loops().tick();
    return most.get();
  }

  private void allIsGivenBack() throws InterruptedException {
    Listening.until(() -> budgets.answers().held() == 0);
    assertEquals(0, budgets.answers().held());
  }

  @Test
  void of_a_large_answer_only_a_slice_or_two_wait_for_the_socket() throws Exception {
    try (var server = plain();
        var client = server.client()) {
      client.say(get("/?a"));
      Listening.until(() -> waiting(server) > 0);
      assertTrue(waiting(server) <= 3 * SlicedAnswer.SLICE, "waiting: " + waiting(server));
      final var whole = client.reply();
      assertEquals(new String(body, StandardCharsets.UTF_8), whole.body());
      allIsGivenBack();
      assertEquals("small", client.say(get("/small?a")).reply().body(), "the connection goes on");
    }
  }

  @Test
  void a_large_answer_arrives_whole_before_its_connection_ends() throws Exception {
    try (var server = plain();
        var client = server.client()) {
      client.say("GET /?a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      while (!new String(client.bytes(1), StandardCharsets.US_ASCII).equals("\r")
          || !new String(client.bytes(3), StandardCharsets.US_ASCII).equals("\n\r\n")) {
        // the head
      }
      assertArrayEquals(body, client.bytes(LARGE));
      allIsGivenBack();
    }
  }

  @Test
  void one_phone_that_reads_nothing_has_its_share_and_hears_503_beyond_it() throws Exception {
    final var clients = new ArrayList<RawClient>();
    try (var server = plain()) {
      for (int i = 0; i < 2; i++) {
        clients.add(server.client().say(get("/?a")));
      }
      Listening.until(() -> budgets.answers().held() == 2L * LARGE);
      try (var more = server.client()) {
        final var refused = more.say(get("/?a")).reply();
        assertEquals(503, refused.status());
        assertEquals("1", refused.headers().get("retry-after"));
        assertEquals("small", more.say(get("/small?a")).reply().body(), "a small answer always");
        assertEquals(200, more.say(get("/?b")).reply().status(), "another phone has its own share");
      }
      for (final var client : clients) {
        client.close();
      }
      allIsGivenBack();
    }
  }

  @Test
  void streams_whose_windows_stay_shut_hear_503_without_a_body() throws Exception {
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}); // no window for streams
      for (int stream = 1; stream <= 7; stream += 2) {
        client.request(stream, "GET", "/?a", true);
      }
      client.send();
      Listening.until(() -> budgets.answers().refused() >= 2);
      assertEquals(2L * LARGE, budgets.answers().held());
      final var withoutBody = new ArrayList<Integer>();
      for (int i = 0; i < 4; i++) {
        final var head = client.await(RawHttp2.HEADERS);
        if ((head.flags() & RawHttp2.END_STREAM) != 0) {
          withoutBody.add(head.stream());
        }
      }
      assertEquals(List.of(5, 7), withoutBody, "which need no window");
      client.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}).send();
      Listening.until(() -> budgets.answers().held() == LARGE);
    }
    allIsGivenBack();
  }

  /// A peer whose socket, and ours towards it, hold little, so that each byte it reads counts.
  private static RawClient narrow(final Listening server) throws Exception {
    final var client = RawClient.narrow(server.listener().address());
    client.say(get("/small?a")).reply(); // then the connection is known
    server
        .loops()
        .all()
        .forEach(loop ->
            loop.execute(() ->
                loop.each(
                    server.listener().core(),
                    one -> one.channel().config().setOption(ChannelOption.SO_SNDBUF, 4 * KIB))));
    server.loops().tick();
    return client;
  }

  @Test
  void a_peer_that_reads_a_little_just_in_time_again_and_again_is_sent_away() throws Exception {
    try (var server = plain();
        var client = narrow(server)) {
      client.say(get("/?a"));
      Listening.until(() -> waiting(server) > 0);
      for (int i = 0; i < 6 && budgets.answers().held() > 0; i++) {
        server.pass(Duration.ofSeconds(29));
        if (budgets.answers().held() > 0) {
          readOrEnd(client); // more than both sockets hold, so that it moves in between
        }
      }
      allIsGivenBack();
    }
  }

  /// The connection may end just now, which is what the test waits for.
  private static void readOrEnd(final RawClient client) throws IOException {
    try {
      client.bytes(8 * KIB);
    } catch (final EOFException _) {
      // sent away
    }
  }

  @Test
  void a_peer_on_a_slow_link_is_served() throws Exception {
    try (var server = plain();
        var client = narrow(server)) {
      client.say(get("/?a"));
      Listening.until(() -> waiting(server) > 0);
      for (int i = 0; i < 30; i++) { // 1 KiB a second, for five minutes
        client.bytes(10 * KIB);
        server.pass(Duration.ofSeconds(10));
      }
      assertEquals(LARGE, budgets.answers().held());
    }
    allIsGivenBack();
  }

  private static byte[] window(final int bytes) {
    return ByteBuffer.allocate(4).putInt(bytes).array();
  }

  @Test
  void a_stream_whose_window_opens_by_a_byte_again_and_again_is_reset() throws Exception {
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
      client.request(1, "GET", "/?a", true).send();
      Listening.until(() -> budgets.answers().held() == LARGE);
      for (int i = 0; i < 6 && budgets.answers().held() > 0; i++) {
        client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, window(1));
        client.frame(RawHttp2.PING, 0, 0, new byte[8]).send();
        client.await(RawHttp2.PING);
        server.pass(Duration.ofSeconds(29));
      }
      allIsGivenBack();
    }
  }

  /// Two large answers on one connection that wait for their windows.
  private void askForTwo(final RawHttp2 client) throws Exception {
    client.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
    client.request(1, "GET", "/?a", true).request(3, "GET", "/?a", true).send();
    Listening.until(() -> budgets.answers().held() == 2L * LARGE);
  }

  /// Lets so many bytes of each of these streams go, and ten seconds pass.
  private static void open(
      final Listening server, final RawHttp2 client, final int bytes, final int... streams)
      throws IOException {
    for (final int stream : streams) {
      client.frame(RawHttp2.WINDOW_UPDATE, 0, stream, window(bytes));
    }
    client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, window(streams.length * bytes));
    client.frame(RawHttp2.PING, 0, 0, new byte[8]).send();
    client.await(RawHttp2.PING);
    server.pass(Duration.ofSeconds(10));
  }

  @Test
  void streams_that_share_a_slow_link_are_served() throws Exception {
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      askForTwo(client);
      for (int i = 0; i < 24; i++) { // 1 KiB a second for both, for four minutes
        open(server, client, 5 * KIB, 1, 3);
      }
      assertEquals(2L * LARGE, budgets.answers().held());
    }
    allIsGivenBack();
  }

  @Test
  void streams_that_together_move_less_than_one_must_are_reset() throws Exception {
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      askForTwo(client);
      for (int i = 0; i < 7; i++) { // 24 KiB a minute
        open(server, client, 2 * KIB, 1, 3);
      }
      allIsGivenBack();
    }
  }

  @Test
  void a_stream_that_shared_its_link_for_a_part_of_a_period_is_alone_in_the_next()
      throws Exception {
    try (var server = secure();
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      askForTwo(client);
      for (int i = 0; i < 5; i++) { // 30 KiB a minute each
        open(server, client, 5 * KIB, 1, 3);
      }
      client.frame(RawHttp2.RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8}).send();
      Listening.until(() -> budgets.answers().held() == LARGE);
      for (int i = 0; i < 3; i++) {
        open(server, client, 5 * KIB, 1);
      }
      assertEquals(LARGE, budgets.answers().held(), "two had shared it for most of the period");
      for (int i = 0; i < 5; i++) {
        open(server, client, 5 * KIB, 1);
      }
      allIsGivenBack(); // alone it must move 32 KiB a minute
    }
  }

  @Test
  void what_many_peers_leave_unread_of_small_answers_is_bounded_too() throws Exception {
    final var few =
        HttpBudgets.of(
            ByteShares.of(1024 * KIB, 64 * KIB),
            new ByteShares(400 * KIB, 400 * KIB, 400 * KIB, 100 * KIB));
    final var answer = Answer.of(200, "a/b", new byte[15 * KIB]);
    final var clients = new ArrayList<RawClient>();
    try (var server =
        new Listening(
            Listening.plain(HttpLimits.defaults()).withBudgets(few),
            exchange -> exchange.answer(answer))) {
      for (int i = 0; i < 20; i++) {
        final var client = server.client();
        clients.add(client);
        client.say(get("/").repeat(700));
      }
      Listening.until(() -> {
        server.pass(Duration.ZERO); // so that none is sent away because of its pace
        return server.listener().connections() <= 8;
      });
      assertTrue(few.answers().held() <= 400 * KIB);
      for (final var client : clients) {
        client.close();
      }
      Listening.until(() -> few.answers().held() == 0);
    }
  }
}
