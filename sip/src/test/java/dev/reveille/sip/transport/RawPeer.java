package dev.reveille.sip.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A peer that is only a socket: it writes what the test says and reads what comes.
final class RawPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private final Socket socket;

  private RawPeer(final Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  static RawPeer connect(final InetSocketAddress to) throws IOException {
    return new RawPeer(new Socket(to.getAddress(), to.getPort()));
  }

  static RawPeer connect(final InetSocketAddress to, final SSLContext tls, final String version)
      throws IOException {
    final var socket =
        (SSLSocket) tls.getSocketFactory().createSocket(to.getAddress(), to.getPort());
    socket.setEnabledProtocols(new String[] {version});
    final var peer = new RawPeer(socket);
    socket.startHandshake();
    return peer;
  }

  RawPeer send(final String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return this;
  }

  /// A request without a body.
  static String request(final String method, final String branch) {
    return """
    %s sip:push@push.example SIP/2.0
    Via: SIP/2.0/TCP edge.contoso.example;branch=z9hG4bK%s
    Max-Forwards: 70
    From: <sip:mobility@contoso.example>;tag=1
    To: <sip:push@push.example>
    Call-ID: %s
    CSeq: 1 %s
    Content-Length: 0

    """
        .formatted(method, branch, branch, method);
  }

  /// What comes until this text does.
  String readUntil(final String text) throws IOException {
    final var read = new ByteArrayOutputStream();
    for (int one = socket.getInputStream().read(); one >= 0; one = socket.getInputStream().read()) {
      read.write(one);
      final var all = read.toString(StandardCharsets.UTF_8);
      if (all.endsWith(text.replace("\n", "\r\n"))) {
        return all;
      }
    }
    throw new IOException("the end came after: " + read.toString(StandardCharsets.UTF_8));
  }

  /// One message without a body.
  String readMessage() throws IOException {
    return readUntil("\n\n");
  }

  /// What comes until the end of the connection.
  String readToEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
