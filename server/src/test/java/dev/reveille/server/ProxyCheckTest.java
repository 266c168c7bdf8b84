package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ProxyServer;
import dev.reveille.http.client.ProxyServer.Kind;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.WayOut;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Proxies are tried by connecting to them.
final class ProxyCheckTest {
  private static ProxyServer proxy(final int port, final boolean resolves) {
    return new ProxyServer(Kind.SOCKS5, "127.0.0.1", port, Optional.empty(), resolves);
  }

  private static WayOut through(final ProxyServer usual, final Optional<ProxyServer> ofApple) {
    return new WayOut(
        AllowedHosts.SERVICES, Map.of(), Map.of(PushService.APNS, ofApple), Optional.of(usual));
  }

  @Test
  void one_that_answers_is_no_finding() throws IOException {
    try (var there = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      final var way = through(proxy(there.getLocalPort(), false), Optional.empty());
      assertEquals(0, new ProxyCheck(way).find().size());
    }
  }

  @Test
  void one_where_nothing_listens_is_found_with_the_services_that_need_it() throws IOException {
    final int port;
    try (var once = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = once.getLocalPort();
    }
    final var found = new ProxyCheck(through(proxy(port, false), Optional.empty())).find();
    assertEquals(1, found.size());
    final var one = found.getFirst();
    assertEquals("proxy-unreachable", one.mistake());
    assertTrue(one.wrong());
    assertEquals("socks5://127.0.0.1:" + port, one.about());
    assertTrue(
        one.sentence().startsWith("The proxy for fcm, mpns, webpush, wns does not answer: "),
        one.sentence());
    assertTrue(one.remedy().contains("push.proxy"), one.remedy());
  }

  @Test
  void that_names_are_looked_up_by_the_proxy_alone_is_said_plainly() throws IOException {
    try (var there = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      final var resolving = proxy(there.getLocalPort(), true);
      final var way = through(proxy(there.getLocalPort(), false), Optional.of(resolving));
      final var found = new ProxyCheck(way).find();
      assertEquals(1, found.size());
      assertEquals("proxy-resolves-names", found.getFirst().mistake());
      assertEquals(false, found.getFirst().wrong());
      assertTrue(found.getFirst().sentence().contains("for apns"), found.getFirst().sentence());
    }
  }
}
