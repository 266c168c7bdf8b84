package dev.reveille.acceptance.stories;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;

/// An HTTP/1.1 connection that sends exactly the bytes it is given, well formed or not, and reads
/// what comes back. A client library would mend or refuse what the recording wants to show.
final class WireConnection implements AutoCloseable {
  private static final int CONTINUE = 100;
  private static final int SWITCHING = 101;

  private final Socket socket;
  private final InputStream in;

  private WireConnection(final Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static WireConnection open(final URI server, final SSLContext trusting) throws IOException {
    final var socket =
        server.getScheme().equals("https")
            ? trusting.getSocketFactory().createSocket(server.getHost(), server.getPort())
            : new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout((int) AcrossProcesses.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    return new WireConnection(socket);
  }

  void send(final byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Reads one answer.
  ///
  /// @param isHead whether the request was a HEAD, whose answer announces a body and has none
  /// @param events how many events of an endless stream are read; 0 for a whole body
  WireAnswer read(final boolean isHead, final int events) throws IOException {
    final var first = line();
    final var words = first.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
      throw new IOException("not the first line of an answer: " + first);
    }
    final int status = Integer.parseInt(words[1]);
    final var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      final int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
          line.substring(colon + 1).strip(),
          (one, other) -> one + " | " + other);
    }
    final boolean isBodiless =
        isHead || status == CONTINUE || status == SWITCHING || status == 204 || status == 304;
    final var body = isBodiless ? new byte[0] : body(headers, events);
    return new WireAnswer(status, headers, new String(body, StandardCharsets.UTF_8));
  }

  private byte[] body(final TreeMap<String, String> headers, final int events) throws IOException {
    final var body = new ByteArrayOutputStream();
    if (headers.containsKey("content-length")) {
      body.write(exactly(Integer.parseInt(headers.get("content-length"))));
    } else if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      for (int size = chunk(); size > 0; size = chunk()) {
        body.write(exactly(size));
        line();
        if (events > 0 && count(body) >= events) {
          return body.toByteArray();
        }
      }
      line(); // the empty one, where trailers would stand
    } else {
      in.transferTo(body);
    }
    return body.toByteArray();
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  /// How many events came whole. Comments show that the peer is there, and count for nothing.
  private static long count(final ByteArrayOutputStream body) {
    final var text = body.toString(StandardCharsets.UTF_8);
    return text.substring(0, Math.max(0, text.lastIndexOf("\n\n")))
        .lines()
        .filter(line -> line.startsWith("data:"))
        .count();
  }

  private byte[] exactly(final int length) throws IOException {
    final var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    final var line = new ByteArrayOutputStream();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0) {
        throw new EOFException("the connection ended within an answer, after: " + line);
      }
      line.write(one);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
