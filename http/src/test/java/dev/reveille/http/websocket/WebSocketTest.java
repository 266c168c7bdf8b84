package dev.reveille.http.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.server.EventLoops;
import dev.reveille.http.server.HttpListener;
import dev.reveille.http.server.HttpSettings;
import dev.reveille.http.server.RawClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebSocketTest {
  private static final String HELLO =
      "GET /live HTTP/1.1\r\nHost: h\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Protocol: other, reveille.v1\r\n\r\n";

  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final Recorder recorder = new Recorder();
  private final EventLoops loops = EventLoops.manual(1, () -> Instant.ofEpochMilli(millis.get()));
  private final HttpListener listener =
      HttpListener.open(
          HttpSettings.plain("devices", "127.0.0.1", 0),
          loops,
          exchange ->
              new WebSockets(WebSockets.SUBPROTOCOL, WebSocketLimits.defaults())
                  .upgrade(exchange, recorder));

  @AfterEach
  void close() {
    listener.close();
    loops.close();
  }

  /// Keeps what it heard, as text.
  private static final class Recorder implements WebSocketListener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<WebSocketSession> sessions = new LinkedBlockingQueue<>();
    private final CountDownLatch writable = new CountDownLatch(1);

    @Override
    public void opened(final WebSocketSession session) {
      sessions.add(session);
    }

    @Override
    public void text(final WebSocketSession session, final byte[] utf8) {
      heard.add("text " + new String(utf8, StandardCharsets.UTF_8));
    }

    @Override
    public void pong(final WebSocketSession session) {
      heard.add("pong");
    }

    @Override
    public void writable(final WebSocketSession session) {
      writable.countDown();
    }

    @Override
    public void draining(final WebSocketSession session, final long untilMillis) {
      session.close(1001, "going away");
    }

    @Override
    public void closed(final WebSocketSession session, final int code, final String reason) {
      heard.add("closed " + code + " " + reason);
    }

    String next() throws InterruptedException {
      final var next = heard.poll(10, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    }
  }

  private RawClient open() throws Exception {
    final var client = RawClient.to(listener.address());
    final var reply = client.say(HELLO).reply();
    assertEquals(101, reply.status());
    // The example of RFC 6455 §1.3.
    assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", reply.headers().get("sec-websocket-accept"));
    assertEquals("reveille.v1", reply.headers().get("sec-websocket-protocol"));
    return client;
  }

  private static byte[] masked(final int first, final byte[] payload) {
    return masked(first, payload.length, payload);
  }

  private static byte[] masked(final int first, final int length, final byte[] payload) {
    final var frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
    if (length < 126) {
      frame.put((byte) (0x80 | length));
    } else if (length < 65_536) {
      frame.put((byte) (0x80 | 126)).putShort((short) length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(length);
    }
    final var mask = new byte[] {1, 2, 3, (byte) 0xFF};
    frame.put(mask);
    for (var i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask[i % 4]));
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(final byte[]... parts) {
    final var all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (final var part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /// Reads a frame of the server, and checks that it is not masked.
  private static byte[] frame(final RawClient client, final int first) throws Exception {
    final var header = client.bytes(2);
    assertEquals(first, header[0] & 0xFF);
    var length = (int) header[1];
    assertTrue(length >= 0, "a server does not mask");
    if (length == 126) {
      length = ByteBuffer.wrap(client.bytes(2)).getShort() & 0xFFFF;
    } else if (length == 127) {
      length = (int) ByteBuffer.wrap(client.bytes(8)).getLong();
    }
    return client.bytes(length);
  }

  @Test
  void messages_go_both_ways_in_every_length_form() throws Exception {
    try (var client = open()) {
      final var session = recorder.sessions.take();
      for (final var length : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
        final var text = "x".repeat(length);
        client.say(masked(0x81, bytes(text)));
        assertEquals("text " + text, recorder.next());
        assertTrue(session.send(bytes(text)));
        assertArrayEquals(bytes(text), frame(client, 0x81));
      }
    }
    assertEquals("closed 1006 ", recorder.next());
  }

  @Test
  void fragments_with_a_ping_between_them_make_one_message() throws Exception {
    try (var client = open()) {
      client.say(
          joined(
              masked(0x01, bytes("Grü")),
              masked(0x89, bytes("are you there")),
              masked(0x00, bytes("")),
              masked(0x80, bytes("ße"))));
      assertArrayEquals(bytes("are you there"), frame(client, 0x8A));
      assertEquals("text Grüße", recorder.next());
    }
  }

  @Test
  void bytes_that_come_one_by_one_make_the_same_message() throws Exception {
    try (var client = open()) {
      for (final var b : joined(masked(0x01, bytes("one ")), masked(0x80, bytes("by one")))) {
        client.say(new byte[] {b});
      }
      assertEquals("text one by one", recorder.next());
    }
  }

  @Test
  void what_comes_with_the_handshake_is_not_lost() throws Exception {
    try (var client = RawClient.to(listener.address())) {
      client.say(joined(bytes(HELLO), masked(0x81, bytes("early"))));
      assertEquals(101, client.reply().status());
      assertEquals("text early", recorder.next());
    }
  }

  @Test
  void the_owners_ping_is_answered() throws Exception {
    try (var client = open()) {
      recorder.sessions.take().ping();
      assertEquals(0, frame(client, 0x89).length);
      client.say(masked(0x8A, bytes("")));
      assertEquals("pong", recorder.next());
    }
  }

  @Test
  void the_peers_close_is_answered_and_reported() throws Exception {
    try (var client = open()) {
      client.say(masked(0x88, joined(new byte[] {0x0F, (byte) 0xA0}, bytes("bye"))));
      assertArrayEquals(new byte[] {0x0F, (byte) 0xA0}, frame(client, 0x88));
      assertTrue(client.isClosedByServer());
      assertEquals("closed 4000 bye", recorder.next());
    }
    try (var client = open()) {
      client.say(masked(0x88, bytes("")));
      assertArrayEquals(new byte[] {0x03, (byte) 0xE8}, frame(client, 0x88));
      assertEquals("closed 1005 ", recorder.next());
    }
  }

  @Test
  void our_close_waits_for_the_peers_and_not_for_ever() throws Exception {
    try (var polite = open();
        var silent = open()) {
      recorder.sessions.take().close(1001, "so long");
      recorder.sessions.take().close(1001, "so long");
      for (final var client : new RawClient[] {polite, silent}) {
        assertArrayEquals(
            joined(new byte[] {0x03, (byte) 0xE9}, bytes("so long")), frame(client, 0x88));
      }
      polite.say(masked(0x88, new byte[] {0x03, (byte) 0xE9}));
      assertTrue(polite.isClosedByServer());
      assertEquals("closed 1001 ", recorder.next());
      millis.addAndGet(Duration.ofSeconds(6).toMillis());
      loops.tick();
      assertTrue(silent.isClosedByServer());
      assertEquals("closed 1006 ", recorder.next());
    }
  }

  @Test
  void every_mistake_of_the_peer_gets_its_code() throws Exception {
    final var none = new byte[0];
    mistake(1002, new byte[] {(byte) 0x81, 0x01, 'x'}, "not masked");
    mistake(1002, masked(0xC1, bytes("x")), "reserved bit 1");
    mistake(1002, masked(0xA1, bytes("x")), "reserved bit 2");
    mistake(1002, masked(0x91, bytes("x")), "reserved bit 3");
    mistake(1002, masked(0x83, none), "unknown data opcode");
    mistake(1002, masked(0x8B, none), "unknown control opcode");
    mistake(1002, masked(0x80, none), "continuation of nothing");
    mistake(1002, joined(masked(0x01, none), masked(0x81, none)), "new message inside one");
    mistake(1002, joined(masked(0x01, none), masked(0x82, none)), "binary inside a message");
    mistake(1002, masked(0x09, none), "fragmented ping");
    mistake(1002, masked(0x89, new byte[126]), "ping over 125 bytes");
    mistake(1002, new byte[] {(byte) 0x81, (byte) 0xFE, 0, 125}, "length not in shortest form");
    mistake(
        1002,
        new byte[] {(byte) 0x81, (byte) 0xFF, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF},
        "64 bits for a 16-bit length");
    mistake(
        1002,
        new byte[] {(byte) 0x81, (byte) 0xFF, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0},
        "negative length");
    mistake(1002, masked(0x88, new byte[] {3}), "half a close code");
    for (final var code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
      mistake(1002, masked(0x88, new byte[] {(byte) (code >> 8), (byte) code}), "code " + code);
    }
    mistake(1003, masked(0x82, bytes("x")), "binary");
    mistake(1007, masked(0x81, new byte[] {(byte) 0xC3}), "half a character");
    mistake(1007, masked(0x81, new byte[] {(byte) 0xC0, (byte) 0x80}), "overlong");
    mistake(1007, masked(0x81, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}), "surrogate");
    mistake(1007, masked(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xFF}), "close reason not UTF-8");
    mistake(1009, masked(0x81, 65_537, none), "too long");
    mistake(
        1009,
        joined(masked(0x01, new byte[40_000]), masked(0x80, 40_000, none)),
        "too long in pieces");
    final var pieces = new byte[1025][];
    Arrays.fill(pieces, masked(0x00, none));
    pieces[0] = masked(0x01, none);
    mistake(1008, joined(pieces), "too many pieces");
  }

  private void mistake(final int code, final byte[] sent, final String what) throws Exception {
    try (var client = open()) {
      // What follows must not be read any more.
      client.say(joined(sent, masked(0x81, bytes("after the mistake"))));
      final var close = frame(client, 0x88);
      assertEquals(code, (close[0] & 0xFF) << 8 | close[1] & 0xFF, what);
      assertTrue(client.isClosedByServer(), what);
      assertEquals("closed " + code + " ", recorder.next(), what);
    }
  }

  @Test
  void handshakes_that_are_none_are_refused() throws Exception {
    refused(400, HELLO.replace("Upgrade: WebSocket\r\n", ""));
    refused(400, HELLO.replace("keep-alive, Upgrade", "keep-alive"));
    refused(400, HELLO.replace("GET", "PUT"));
    refused(400, HELLO.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl"));
    refused(400, HELLO.replace("dGhlIHNhbXBsZSBub25jZQ==", "not base 64 at all!!"));
    refused(400, HELLO.replace("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""));
    refused(400, HELLO.replace("reveille.v1", "reveille.v9"));
    refused(426, HELLO.replace("Version: 13", "Version: 8"));
  }

  private void refused(final int status, final String hello) throws Exception {
    assertNotEquals(HELLO, hello);
    try (var client = RawClient.to(listener.address())) {
      final var reply = client.say(hello).reply();
      assertEquals(status, reply.status(), hello);
      assertTrue(status != 426 || "13".equals(reply.headers().get("sec-websocket-version")));
    }
  }

  @Test
  void a_peer_that_does_not_read_is_bounded_and_told_when_there_is_room() throws Exception {
    try (var client = open()) {
      final var session = recorder.sessions.take();
      final var message = new byte[1000];
      Arrays.fill(message, (byte) 'y');
      var taken = 0;
      while (session.send(message) || taken == 0 || refusedByHandingOverOnly(session)) {
        taken++;
        assertTrue(taken < 100_000, "the bound holds");
      }
      assertFalse(session.isWritable());
      for (var i = 0; i < 1 || recorder.writable.getCount() > 0; i++) {
        assertEquals(1000, frame(client, 0x81).length);
      }
      assertTrue(recorder.writable.await(10, TimeUnit.SECONDS));
    }
  }

  /// The loop is only busy writing what was handed over: not yet the peer's fault.
  private static boolean refusedByHandingOverOnly(final WebSocketSession session)
      throws InterruptedException {
    for (var i = 0; i < 200 && !session.isWritable(); i++) {
      Thread.sleep(1);
    }
    return session.isWritable();
  }

  @Test
  void a_drain_is_the_owners_to_carry_out() throws Exception {
    try (var client = open()) {
      recorder.sessions.take();
      final var drained = Thread.ofVirtual().start(() -> listener.drain(Duration.ofSeconds(10)));
      assertArrayEquals(
          joined(new byte[] {0x03, (byte) 0xE9}, bytes("going away")), frame(client, 0x88));
      client.say(masked(0x88, new byte[] {0x03, (byte) 0xE9}));
      drained.join();
      assertEquals(0, listener.connections());
    }
  }
}
