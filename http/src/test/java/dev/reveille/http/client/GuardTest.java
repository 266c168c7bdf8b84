package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A name is looked up once for a connection, every address of it is judged, and the connection
/// goes to what was judged.
final class GuardTest {
  private static EventLoopGroup loops;

  /// Takes 127.0.0.2 for a public address, because a test has no other.
  private static final AddressGuard ALL_BUT_THE_SECOND =
      address ->
          address.getHostAddress().equals("127.0.0.2")
              ? Optional.empty()
              : AddressGuard.STRANGER.refusal(address);

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(1, "guard-test");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static ClientPool pool(final int port, final AddressGuard guard, final NameServer names) {
    return new ClientPool(
        "guarded",
        loops,
        ClientTarget.plain("push.example.org", port).withAccess(guard),
        PoolSettings.DEFAULT
            .onDemand()
            .withMostConnections(1)
            .withIdle(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofMillis(1))
            .withNameServers(names.alone()),
        PoolListener.NONE);
  }

  private static Object sent(final ClientPool pool, final String name) throws Exception {
    final var probe = Probe.of(name);
    pool.send(List.of(probe));
    final var result = probe.result();
    if (result == NotSent.NO_CONNECTION) {
      assertEquals(
          Optional.of(ConnectFailure.FORBIDDEN_ADDRESS), probe.told().failure(), probe.told() + "");
    }
    return result;
  }

  @Test
  void a_name_that_leads_to_loopback_is_not_connected_to() throws Exception {
    try (var server = new PlainServer((_, _, out) -> PlainServer.ok(out));
        var names = new NameServer(List.of(List.of("127.0.0.1")))) {
      try (var pool = pool(server.port(), AddressGuard.STRANGER, names)) {
        assertEquals(NotSent.NO_CONNECTION, sent(pool, "a"));
      }
      assertEquals(0, server.connections.get());
    }
  }

  @Test
  void one_private_address_among_public_ones_is_enough() throws Exception {
    try (var server = new PlainServer("127.0.0.2", 0, (_, _, out) -> PlainServer.ok(out));
        var names = new NameServer(List.of(List.of("127.0.0.2", "10.0.0.1")))) {
      try (var pool = pool(server.port(), ALL_BUT_THE_SECOND, names)) {
        assertEquals(NotSent.NO_CONNECTION, sent(pool, "a"));
      }
      assertEquals(0, server.connections.get());
    }
  }

  @Test
  void a_name_that_leads_elsewhere_the_second_time_never_gets_a_packet_there() throws Exception {
    try (var outside = new PlainServer("127.0.0.2", 0, (_, _, out) -> PlainServer.ok(out));
        var inside =
            new PlainServer("127.0.0.1", outside.port(), (_, _, out) -> PlainServer.ok(out));
        var names = new NameServer(List.of(List.of("127.0.0.2"), List.of("127.0.0.1")))) {
      try (var pool = pool(outside.port(), ALL_BUT_THE_SECOND, names)) {
        assertEquals(200, ((ClientAnswer) sent(pool, "first")).status());
        assertEquals(1, names.questions(), "one look-up for one connection");
        pool.retireConnections("test");
        assertEquals(NotSent.NO_CONNECTION, sent(pool, "second"));
      }
      assertTrue(names.questions() >= 2);
      assertEquals(1, outside.connections.get());
      assertEquals(0, inside.connections.get());
    }
  }

  @Test
  void the_operator_may_send_to_a_private_place() throws Exception {
    try (var server = new PlainServer((_, _, out) -> PlainServer.ok(out));
        var names = new NameServer(List.of(List.of("127.0.0.1")));
        var pool = pool(server.port(), AddressGuard.OPERATOR, names)) {
      assertEquals(200, ((ClientAnswer) sent(pool, "a")).status());
      assertTrue(
          server.requests.getFirst().contains("localhost"), "the name stands in the host header");
    }
  }

  @Test
  void a_literal_address_is_judged_too() throws Exception {
    try (var server = new PlainServer((_, _, out) -> PlainServer.ok(out))) {
      final var target =
          ClientTarget.plain(InetAddress.getLoopbackAddress().getHostAddress(), server.port())
              .withAccess(AddressGuard.STRANGER);
      try (var pool =
          new ClientPool(
              "literal", loops, target, PoolSettings.DEFAULT.onDemand(), PoolListener.NONE)) {
        assertEquals(NotSent.NO_CONNECTION, sent(pool, "a"));
      }
      assertEquals(0, server.connections.get());
    }
  }
}
