package dev.reveille.http.client;

import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// A port on loopback to which no useful connection can be made, each kind for a reason of its own.
public final class UnreachablePeer implements AutoCloseable {
  private static final int READ_MOST = 4_096;

  private final ServerSocket port;
  private final List<Socket> held = new ArrayList<>();

  private UnreachablePeer(final ServerSocket port) {
    this.port = port;
  }

  private static ServerSocket bound(final int backlog) throws IOException {
    return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
  }

  /// Nothing listens there.
  public static int closedPort() throws IOException {
    try (var once = bound(1)) {
      return once.getLocalPort();
    }
  }

  /// Takes connections and says nothing.
  public static UnreachablePeer deaf() throws IOException {
    return new UnreachablePeer(bound(50));
  }

  /// Its queue of connections is full, so that the system answers no further one.
  public static UnreachablePeer full() throws IOException {
    final var peer = new UnreachablePeer(bound(1));
    for (int i = 0; i < 3; i++) {
      final var socket = java.nio.channels.SocketChannel.open();
      socket.configureBlocking(false);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.number()));
      peer.held.add(socket.socket());
    }
    return peer;
  }

  /// Answers whatever comes in plain HTTP, like a proxy that wants a login.
  public static UnreachablePeer plainHttp() throws IOException {
    final var peer = new UnreachablePeer(bound(50));
    peer.answer("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    return peer;
  }

  /// Speaks TLS, and in it only HTTP/1.1.
  public static UnreachablePeer tls(final LoopbackCertificates certificates)
      throws IOException, GeneralSecurityException {
    return tls(certificates, _ -> {});
  }

  /// @param before is done to the socket before it takes a connection
  private static UnreachablePeer tls(
      final LoopbackCertificates certificates, final Consumer<SSLServerSocket> before)
      throws IOException, GeneralSecurityException {
    final var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    final char[] none = {};
    store.setKeyEntry(
        "leaf",
        certificates.leafKey().getPrivate(),
        none,
        certificates.chain().toArray(Certificate[]::new));
    final var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    final var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    final var port =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    before.accept(port);
    final var peer = new UnreachablePeer(port);
    peer.answer("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    return peer;
  }

  /// The same, and it says in TLS that it speaks nothing else.
  public static UnreachablePeer tlsOfHttp1(final LoopbackCertificates certificates)
      throws IOException, GeneralSecurityException {
    return tls(
        certificates,
        port -> {
          final var parameters = port.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {"http/1.1"});
          port.setSSLParameters(parameters);
        });
  }

  /// The same, and it wants to see a certificate of an authority that the system trusts.
  public static UnreachablePeer tlsThatWantsCertificates(final LoopbackCertificates certificates)
      throws IOException, GeneralSecurityException {
    return tls(certificates, port -> port.setNeedClientAuth(true));
  }

  public int number() {
    return port.getLocalPort();
  }

  private void answer(final String words) {
    Thread.ofPlatform()
        .daemon()
        .name("unreachable-peer")
        .start(() -> {
          while (!port.isClosed()) {
            try (var socket = port.accept()) {
              if (socket.getInputStream().read(new byte[READ_MOST]) > 0) {
                socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
              }
            } catch (IOException _) {
              // the other side did not like what it saw
            }
          }
        });
  }

  @Override
  public void close() throws IOException {
    port.close();
    for (final var socket : held) {
      socket.close();
    }
  }
}
