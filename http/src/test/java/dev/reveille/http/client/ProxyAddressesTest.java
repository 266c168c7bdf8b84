package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A proxy whose name has several addresses is tried at all of them.
final class ProxyAddressesTest {
  private static final String HOST = "proxy.example";

  private final EventLoopGroup loops = ClientEventLoops.start(1, "proxy-test");
  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;

  @AfterEach
  void stop() throws Exception {
    for (final var each : open.reversed()) {
      each.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /// A proxy on the one port at this address, which answers what is asked of the peer, too.
  private PlainServer proxy(final String address, final String toConnect) throws IOException {
    final var made =
        new PlainServer(
            address,
            port,
            (_, request, out) -> {
              if (!request.startsWith("CONNECT ")) {
                return PlainServer.ok(out);
              }
              PlainServer.say(out, "HTTP/1.1 " + toConnect + "\r\n\r\n");
              return toConnect.startsWith("200");
            });
    open.add(made);
    return made;
  }

  private Probe asked() throws IOException {
    final var names = new NameServer(List.of(List.of("127.0.0.1", "127.0.0.2", "127.0.0.3")));
    open.add(names);
    final var proxy = new ProxyServer(ProxyServer.Kind.HTTP, HOST, port, Optional.empty(), false);
    final var pool =
        new ClientPool(
            "test",
            loops,
            ClientTarget.plain("127.0.0.1", 9).withProxy(Optional.of(proxy)),
            PoolSettings.DEFAULT
                .onDemand()
                .withNameServers(names.alone())
                .withConnectPatience(Duration.ofSeconds(5)),
            PoolListener.NONE);
    open.add(() -> pool.close(Duration.ZERO));
    final var probe = Probe.of("one");
    pool.send(List.of(probe));
    return probe;
  }

  @Test
  void where_nothing_listens_at_the_first_the_next_is_tried() throws Exception {
    port = UnreachablePeer.closedPort();
    final var second = proxy("127.0.0.2", "200 OK");
    assertEquals(200, asked().status());
    assertTrue(second.requests.getFirst().startsWith("CONNECT 127.0.0.1:9 "));
  }

  @Test
  void where_the_first_does_not_reach_the_host_the_next_is_asked() throws Exception {
    port = UnreachablePeer.closedPort();
    final var first = proxy("127.0.0.1", "502 Bad Gateway");
    final var second = proxy("127.0.0.2", "503 Service Unavailable");
    final var third = proxy("127.0.0.3", "200 OK");
    assertEquals(200, asked().status());
    assertEquals(1, first.requests.size());
    assertEquals(1, second.requests.size());
    assertEquals(2, third.requests.size(), "the question of the proxy and that of the peer");
  }

  @Test
  void where_none_is_of_use_the_proxy_has_failed() throws Exception {
    port = UnreachablePeer.closedPort();
    final var last = proxy("127.0.0.3", "407 Proxy Authentication Required");
    final var probe = asked();
    assertEquals(NotSent.NO_CONNECTION, probe.result());
    assertEquals(Optional.of(ConnectFailure.PROXY_FAILED), probe.told().failure());
    assertEquals(1, last.requests.size());
  }
}
