package dev.reveille.http.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 client that writes single frames, well formed or not.
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  record Frame(int type, int flags, int stream, byte[] payload) {
    /// The error code of RST_STREAM and GOAWAY.
    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    /// How many bytes more a WINDOW_UPDATE allows.
    int increment() {
      return ByteBuffer.wrap(payload).getInt(0);
    }

    int lastStream() {
      return ByteBuffer.wrap(payload).getInt(0);
    }
  }

  private RawHttp2(final SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawHttp2 to(final InetSocketAddress address, final TestCertificate certificate)
      throws IOException {
    final var socket =
        (SSLSocket)
            certificate
                .trusting()
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort());
    final var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    final var client = new RawHttp2(socket);
    client.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.frame(SETTINGS, 0, 0, new byte[0]).send();
    return client;
  }

  RawHttp2 frame(final int type, final int flags, final int stream, final byte[] payload) {
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(ByteBuffer.allocate(4).putInt(stream).array());
    out.writeBytes(payload);
    return this;
  }

  RawHttp2 headers(final int stream, final int flags, final String... fields) {
    return frame(HEADERS, flags | END_HEADERS, stream, block(fields));
  }

  /// The four pseudo fields of a plain request.
  RawHttp2 request(final int stream, final String method, final String path, final boolean last) {
    return headers(
        stream,
        last ? END_STREAM : 0,
        ":method",
        method,
        ":scheme",
        "https",
        ":path",
        path,
        ":authority",
        "localhost");
  }

  /// A header block of literals, without any compression.
  static byte[] block(final String... fields) {
    final var block = new ByteArrayOutputStream();
    for (var i = 0; i < fields.length; i += 2) {
      block.write(0);
      text(block, fields[i]);
      text(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(final ByteArrayOutputStream out, final String text) {
    var length = text.length();
    if (length < 127) {
      out.write(length);
    } else {
      out.write(127);
      for (length -= 127; length >= 128; length >>= 7) {
        out.write(length & 127 | 128);
      }
      out.write(length);
    }
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send() throws IOException {
    socket.getOutputStream().write(out.toByteArray());
    socket.getOutputStream().flush();
    out.reset();
  }

  /// The next frame; null when the server has closed.
  @Nullable Frame next() throws IOException {
    try {
      final var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      final var type = in.readUnsignedByte();
      final var flags = in.readUnsignedByte();
      final var stream = in.readInt();
      return new Frame(type, flags, stream, in.readNBytes(length));
    } catch (EOFException | SocketException | SSLException e) {
      return null;
    }
  }

  /// Reads until a frame of that type comes.
  Frame await(final int type) throws IOException {
    for (var frame = next(); frame != null; frame = next()) {
      if (frame.type() == type) {
        return frame;
      }
    }
    throw new EOFException("the server closed before a frame of type " + type);
  }

  /// Reads everything until the server closes.
  boolean isClosedByServer() throws IOException {
    while (next() != null) {
      // more frames on their way
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
