package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Bad input to HTTP/1.1: each has a precise answer, and the connection ends.
final class BadHttpInputTest {
  private static final String HOST = "Host: h\r\n";

  private static void ok(final Exchange exchange) {
    exchange.answer(Answer.text(200, "ok"));
  }

  private static void refused(final Listening server, final int status, final String request)
      throws Exception {
    try (var client = server.client()) {
      // A second request behind it must never be read as one: that would be smuggling.
      client.say(request + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
      final var reply = client.reply();
      assertEquals(status, reply.status(), request);
      assertEquals("close", reply.headers().get("connection"), request);
      assertEquals("application/problem+json", reply.headers().get("content-type"));
      assertTrue(reply.body().contains("\"status\":" + status));
      assertTrue(client.isClosedByServer(), request);
    }
  }

  @Test
  void requests_that_two_servers_could_read_differently_are_refused() throws Exception {
    final var smuggled = new AtomicInteger();
    try (var server =
        new Listening(exchange -> {
          if (exchange.path().equals("/smuggled")) {
            smuggled.incrementAndGet();
          }
          ok(exchange);
        })) {
      final var post = "POST / HTTP/1.1\r\n" + HOST;
      refused(server, 400, post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
      refused(server, 400, post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n");
      refused(server, 400, post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc");
      refused(server, 400, post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
      refused(server, 400, post + "Content-Length: 3, 3\r\n\r\nabc");
      refused(server, 400, post + "Content-Length: +3\r\n\r\nabc");
      refused(server, 400, post + "Content-Length: 0x3\r\n\r\nabc");
      refused(server, 400, post + "Content-Length:\r\n\r\n");
      refused(server, 400, post + "Content-Length: 99999999999999999999\r\n\r\n");
      refused(
          server, 400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
      refused(server, 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n");
      refused(server, 501, post + "Transfer-Encoding: xchunked\r\n\r\n");
      refused(server, 400, post + "Transfer-Encoding : chunked\r\n\r\n");
      refused(server, 400, post + " folded\r\n\r\n");
      refused(server, 400, post + "X: a\r\n folded\r\n\r\n");
      refused(server, 400, post + "X: a\n\r\n");
      refused(server, 400, "GET / HTTP/1.1\nHost: h\n\n");
      refused(server, 400, post + "X: a\rb\r\n\r\n");
      refused(server, 400, post + "X: a\0b\r\n\r\n");
      refused(server, 400, post + "X\0: ab\r\n\r\n");
      refused(server, 400, post + "X: a\u0001\r\n\r\n");
      refused(server, 400, post + ": nameless\r\n\r\n");
      refused(server, 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (final var chunk :
          List.of(
              "z\r\n",
              "-1\r\n",
              "\r\n",
              "3 \r\nabc\r\n",
              "3\nabc\r\n",
              "3\r\nabcX\r\n",
              "3\r\nabc\n",
              "0\r\nbad trailer\r\n\r\n")) {
        refused(server, 400, post + "Transfer-Encoding: chunked\r\n\r\n" + chunk);
      }
    }
    assertEquals(0, smuggled.get());
  }

  @Test
  void request_lines_and_hosts_that_are_none_are_refused() throws Exception {
    try (var server = new Listening(BadHttpInputTest::ok)) {
      refused(server, 400, "GET / HTTP/1.1\r\n\r\n");
      refused(server, 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      refused(server, 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n");
      refused(server, 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
      refused(server, 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n");
      refused(server, 400, "GET http://h/ HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET * HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET  / HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET /\r\n" + HOST + "\r\n");
      refused(server, 400, "GET / HTTP/1.1 \r\n" + HOST + "\r\n");
      refused(server, 400, "GET / http/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET /a b HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET /é HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 400, "GET /#f HTTP/1.1\r\n" + HOST + "\r\n");
      for (final var path :
          List.of(
              "/..",
              "/a/../b",
              "/%2e%2e/b",
              "/a/.",
              "/%2E",
              "/a%00",
              "/a%0a",
              "/%",
              "/%zz",
              "/%ff",
              "/a\\b")) {
        refused(server, 400, "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
      }
      refused(server, 505, "GET / HTTP/2.0\r\n" + HOST + "\r\n");
      refused(server, 505, "GET / HTTP/3.1\r\n" + HOST + "\r\n");
      refused(server, 501, "CONNECT /x HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 501, "TRACE / HTTP/1.1\r\n" + HOST + "\r\n");
      refused(server, 417, "PUT / HTTP/1.1\r\n" + HOST + "Expect: miracles\r\n\r\n");
      refused(server, 411, "POST / HTTP/1.0\r\n\r\n");
      refused(server, 400, "\r\n\r\n\r\n\r\n");
      refused(server, 400, "\u0016\u0003\u0001\u0002\u0000\u0001");
    }
  }

  @Test
  void whatever_is_too_large_is_refused_at_its_limit_and_not_later() throws Exception {
    final var limits = HttpLimits.defaults().withBody(1_000);
    try (var server = new Listening(Listening.plain(limits), BadHttpInputTest::ok)) {
      final var get = "GET /";
      // Exactly as much as is taken.
      try (var client = server.client()) {
        final var room = limits.head().line() - get.length() - " HTTP/1.1".length();
        final var line = get + "x".repeat(room) + " HTTP/1.1\r\n";
        final var fields =
            HOST + "X: " + "y".repeat(limits.head().fields() - HOST.length() - 5) + "\r\n";
        assertEquals(200, client.say(line + fields + "\r\n").reply().status());
        assertEquals(
            200,
            client
                .say(
                    "PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\n" + "z".repeat(1000))
                .reply()
                .status());
      }
      refused(server, 414, get + "x".repeat(limits.head().line()) + " HTTP/1.1\r\n");
      refused(server, 414, "G".repeat(20_000));
      refused(server, 431, get + " HTTP/1.1\r\nX: " + "y".repeat(limits.head().fields()));
      refused(server, 431, get + " HTTP/1.1\r\n" + HOST + "X: y\r\n".repeat(100) + "\r\n");
      refused(server, 413, "PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 1001\r\n\r\n");
      final var chunked = "PUT / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
      refused(server, 413, chunked + "3e9\r\n");
      refused(server, 413, chunked + "FFFFFFFFF\r\n");
      refused(server, 413, chunked + "3e8\r\n" + "z".repeat(1000) + "\r\n1\r\n");
      refused(server, 400, chunked + "1;" + "e".repeat(300));
      refused(server, 431, chunked + "0\r\nX: " + "y".repeat(limits.head().fields()));
    }
  }

  @Test
  void a_peer_that_goes_on_sending_still_gets_its_answer() throws Exception {
    try (var server =
            new Listening(
                Listening.plain(HttpLimits.defaults().withBody(10)), BadHttpInputTest::ok);
        var client = server.client()) {
      client.say("PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 8000000\r\n\r\n");
      for (var i = 0; i < 80; i++) {
        client.say(new byte[100_000]);
      }
      assertEquals(413, client.reply().status());
      server.pass(Duration.ofSeconds(3));
      assertTrue(client.isClosedByServer());
    }
  }

  @Test
  void the_handler_names_the_limit_of_a_body() throws Exception {
    final var handler =
        new HttpHandler() {
          @Override
          public void handle(final Exchange exchange) {
            ok(exchange);
          }

          @Override
          public BodyRule bodyRule(final String method, final String path) {
            return path.equals("/large") ? BodyRule.whole(2_000_000) : BodyRule.USUAL;
          }
        };
    try (var server = new Listening(handler)) {
      final var size = HttpLimits.defaults().body() + 1;
      final var fields = " HTTP/1.1\r\n" + HOST + "Content-Length: " + size + "\r\n\r\n";
      try (var client = server.client()) {
        final var reply = client.say("PUT /large" + fields).say(new byte[size]).reply();
        assertEquals(200, reply.status());
      }
      refused(server, 413, "PUT /other" + fields);
    }
  }

  @Test
  void slow_requests_end_with_408_and_silent_connections_without_a_word() throws Exception {
    try (var server = new Listening(BadHttpInputTest::ok);
        var silent = server.client();
        var slowHead = server.client();
        var slowBody = server.client();
        var idle = server.client()) {
      slowHead.say("GET / HTTP/1.1\r\nHo");
      slowBody.say("PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nab");
      assertEquals(200, idle.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      Listening.until(() -> server.listener().connections() == 4);
      // The bytes of the other two have been read when a later request on each loop is answered.
      settle(server);
      server.pass(Duration.ofSeconds(9));
      assertEquals(4, server.listener().connections());
      // A byte now and then does not buy time.
      slowHead.say("s");
      server.pass(Duration.ofSeconds(2));
      assertEquals(408, slowHead.reply().status());
      assertTrue(slowHead.isClosedByServer());
      assertTrue(silent.isClosedByServer());
      slowBody.say("c");
      server.pass(Duration.ofSeconds(20));
      assertEquals(408, slowBody.reply().status());
      assertTrue(slowBody.isClosedByServer());
      server.pass(Duration.ofSeconds(43));
      assertEquals(200, idle.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      server.pass(Duration.ofSeconds(74));
      assertEquals(200, idle.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      server.pass(Duration.ofSeconds(76));
      assertTrue(idle.isClosedByServer());
    }
  }

  private static void settle(final Listening server) throws Exception {
    for (var i = 0; i < 4; i++) {
      try (var client = server.client()) {
        client.say("GET / HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n").reply();
      }
    }
    Listening.until(() -> server.listener().connections() == 4);
  }

  @Test
  void a_peer_that_stops_reading_is_let_go() throws Exception {
    try (var server = new Listening(exchange -> exchange.answer(200, "a/b", new byte[50_000_000]));
        var client = server.client()) {
      client.say("GET / HTTP/1.1\r\n" + HOST + "\r\n");
      client.bytes(1_000);
      Listening.until(() -> {
        server.pass(Duration.ofSeconds(16));
        return server.listener().connections() == 0;
      });
    }
  }

  @Test
  void a_large_answer_to_a_slow_peer_is_not_cut_off() throws Exception {
    try (var server =
        new Listening(exchange -> exchange.answer(200, "a/b", new byte[20_000_000]))) {
      for (final var ending : List.of("", "Connection: close\r\n")) {
        try (var client = server.client()) {
          client.say("GET / HTTP/1.1\r\n" + HOST + ending + "\r\n");
          for (var i = 0; i < 19; i++) {
            client.bytes(1_000_000);
            // In all far longer than an idle connection is kept, but the peer reads. A busy machine
            // may let two looks pass without a byte moving.
            server.pass(Duration.ofSeconds(9));
          }
          client.bytes(1_000_000);
        }
      }
    }
  }

  @Test
  void a_peer_that_only_asks_does_not_fill_the_memory_with_answers() throws Exception {
    final var handled = new AtomicInteger();
    final var large = Answer.of(200, "a/b", new byte[100_000]);
    try (var server =
            new Listening(exchange -> {
              if (exchange.path().equals("/other")) {
                exchange.answer(Answer.text(200, "other"));
                return;
              }
              handled.incrementAndGet();
              exchange.answer(large);
            });
        var client = server.client()) {
      final var request = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
      client.say(request.repeat(1_000));
      Listening.until(() -> handled.get() > 0);
      // Others have their turns meanwhile, on each of the loops: this one could have gone on.
      for (var i = 0; i < 4; i++) {
        try (var other = server.client()) {
          for (var turn = 0; turn < 50; turn++) {
            other.say("GET /other HTTP/1.1\r\n" + HOST + "\r\n");
            assertEquals("other", other.reply().body());
          }
        }
      }
      // What the two sockets' buffers take is answered, and a little more.
      assertTrue(handled.get() < 500, handled + " answers for a peer that reads none");
      for (var i = 0; i < 1_000; i++) {
        assertEquals(100_000, client.reply().body().length());
      }
      assertEquals(1_000, handled.get());
    }
  }

  @Test
  void a_peer_that_vanished_costs_nothing_when_it_is_answered() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    try (var server = new Listening(exchanges::add)) {
      final var clients = new ArrayList<Socket>();
      for (var i = 0; i < 20; i++) {
        final var client = server.client().say("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        clients.add(client.socket());
      }
      final var waiting = new ArrayList<Exchange>();
      while (waiting.size() < 20) {
        waiting.add(exchanges.take());
      }
      for (final var socket : clients) {
        // A reset instead of a good-bye.
        socket.setSoLinger(true, 0);
        socket.close();
      }
      waiting.forEach(BadHttpInputTest::ok);
      Listening.until(() -> server.listener().connections() == 0);
    }
  }

  @Test
  void connections_over_the_limit_get_503_and_are_closed() throws Exception {
    final var limits = HttpLimits.defaults().withConnections(100, 0);
    try (var server = new Listening(Listening.plain(limits), BadHttpInputTest::ok)) {
      final var inside = new ArrayList<RawClient>();
      for (var i = 0; i < 100; i++) {
        inside.add(server.client());
      }
      Listening.until(() -> server.listener().connections() == 100);
      final var outside = new ArrayList<RawClient>();
      for (var i = 0; i < 500; i++) {
        outside.add(server.client().say("GET / HTTP/1.1\r\n" + HOST + "\r\n"));
      }
      for (final var client : outside) {
        assertEquals(503, client.reply().status());
        assertTrue(client.isClosedByServer());
        client.close();
      }
      assertEquals(500, server.listener().refused(RefusedFor.FULL));
      for (final var client : inside) {
        assertEquals(200, client.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
        client.close();
      }
      Listening.until(() -> server.listener().connections() == 0);
      try (var client = server.client()) {
        assertEquals(200, client.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      }
    }
  }

  @Test
  void one_address_cannot_take_all_connections() throws Exception {
    final var limits = HttpLimits.defaults().withConnections(100, 3);
    try (var server = new Listening(Listening.plain(limits), BadHttpInputTest::ok)) {
      final var inside = new ArrayList<RawClient>();
      for (var i = 0; i < 3; i++) {
        inside.add(server.client());
        assertEquals(200, inside.get(i).say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      }
      try (var fourth = server.client()) {
        assertEquals(503, fourth.reply().status());
      }
      try (var elsewhere = new Socket()) {
        elsewhere.bind(new java.net.InetSocketAddress("127.0.0.9", 0));
        elsewhere.connect(server.listener().address());
        Listening.until(() -> server.listener().connections() == 4);
      }
      Listening.until(() -> server.listener().connections() == 3);
      inside.getFirst().close();
      Listening.until(() -> server.listener().connections() == 2);
      try (var again = server.client()) {
        assertEquals(200, again.say("GET / HTTP/1.1\r\n" + HOST + "\r\n").reply().status());
      }
      for (final var client : inside) {
        client.close();
      }
    }
  }

  @Test
  void bytes_sent_ahead_are_kept_up_to_a_bound_and_answered_in_order() throws Exception {
    final var exchanges = new LinkedBlockingQueue<Exchange>();
    try (var server = new Listening(exchanges::add);
        var client = server.client()) {
      final var request =
          "PUT / HTTP/1.1\r\n" + HOST + "Content-Length: 50000\r\n\r\n" + "b".repeat(50_000);
      final var sender =
          Thread.ofVirtual().start(() -> Http1Test.quietly(() -> client.say(request.repeat(200))));
      for (var i = 0; i < 200; i++) {
        final var exchange = exchanges.take();
        assertEquals(50_000, exchange.body().length);
        ok(exchange);
        assertEquals(200, client.reply().status());
      }
      sender.join();
      assertFalse(client.socket().isClosed());
    }
  }
}
