package dev.reveille.protocols.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.protocols.openapi.Documented;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A phone's requests and frames, byte by byte as a test wants them.
final class PhoneRequests {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// A registered device.
  record Device(URI server, String installation, String token, String cursor) {
    Answer send(final String method, final String path, final String body) {
      return PhoneRequests.send(server, method, path, body, "Authorization", "Bearer " + token);
    }

    CompletableFuture<Answer> sendLater(final String method, final String path) {
      return sendLater(method, path, "");
    }

    CompletableFuture<Answer> sendLater(final String method, final String path, final String body) {
      return HTTP.sendAsync(
              request(server, method, path, body, "Authorization", "Bearer " + token),
              HttpResponse.BodyHandlers.ofString())
          .thenApply(answer -> new Answer(answer.statusCode(), answer.body()));
    }

    Socket open() {
      return PhoneRequests.open(server, token);
    }

    /// A socket whose hello was said and which was told everything.
    Socket live(final String state) {
      final var socket = open();
      socket.say("{\"frame\":\"hello\",\"state\":\"" + state + "\"}");
      return socket;
    }
  }

  record Answer(int status, String body) {
    JsonNode json() {
      return read(body);
    }

    String code() {
      return json().path("code").asText();
    }
  }

  private PhoneRequests() {}

  static JsonNode read(final String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpRequest request(
      final URI server,
      final String method,
      final String path,
      final String body,
      final String... headers) {
    final var request =
        HttpRequest.newBuilder(server.resolve("/device/v1" + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  static Answer send(
      final URI server,
      final String method,
      final String path,
      final String body,
      final String... headers) {
    try {
      final var answer =
          HTTP.send(
              request(server, method, path, body, headers), HttpResponse.BodyHandlers.ofString());
      Documented.check(
          method,
          "/device/v1" + path,
          body,
          answer.statusCode(),
          answer.headers().firstValue("content-type").orElse(""),
          answer.body());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Device register(final DeviceServer server, final String code) {
    return register(server, code, "");
  }

  /// @param more further fields, each beginning with a comma
  static Device register(final DeviceServer server, final String code, final String more) {
    final var answer =
        send(
            server.address(),
            "POST",
            "/installations",
            "{\"app\":\"com.example.phone\",\"code\":\""
                + code
                + "\",\"platform\":\"ios\",\"osMajor\":18"
                + more
                + "}");
    if (answer.status() != 201) {
      throw new AssertionError(answer.toString());
    }
    final var json = answer.json();
    return new Device(
        server.address(),
        json.path("installation").asText(),
        json.path("token").asText(),
        json.path("cursor").asText());
  }

  static Socket open(final URI server, final String token) {
    return openWith(server, "/live", "Authorization", "Bearer " + token);
  }

  static Socket openWith(final URI server, final String path, final String... headers) {
    final var socket = new Socket();
    final var address = server.resolve("/device/v1" + path).toString().replaceFirst("^http", "ws");
    final var builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket.socket =
        builder
            .subprotocols("reveille.v1")
            .buildAsync(URI.create(address), socket)
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    return socket;
  }

  /// A WebSocket whose frames wait to be looked at.
  static final class Socket implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private volatile boolean reading = true;
    private @Nullable WebSocket socket;

    WebSocket raw() {
      if (socket == null) {
        throw new IllegalStateException("not open");
      }
      return socket;
    }

    void say(final String frame) {
      raw().sendText(frame, true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// Leaves everything unread from now on.
    void stopReading() {
      reading = false;
    }

    void readAgain() {
      reading = true;
      raw().request(1);
    }

    /// The next frame, whatever it is.
    JsonNode next() {
      try {
        final var frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (frame == null) {
          throw new AssertionError("no frame came within " + PATIENCE);
        }
        return frame;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /// The next frame of a kind; others before it are passed over.
    JsonNode next(final String kind) {
      var frame = next();
      while (!frame.path("frame").asText().equals(kind)) {
        frame = next();
      }
      return frame;
    }

    /// Whether a frame of this kind came and was not looked at.
    boolean hasSeen(final String kind) {
      return frames.stream().anyMatch(frame -> frame.path("frame").asText().equals(kind));
    }

    /// What came and was not looked at.
    int unseen() {
      return frames.size();
    }

    int closeCode() {
      return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    void close() {
      raw().abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(
        final WebSocket from, final CharSequence data, final boolean last) {
      text.append(data);
      if (last) {
        frames.add(read(text.toString()));
        text.setLength(0);
      }
      if (reading) {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(
        final WebSocket from, final int code, final String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(final WebSocket from, final Throwable error) {
      closed.complete(1006);
    }
  }
}
