package dev.reveille.http.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A server for HTTP/1.1 in plain text that reads requests with code of its own and answers with
/// the bytes that a test gives it.
public final class PlainServer implements AutoCloseable {
  /// Answers one request; returns false to close the connection afterwards.
  public interface Script {
    boolean answer(int connection, String request, OutputStream out) throws IOException;
  }

  public final List<String> requests = new CopyOnWriteArrayList<>();
  public final AtomicInteger connections = new AtomicInteger();

  /// Connections that the client closed.
  final AtomicInteger left = new AtomicInteger();

  private final ServerSocket socket;
  private final Script script;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  public PlainServer(final Script script) throws IOException {
    this("127.0.0.1", 0, script);
  }

  public PlainServer(final String host, final int port, final Script script) throws IOException {
    this.script = script;
    this.socket = new ServerSocket(port, 50, InetAddress.getByName(host));
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return socket.getLocalPort();
  }

  ClientTarget target() {
    return ClientTarget.plain("127.0.0.1", port());
  }

  private void accept() {
    try {
      while (true) {
        final var connection = socket.accept();
        open.add(connection);
        final int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(number, connection));
      }
    } catch (final IOException _) {
      // closed
    }
  }

  private void serve(final int number, final Socket connection) {
    try (connection) {
      while (true) {
        final var request = read(connection.getInputStream());
        if (request == null) {
          left.incrementAndGet();
          return;
        }
        requests.add(request);
        if (!script.answer(number, request, connection.getOutputStream())) {
          return;
        }
        connection.getOutputStream().flush();
      }
    } catch (final IOException _) {
      // the client had enough
    }
  }

  /// A whole request: the head, and as much body as content-length says.
  private static @Nullable String read(final InputStream in) throws IOException {
    final var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      final int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
    }
    final var text = head.toString(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (final var line : text.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  public static void say(final OutputStream out, final String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  public static boolean ok(final OutputStream out) throws IOException {
    say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    return true;
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (final var each : open) {
        each.close();
      }
    } catch (final IOException _) {
      // it is over anyway
    }
  }
}
