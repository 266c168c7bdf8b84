package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When the socket of a connection is read.
final class ReadPauseTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ReadPause pause = new ReadPause(channel.config());

  @AfterEach
  void close() {
    final var _ = channel.close();
  }

  private boolean isRead() {
    return channel.config().isAutoRead();
  }

  @Test
  void a_body_whose_handler_rests_keeps_its_time_until_it_is_read() {
    assertTrue(isRead());
    pause.beginForBody(7_000);
    assertTrue(pause.isForBody());
    assertFalse(isRead());
    assertEquals(7_000, pause.endForBody());
    assertFalse(pause.isForBody());
    assertTrue(isRead());
  }

  @Test
  void a_socket_is_read_again_when_neither_reason_holds() {
    pause.beginForBody(1);
    pause.forRequests(true);
    final var _ = pause.endForBody();
    assertFalse(isRead());
    pause.beginForBody(2);
    pause.forRequests(false);
    assertFalse(isRead());
    assertEquals(2, pause.endForBody());
    assertTrue(isRead());
  }

  @Test
  void the_end_of_a_pause_ends_both_reasons() {
    pause.beginForBody(1);
    pause.forRequests(true);
    pause.end();
    assertTrue(isRead());
    assertFalse(pause.isForBody());
    pause.forRequests(true);
    assertFalse(isRead());
  }
}
