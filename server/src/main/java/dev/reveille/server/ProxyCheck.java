package dev.reveille.server;

import dev.reveille.http.client.ProxyServer;
import dev.reveille.http.client.ProxyServer.Kind;
import dev.reveille.model.PushService;
import dev.reveille.protocols.rest.Findings.Finding;
import dev.reveille.push.app.WayOut;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds configured proxies that do not answer, by greeting each in its protocol, and tells which
/// of them resolve names in this server's place. Blocks for at most three seconds.
final class ProxyCheck {
  /// A proxy stands near; one that takes longer would make every push late.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final byte SOCKS_VERSION = 5;
  private static final byte NO_LOGIN = 0;
  private static final byte PASSWORD = 2;

  private final Map<ProxyServer, TreeSet<String>> proxies = new LinkedHashMap<>();

  ProxyCheck(final WayOut way) {
    for (final var service : PushService.values()) {
      way.proxyOf(service)
          .ifPresent(
              proxy -> proxies.computeIfAbsent(proxy, _ -> new TreeSet<>()).add(service.word()));
    }
  }

  /// Takes as long as the slowest of them, and [#PATIENCE] at most.
  List<Finding> find() {
    final var tries = new LinkedHashMap<ProxyServer, FutureTask<String>>();
    for (final var proxy : proxies.keySet()) {
      final var task = new FutureTask<>(() -> fault(proxy));
      tries.put(proxy, task);
      Thread.ofVirtual().name("proxy check").start(task);
    }
    final long until = System.nanoTime() + PATIENCE.toNanos();
    final var findings = new ArrayList<Finding>();
    tries.forEach((proxy, task) -> {
      final var words = words(task, until - System.nanoTime());
      final var services = String.join(", ", proxies.getOrDefault(proxy, new TreeSet<>()));
      if (!words.isEmpty()) {
        findings.add(unreachable(proxy, services, words));
      }
      if (proxy.resolvesNames()) {
        findings.add(resolves(proxy, services));
      }
    });
    return findings;
  }

  /// Asks for nothing but an answer: whatever it says shows that it lives.
  private static byte[] greeting(final ProxyServer proxy) {
    return switch (proxy.kind()) {
      case HTTP ->
          ("OPTIONS * HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                  .formatted(proxy.host(), proxy.port()))
              .getBytes(StandardCharsets.ISO_8859_1);
      case SOCKS5 ->
          proxy.login().isPresent()
              ? new byte[] {SOCKS_VERSION, 2, NO_LOGIN, PASSWORD}
              : new byte[] {SOCKS_VERSION, 1, NO_LOGIN};
    };
  }

  private static String fault(final ProxyServer proxy) {
    try (var socket = new Socket()) {
      final int patience = (int) PATIENCE.toMillis();
      socket.connect(new InetSocketAddress(proxy.host(), proxy.port()), patience);
      socket.setSoTimeout(patience);
      socket.getOutputStream().write(greeting(proxy));
      final int first = socket.getInputStream().read();
      if (first < 0) {
        return "closed the connection without a word";
      }
      return first == (proxy.kind() == Kind.HTTP ? 'H' : SOCKS_VERSION)
          ? ""
          : "answers, but is no " + proxy.kind().name().toLowerCase(Locale.ROOT) + " proxy";
    } catch (final SocketTimeoutException _) {
      return "no answer in " + PATIENCE.toSeconds() + " s";
    } catch (final IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// A look-up of the proxy's name that takes longer goes on, and is not waited for.
  private static String words(final FutureTask<String> fault, final long nanos) {
    try {
      return fault.get(nanos, TimeUnit.NANOSECONDS);
    } catch (final TimeoutException _) {
      return "no answer in " + PATIENCE.toSeconds() + " s";
    } catch (final ExecutionException e) {
      return String.valueOf(e.getCause());
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static Finding unreachable(
      final ProxyServer proxy, final String services, final String words) {
    return new Finding(
        true,
        "proxy-unreachable",
        proxy.toString(),
        "The proxy for " + services + " does not answer: " + words + ".",
        "Start it, let this machine through to it, or correct `push.proxy` and `push.proxies` in"
            + " the configuration.");
  }

  private static Finding resolves(final ProxyServer proxy, final String services) {
    return new Finding(
        false,
        "proxy-resolves-names",
        proxy.toString(),
        "The proxy looks names up for "
            + services
            + " (`resolves: true`): whether an address that a device gave lies in this network is"
            + " judged by the proxy alone.",
        "See that the proxy refuses private addresses, or set `resolves: false`, where this machine"
            + " can look names up.");
  }
}
