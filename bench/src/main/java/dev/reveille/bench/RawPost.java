package dev.reveille.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One POST on a connection of its own, which tells the moment at which its last byte was written.
/// A client library does not tell that moment.
final class RawPost implements AutoCloseable {
  private static final int LONGEST_MILLIS = 60_000;

  private final Socket socket;
  private final byte[] request;

  /// Connects, with the handshake of TLS where there is one, and sends nothing yet.
  ///
  /// @param trust absent for plain
  /// @param headers lines that end with CR and LF
  RawPost(
      final URI where, final @Nullable SSLContext trust, final String headers, final byte[] body)
      throws IOException {
    final var address = new InetSocketAddress(where.getHost(), where.getPort());
    if (trust == null) {
      socket = new Socket();
      socket.connect(address, LONGEST_MILLIS);
    } else {
      final var secured = trust.getSocketFactory().createSocket();
      secured.connect(address, LONGEST_MILLIS);
      ((javax.net.ssl.SSLSocket) secured).startHandshake();
      socket = secured;
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(LONGEST_MILLIS);
    final var head =
        ("POST "
                + where.getRawPath()
                + " HTTP/1.1\r\nHost: "
                + where.getHost()
                + "\r\nConnection: close\r\nContent-Length: "
                + body.length
                + "\r\n"
                + headers
                + "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
  }

  /// Sends it. Answers when its last byte was written, as [System#nanoTime]. The clock is read
  /// right before that byte: after it, this thread may have to wait for a processor while the
  /// server is at work already.
  long send() throws IOException {
    final var out = socket.getOutputStream();
    out.write(request, 0, request.length - 1);
    out.flush();
    final long now = System.nanoTime();
    out.write(request, request.length - 1, 1);
    out.flush();
    return now;
  }

  /// Waits for the answer.
  ///
  /// @throws IOException when it is not a success
  String answer() throws IOException {
    final var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    if (!all.startsWith("HTTP/1.1 2")) {
      throw new IOException("the request was refused: " + all);
    }
    return all.substring(Math.max(0, all.indexOf("\r\n\r\n")));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
