package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A GET whose answers are pushed, against a peer that speaks frames: what it says is told, and a
/// peer that breaks the rules loses the connection and cannot make us hold anything.
final class HeldGetTest {
  private static final Duration SELDOM = Duration.ofMinutes(1);
  private static final PoolSettings SETTINGS =
      PoolSettings.DEFAULT.withConnectPatience(Duration.ofSeconds(5));

  private static EventLoopGroup loops;
  @AutoClose private final RawServer server = new RawServer();
  private final OutgoingLimit limit = new OutgoingLimit(1);
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final HeldGet.Listener listener =
      new HeldGet.Listener() {
        @Override
        public void answered(final String path, final int status) {
          told.add(status + " " + path);
        }

        @Override
        public void ended(final int status, final String words) {
          told.add("ended " + status + " " + words);
        }
      };

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(1, "held-get-test");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private PublicUrl url() {
    return PublicUrl.of(
        "https://127.0.0.1:" + server.port() + "/r/1", AddressGuard.OPERATOR, false);
  }

  private HeldGet open() {
    return open(server.target(), SETTINGS, SELDOM);
  }

  private HeldGet open(
      final ClientTarget target, final PoolSettings settings, final Duration pingEvery) {
    return HeldGet.open(loops, target, url(), settings, pingEvery, limit, listener);
  }

  private DefaultHttp2Headers request(final String path) {
    final var headers = new DefaultHttp2Headers();
    headers.method("GET").scheme("https").authority(url().authority()).path(path);
    return headers;
  }

  private String next() throws InterruptedException {
    final var one = told.poll(20, TimeUnit.SECONDS);
    if (one == null) {
      throw new AssertionError("nothing was told");
    }
    return one;
  }

  private void endsWith(final String words) throws InterruptedException {
    final var last = next();
    assertTrue(last.startsWith("ended ") && last.contains(words), last);
    assertNull(told.poll(), "told once");
    assertEquals(0, limit.open(), "its place is free again");
  }

  /// What the peer does instead of an answer to the GET.
  private void meets(final Consumer<RawServer.Peer> what) {
    server.behave((peer, stream, _, _) -> {
      assertEquals(1, stream);
      what.accept(peer);
    });
  }

  @Test
  void what_is_promised_and_answered_is_told() throws Exception {
    final var asked = new LinkedBlockingQueue<Http2Headers>();
    server.behave((peer, stream, headers, _) -> {
      asked.add(headers);
      peer.promise(stream, 2, request("/m/1"));
      peer.promise(stream, 4, request("/m/2"));
      peer.answer(4, "410");
      peer.headers(2, new DefaultHttp2Headers().status("103"), false);
      peer.headers(2, new DefaultHttp2Headers().status("204"), false); // a body is not read
    });
    try (var get = open()) {
      assertEquals("410 /m/2", next());
      assertEquals("204 /m/1", next());
      final var head = asked.take();
      assertEquals("GET", head.method().toString());
      assertEquals("/r/1", head.path().toString());
      assertEquals(url().authority(), head.authority().toString());
      assertEquals(1, limit.open());
      get.close();
      endsWith("closed by us");
    }
  }

  @Test
  void server_push_is_enabled_here_and_nowhere_else() throws Exception {
    try (var _ = open()) {
      final var settings = server.asked.take();
      assertEquals(Boolean.TRUE, settings.pushEnabled());
      assertEquals(0, settings.initialWindowSize());
    }
    try (var pool =
        new ClientPool("hot", loops, server.target(), PoolSettings.DEFAULT, PoolListener.NONE)) {
      final var probe = Probe.of("a");
      pool.send(List.of(probe));
      assertEquals(200, ((ClientAnswer) probe.result()).status());
      assertEquals(Boolean.FALSE, server.asked.take().pushEnabled());
    }
  }

  @Test
  void an_answer_to_the_get_itself_ends_it() throws Exception {
    meets(peer -> peer.answer(1, "404"));
    open();
    endsWith(" 404 the peer answered the GET: 404");
    meets(peer -> peer.reset(1, 7));
    open();
    endsWith("the peer reset the GET");
    meets(peer -> peer.goAway(1, 0, "bye"));
    open();
    endsWith("the peer went away");
    meets(RawServer.Peer::cut);
    open();
    assertTrue(next().startsWith("ended 0 "));
    assertEquals(0, limit.open());
  }

  @Test
  void promises_that_are_never_answered_are_few() throws Exception {
    meets(peer -> {
      for (int i = 1; i <= HeldGetWire.MOST_PROMISED + 1; i++) {
        peer.promise(1, 2 * i, request("/m/" + i));
      }
    });
    open();
    endsWith("promised 100 answers and gives none");
  }

  @Test
  void a_promise_that_is_taken_back_makes_room() throws Exception {
    meets(peer -> {
      for (int i = 1; i <= 3 * HeldGetWire.MOST_PROMISED; i++) {
        peer.promise(1, 2 * i, request("/m/" + i));
        peer.reset(2 * i, 8);
      }
      peer.promise(1, 2_000, request("/m/x"));
      peer.answer(2_000, "204");
    });
    try (var _ = open()) {
      assertEquals("204 /m/x", next());
    }
  }

  @Test
  void a_promise_of_another_host_is_refused() throws Exception {
    meets(peer -> {
      peer.promise(1, 2, request("/m/1").authority("elsewhere.example.org"));
      peer.answer(2, "204");
    });
    open();
    endsWith("no GET of its own host");
  }

  @Test
  void a_promise_of_a_post_is_refused() throws Exception {
    meets(peer -> peer.promise(1, 2, request("/m/1").method("POST")));
    open();
    endsWith("no GET of its own host");
  }

  @Test
  void a_promise_must_have_a_new_even_stream() throws Exception {
    meets(peer -> {
      peer.promise(1, 4, request("/m/1"));
      peer.promise(1, 2, request("/m/2"));
    });
    open();
    endsWith("on a stream that cannot be");
    meets(peer -> peer.promise(1, 3, request("/m/1")));
    open();
    endsWith("on a stream that cannot be");
  }

  @Test
  void headers_that_are_too_large_end_it() throws Exception {
    meets(peer -> {
      final var large = request("/m/1");
      large.add("x", "x".repeat(2 * HeldGetWire.LARGEST_HEADERS));
      peer.promise(1, 2, large);
      peer.answer(2, "204");
    });
    open();
    endsWith("");
  }

  @Test
  void bodies_are_not_taken() throws Exception {
    meets(peer -> {
      peer.promise(1, 2, request("/m/1"));
      peer.data(2, "body", true);
    });
    open();
    endsWith("without a window");
  }

  @Test
  void a_peer_that_is_gone_is_noticed_by_a_ping() throws Exception {
    server.noPongs();
    meets(_ -> {});
    open(server.target(), SETTINGS, Duration.ofMillis(100));
    endsWith("answers no ping");
  }

  @Test
  void a_peer_that_answers_pings_is_kept() throws Exception {
    final var pings = new LinkedBlockingQueue<Boolean>();
    server.onPing(_ -> pings.add(true));
    meets(_ -> {});
    try (var _ = open(server.target(), SETTINGS, Duration.ofMillis(50))) {
      for (int i = 0; i < 5; i++) {
        assertEquals(true, pings.poll(20, TimeUnit.SECONDS));
      }
      assertNull(told.poll());
    }
  }

  @Test
  void a_peer_without_settings_is_given_up() throws Exception {
    server.noSettings();
    meets(_ -> {});
    open(server.target(), SETTINGS.withConnectPatience(Duration.ofMillis(250)), SELDOM);
    endsWith("did not speak HTTP/2 in time");
  }

  @Test
  void its_address_is_judged_as_that_of_any_connection() throws Exception {
    open(server.target().withAccess(AddressGuard.STRANGER), SETTINGS, SELDOM);
    endsWith("");
    assertEquals(0, server.peers.size());
  }

  @Test
  void it_takes_a_place_of_the_limit() throws Exception {
    meets(_ -> {});
    try (var _ = open()) {
      server.asked.take();
      open();
      final var refused = next();
      assertTrue(refused.contains("too many outgoing connections"), refused);
      assertEquals(1, limit.open());
    }
  }

  @Test
  void it_is_for_http_2_over_tls_only() {
    final var plain = ClientTarget.plain("127.0.0.1", server.port());
    assertThrows(IllegalArgumentException.class, () -> open(plain, SETTINGS, SELDOM));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            open(
                ClientTarget.of("127.0.0.1", 1, List.of(), HttpVersions.EITHER), SETTINGS, SELDOM));
  }
}
