package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Listeners that share one count of connections.
final class SharedPlacesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  private final EventLoops loops = EventLoops.open(2);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (final var one : opened.reversed()) {
      one.close();
    }
    loops.close();
  }

  private <T extends AutoCloseable> T opened(final T one) {
    opened.add(one);
    return one;
  }

  private HttpListener listener(final String name, final ConnectionPlaces places) {
    return opened(
        HttpListener.open(
            HttpSettings.plain(name, "127.0.0.1", 0).withPlaces(places),
            loops,
            exchange -> exchange.answer(Answer.text(200, name))));
  }

  private RawClient from(final int source, final HttpListener listener) throws IOException {
    return opened(RawClient.from(InetAddress.getByName("127.0.0." + source), listener.address()));
  }

  private int asks(final int source, final HttpListener listener) throws IOException {
    return from(source, listener).say(GET).reply().status();
  }

  @Test
  void one_address_has_a_part_of_all_places_on_all_listeners_together() throws Exception {
    final var places = new ConnectionPlaces(8, 2, 10);
    final var devices = listener("devices", places);
    final var api = listener("api", places);
    assertEquals(200, asks(2, devices));
    assertEquals(200, asks(2, api));
    assertEquals(503, asks(2, devices));
    assertEquals(503, asks(2, api));
    assertEquals(200, asks(3, devices));
    assertEquals(200, asks(3, api));
    assertEquals(1, devices.refused(RefusedFor.ADDRESS));
    assertEquals(1, api.refused(RefusedFor.ADDRESS));
    assertEquals(4, places.open());
    assertEquals(2, devices.connections());
  }

  @Test
  void when_all_places_are_taken_a_listener_with_places_of_its_own_answers() throws Exception {
    final var places = new ConnectionPlaces(8, 2, 10);
    final var devices = listener("devices", places);
    final var api = listener("api", places);
    final var metrics = listener("metrics", new ConnectionPlaces(2, 0, 1));
    for (int source = 2; source < 6; source++) {
      assertEquals(200, asks(source, devices));
      assertEquals(200, asks(source, devices));
    }
    assertEquals(503, asks(6, api));
    assertEquals(1, api.refused(RefusedFor.FULL));
    assertEquals(200, asks(2, metrics));
    close(); // gives all back
    opened.clear();
    Listening.until(() -> places.open() == 0);
  }

  @Test
  void no_more_than_a_few_stay_to_hear_that_there_is_no_place() throws Exception {
    final var places = new ConnectionPlaces(1, 0, 2);
    assertTrue(places.turnsAway());
    assertTrue(places.turnsAway());
    assertFalse(places.turnsAway());
    places.turnedAway();
    assertTrue(places.turnsAway());
  }

  @Test
  void a_port_that_cannot_accept_rests_and_says_it_once_for_all_listeners() {
    try (var log = new Warnings("resting")) {
      final var places = new ConnectionPlaces(8, 2, 10);
      for (final var name : List.of("resting devices", "resting api")) {
        final var core =
            new HttpCore(
                HttpSettings.plain(name, "127.0.0.1", 0).withPlaces(places),
                loops,
                new Handlers(exchange -> exchange.answer(Answer.text(200, name))));
        final var port = new EmbeddedChannel(new AcceptFailures(core));
        for (int i = 0; i < 100; i++) {
          port.pipeline()
              .fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
        }
        assertFalse(port.config().isAutoRead());
        port.advanceTimeBy(AcceptFailures.REST_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS);
        port.runScheduledPendingTasks();
        assertTrue(port.config().isAutoRead());
        port.checkException();
        port.close();
      }
      assertEquals(1, log.lines.size(), log.lines::toString);
      assertTrue(log.lines.getFirst().contains("Too many open files"), log.lines::toString);
    }
  }

  @Test
  void a_fault_of_ours_is_said_once_and_another_kind_too_and_a_peers_mistake_never() {
    final var core =
        new HttpCore(
            HttpSettings.plain("faulty", "127.0.0.1", 0),
            loops,
            new Handlers(exchange -> exchange.answer(Answer.text(200, ""))));
    try (var log = new Warnings("faulty")) {
      for (int i = 0; i < 100; i++) {
        core.connectionFailed(new IllegalStateException("one"));
        core.connectionFailed(new IllegalArgumentException("other"));
        core.connectionFailed(new TooLongFrameException("a peer's"));
        core.connectionFailed(new SSLException("a peer's"));
      }
      assertEquals(2, log.lines.size(), log.lines::toString);
    }
  }

  /// Hears what listeners whose names begin so log as a warning or worse.
  private static final class Warnings extends Handler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("");
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final String listener;

    Warnings(final String listener) {
      this.listener = listener;
      LOG.addHandler(this);
    }

    @Override
    public void publish(final LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()
          && line.getMessage().startsWith(listener)) {
        lines.add(line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      LOG.removeHandler(this);
    }
  }
}
