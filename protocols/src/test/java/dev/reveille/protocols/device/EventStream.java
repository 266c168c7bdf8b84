package dev.reveille.protocols.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads an event stream as the HTML standard says (§9.2.6), from chunks of HTTP/1.1.
final class EventStream implements AutoCloseable {

  /// One event, or the comment or field that stood alone.
  record Block(Map<String, String> fields, List<String> comments) {
    JsonNode frame() {
      return PhoneRequests.read(fields.getOrDefault("data", "{}"));
    }

    String kind() {
      return frame().path("frame").asText();
    }

    String id() {
      return fields.getOrDefault("id", "");
    }
  }

  private final Socket socket;
  private final BufferedReader in;
  private final int status;
  private final Map<String, String> headers = new TreeMap<>();
  private final StringBuilder unread = new StringBuilder();
  private boolean ended;

  EventStream(final URI server, final String target, final String... headers) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(10_000);
    final var request =
        new StringBuilder("GET /device/v1")
            .append(target)
            .append(" HTTP/1.1\r\nHost: ")
            .append(server.getAuthority())
            .append("\r\nAccept: text/event-stream\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    status = Integer.parseInt(in.readLine().split(" ", 3)[1]);
    for (var line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      final int colon = line.indexOf(':');
      this.headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  static EventStream of(final PhoneRequests.Device phone, final String query, final String... more)
      throws IOException {
    final var headers = new ArrayList<>(List.of("Authorization", "Bearer " + phone.token()));
    headers.addAll(List.of(more));
    return new EventStream(phone.server(), "/live?" + query, headers.toArray(String[]::new));
  }

  int status() {
    return status;
  }

  String header(final String name) {
    return headers.getOrDefault(name, "");
  }

  /// The body of an answer that is no stream.
  JsonNode problem() throws IOException {
    final var body = new char[Integer.parseInt(header("content-length"))];
    int length = 0;
    while (length < body.length) {
      length += in.read(body, length, body.length - length);
    }
    return PhoneRequests.read(new String(body));
  }

  /// The next block; absent when the answer has ended.
  @Nullable Block block() throws IOException {
    int end;
    while ((end = unread.indexOf("\n\n")) < 0) {
      if (ended || !chunk()) {
        return null;
      }
    }
    final var block = new Block(new TreeMap<>(), new ArrayList<>());
    for (final var line : unread.substring(0, end).split("\n")) {
      final int colon = line.indexOf(": ");
      if (colon < 1) {
        block.comments.add(line.substring(1).strip());
      } else {
        final var before = block.fields.put(line.substring(0, colon), line.substring(colon + 2));
        if (before != null) {
          throw new AssertionError("a field came twice: " + line);
        }
      }
    }
    unread.delete(0, end + 2);
    return block;
  }

  private boolean chunk() throws IOException {
    final int size = Integer.parseInt(in.readLine(), 16);
    final var text = new char[size];
    int length = 0;
    while (length < size) {
      length += in.read(text, length, size - length);
    }
    in.readLine();
    ended = size == 0;
    unread.append(
        new String(new String(text).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    return !ended;
  }

  /// The next event that has a frame; a stream that only shows signs of life fails the test.
  Block next() throws IOException {
    final long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("no frame came for twenty seconds, only signs of life");
      }
      final var block = block();
      if (block == null) {
        throw new AssertionError("the stream has ended");
      }
      if (block.fields.containsKey("data")) {
        return block;
      }
    }
  }

  /// The next event with a frame of that kind; others before it are passed over.
  Block next(final String kind) throws IOException {
    var event = next();
    while (!event.kind().equals(kind)) {
      event = next();
    }
    return event;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
