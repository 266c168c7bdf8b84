package dev.reveille.http.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A client that says exactly the bytes it is told, and reads answers with Content-Length or
/// chunks.
public final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  private RawClient(final Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    socket.setSoTimeout(10_000);
  }

  public static RawClient to(final InetSocketAddress address) throws IOException {
    final var socket = new Socket();
    socket.connect(address, 5_000);
    socket.setTcpNoDelay(true);
    return new RawClient(socket);
  }

  /// With little room for what comes.
  public static RawClient narrow(final InetSocketAddress address) throws IOException {
    final var socket = new Socket();
    socket.setReceiveBufferSize(2 * 1024);
    socket.connect(address, 5_000);
    socket.setTcpNoDelay(true);
    return new RawClient(socket);
  }

  /// From an address of this machine.
  public static RawClient from(final InetAddress source, final InetSocketAddress address)
      throws IOException {
    final var socket = new Socket();
    socket.bind(new InetSocketAddress(source, 0));
    socket.connect(address, 5_000);
    socket.setTcpNoDelay(true);
    return new RawClient(socket);
  }

  /// What came back: the status, the headers by lower-case name, the body.
  public record Reply(int status, Map<String, String> headers, String body) {}

  public RawClient say(final String text) throws IOException {
    return say(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient say(final byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /// Whether a byte of an answer is there to read now.
  public boolean hasAnswer() {
    try {
      return in.available() > 0;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Reply reply() throws IOException {
    return reply(false);
  }

  public Reply reply(final boolean toHead) throws IOException {
    final var status = Integer.parseInt(line().split(" ", 3)[1]);
    final var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      final var colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (toHead || status == 101 || status == 100) {
      return new Reply(status, headers, "");
    }
    return new Reply(
        status,
        headers,
        headers.containsKey("transfer-encoding")
            ? chunks()
            : text(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
  }

  private String chunks() throws IOException {
    final var all = new StringBuilder();
    while (true) {
      final var size = Integer.parseInt(line(), 16);
      all.append(text(size));
      line();
      if (size == 0) {
        return all.toString();
      }
    }
  }

  private String text(final int length) throws IOException {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  public byte[] bytes(final int length) throws IOException {
    final var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends after " + bytes.length + " of " + length);
    }
    return bytes;
  }

  private String line() throws IOException {
    final var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /// Whether the server has closed, or does within the socket's time-out; fails if it sends more.
  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
