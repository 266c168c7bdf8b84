package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ProxyServer;
import dev.reveille.http.client.ProxyServer.Kind;
import dev.reveille.model.PushService;
import dev.reveille.protocols.rest.Findings.Finding;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.WayOut;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proxies are tried by greeting them.
final class ProxyCheckTest {
  private static ProxyServer proxy(final int port, final boolean resolves) {
    return new ProxyServer(Kind.SOCKS5, "127.0.0.1", port, Optional.empty(), resolves);
  }

  private static WayOut through(final ProxyServer usual, final Optional<ProxyServer> ofApple) {
    return new WayOut(
        AllowedHosts.SERVICES, Map.of(), Map.of(PushService.APNS, ofApple), Optional.of(usual));
  }

  private static ServerSocket port() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static String greeting(final Kind kind, final int port) {
    return kind == Kind.SOCKS5
        ? "\u0005\u0001\u0000"
        : "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n";
  }

  /// Keeps what it is greeted with, and answers the first one.
  private static FutureTask<String> answering(
      final ServerSocket there, final Kind kind, final String answer) {
    final int length = greeting(kind, there.getLocalPort()).length();
    final var greeting =
        new FutureTask<>(() -> {
          try (var one = there.accept()) {
            final var read = one.getInputStream().readNBytes(length);
            one.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            return new String(read, StandardCharsets.ISO_8859_1);
          }
        });
    Thread.ofVirtual().start(greeting);
    return greeting;
  }

  private static List<Finding> found(final ServerSocket there, final Kind kind) {
    final var one =
        new ProxyServer(kind, "127.0.0.1", there.getLocalPort(), Optional.empty(), false);
    return new ProxyCheck(through(one, Optional.empty())).find();
  }

  @Test
  void one_that_answers_is_no_finding() throws Exception {
    try (var there = port()) {
      final var greeting = answering(there, Kind.SOCKS5, "\u0005\u0000");
      assertEquals(List.of(), found(there, Kind.SOCKS5));
      assertEquals(greeting(Kind.SOCKS5, there.getLocalPort()), greeting.get());
    }
    try (var there = port()) {
      final var greeting = answering(there, Kind.HTTP, "HTTP/1.1 405 No\r\n\r\n");
      assertEquals(List.of(), found(there, Kind.HTTP));
      assertEquals(greeting(Kind.HTTP, there.getLocalPort()), greeting.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void one_that_hangs_up_or_speaks_otherwise_or_says_nothing_is_found(final Kind kind)
      throws Exception {
    try (var there = port()) {
      answering(there, kind, "");
      assertSays(found(there, kind), "without a word");
    }
    try (var there = port()) {
      answering(there, kind, "SSH-2.0-some\r\n");
      assertSays(found(there, kind), "answers, but is no");
    }
    try (var there = port()) {
      assertSays(found(there, kind), "no answer in 3 s");
    }
  }

  private static void assertSays(final List<Finding> found, final String words) {
    assertEquals(1, found.size());
    assertEquals("proxy-unreachable", found.getFirst().id());
    assertTrue(found.getFirst().sentence().contains(words), found.getFirst().sentence());
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
    assertEquals("proxy-unreachable", one.id());
    assertTrue(one.wrong());
    assertEquals("socks5://127.0.0.1:" + port, one.about());
    assertTrue(
        one.sentence().startsWith("The proxy for fcm, hub, mpns, webpush, wns does not answer: "),
        one.sentence());
    assertTrue(one.remedy().contains("push.proxy"), one.remedy());
  }

  @Test
  void that_names_are_looked_up_by_the_proxy_alone_is_said_plainly() throws Exception {
    try (var there = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      answering(there, Kind.SOCKS5, "\u0005\u0000");
      answering(there, Kind.SOCKS5, "\u0005\u0000");
      final var resolving = proxy(there.getLocalPort(), true);
      final var way = through(proxy(there.getLocalPort(), false), Optional.of(resolving));
      final var found = new ProxyCheck(way).find();
      assertEquals(1, found.size());
      assertEquals("proxy-resolves-names", found.getFirst().id());
      assertEquals(false, found.getFirst().wrong());
      assertTrue(found.getFirst().sentence().contains("for apns"), found.getFirst().sentence());
    }
  }
}
