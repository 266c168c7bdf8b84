package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A connection of HTTP/1.1 whose handler rests before it reads a body.
///
/// The connection stands in a pipeline without a socket, so that a test decides what one read of
/// the socket brings: with TLS, several records that are handed on one by one, also after the first
/// of them filled the body's stream.
final class BodyPauseTest {
  private static final int FULL = 64 * 1024;

  private long millis = 1_000_000;
  private final EventLoops loops = EventLoops.manual(1, Instant::now);
  private final List<Exchange> requests = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel() {
        @Override
        protected SocketAddress remoteAddress0() {
          return new InetSocketAddress("127.0.0.1", 1);
        }
      };
  private final Loop loop = new Loop(channel.eventLoop(), () -> Instant.ofEpochMilli(millis));

  @BeforeEach
  void connect() {
    final var handler =
        new HttpHandler() {
          @Override
          public void handle(final Exchange exchange) {
            requests.add(exchange);
          }

          @Override
          public BodyRule bodyRule(final String method, final String path) {
            return BodyRule.streamed(1_000_000);
          }
        };
    final var core =
        new HttpCore(Listening.plain(HttpLimits.defaults()), loops, new Handlers(handler));
    assertTrue(core.limit().enter(null));
    final var _ = channel.pipeline().addLast(new Http1Connection(core, loop, true));
  }

  @AfterEach
  void close() {
    final var _ = channel.close();
    loops.close();
  }

  private static ByteBuf head(final int size) {
    return Unpooled.copiedBuffer(
        "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n",
        StandardCharsets.ISO_8859_1);
  }

  private static ByteBuf bytes(final int count) {
    return Unpooled.wrappedBuffer(new byte[count]);
  }

  /// One read of the socket, which hands on so many buffers.
  private void reads(final Object... buffers) {
    final var _ = channel.writeInbound(buffers);
    channel.runPendingTasks();
  }

  private boolean isRead() {
    return channel.config().isAutoRead();
  }

  private void handlerReads(final Exchange exchange, final int count) throws Exception {
    assertEquals(count, exchange.bodyStream().readNBytes(count).length);
    channel.runPendingTasks();
  }

  private void pass(final Duration time) {
    millis += time.toMillis();
    loop.tick();
    channel.runPendingTasks();
  }

  private String said() {
    final var said = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      said.append(out.toString(StandardCharsets.UTF_8));
      out.release();
    }
    return said.toString();
  }

  @Test
  void a_connection_is_read_again_though_the_end_of_a_body_came_while_its_handler_rested()
      throws Exception {
    reads(head(FULL + 10), bytes(FULL), bytes(10));
    assertTrue(isRead());
    handlerReads(requests.getFirst(), FULL + 10);
    requests.getFirst().answer(Answer.text(200, "one"));
    channel.runPendingTasks();
    assertTrue(said().endsWith("one"));

    reads(head(3), bytes(3));
    handlerReads(requests.getLast(), 3);
    requests.getLast().answer(Answer.text(200, "two"));
    channel.runPendingTasks();
    assertTrue(said().endsWith("two"));
    assertTrue(isRead());
  }

  @Test
  void the_socket_is_left_unread_until_half_of_what_came_of_a_body_is_read() throws Exception {
    reads(head(2 * FULL), bytes(FULL - 1));
    assertTrue(isRead());
    reads(bytes(1));
    assertFalse(isRead());
    handlerReads(requests.getFirst(), FULL / 2 - 1);
    assertFalse(isRead());
    handlerReads(requests.getFirst(), 1);
    assertTrue(isRead());
  }

  @Test
  void a_body_has_the_rest_of_its_time_when_its_handler_has_read() throws Exception {
    reads(head(2 * FULL), bytes(FULL));
    pass(Duration.ofMinutes(5));
    assertEquals("", said(), "the handler is slow, not the peer");
    handlerReads(requests.getFirst(), FULL);
    pass(Duration.ofSeconds(29));
    assertEquals("", said());
    pass(Duration.ofSeconds(2));
    assertTrue(said().startsWith("HTTP/1.1 408 "));
  }

  @Test
  void an_answer_before_the_body_is_read_lets_the_socket_be_read() {
    reads(head(2 * FULL), bytes(FULL));
    assertFalse(isRead());
    requests.getFirst().answer(Answer.text(403, "no"));
    channel.runPendingTasks();
    assertTrue(said().startsWith("HTTP/1.1 403 "));
    assertTrue(isRead());
  }

  @Test
  void an_answer_that_begins_before_the_body_is_read_lets_the_socket_be_read() {
    reads(head(2 * FULL), bytes(FULL));
    assertFalse(isRead());
    final var _ = requests.getFirst().openStream(200, "text/plain");
    channel.runPendingTasks();
    assertTrue(said().startsWith("HTTP/1.1 200 "));
    assertTrue(isRead());
  }

  @Test
  void requests_ahead_leave_the_socket_unread_until_enough_of_them_were_taken() throws Exception {
    final var get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
    final var ahead = get.repeat(FULL / get.length() + 1);
    reads(head(3), bytes(3), Unpooled.copiedBuffer(ahead, StandardCharsets.ISO_8859_1));
    assertFalse(isRead());
    handlerReads(requests.getFirst(), 3);
    assertFalse(isRead());
    requests.getFirst().answer(Answer.text(200, "one"));
    channel.runPendingTasks();
    assertEquals(2, requests.size());
    assertTrue(isRead());
  }
}
