package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A device by the JDK's HTTP client alone, in each of the three ways to hold a channel.
final class WebPhone implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final HttpClient http;
  private String token = "";

  WebPhone(final URI server, final SSLContext trusting) {
    this.server = server;
    this.http =
        HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_1_1).build();
  }

  private HttpRequest.Builder request(final String path) {
    final var request =
        HttpRequest.newBuilder(server.resolve("/device/v1" + path))
            .timeout(AcrossProcesses.PATIENCE);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(final String method, final String path, final Object body)
      throws Exception {
    return http.send(
        request(path)
            .method(
                method,
                body.equals("")
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  WebPhone register(final String code) throws Exception {
    final var answer =
        send(
            "POST",
            "/installations",
            Map.of("app", Theatre.APP, "code", code, "platform", "browser"));
    if (answer.statusCode() != 201) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    token = JSON.readTree(answer.body()).get("token").asText();
    return this;
  }

  String token() {
    return token;
  }

  /// A poll that waits.
  CompletableFuture<JsonNode> poll() {
    return http.sendAsync(
            request("/poll?wait=60&state=foreground").build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> Frames.read(answer.body()));
  }

  Frames socket() throws Exception {
    final var frames = new Frames();
    final var socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .subprotocols("reveille.v1")
            .buildAsync(
                URI.create(
                    server.resolve("/device/v1/live").toString().replaceFirst("^http", "ws")),
                frames)
            .get(10, TimeUnit.SECONDS);
    socket.sendText("{\"frame\":\"hello\",\"state\":\"foreground\"}", true).get();
    frames.closing = socket::abort;
    frames.sending = frame -> socket.sendText(frame, true).get();
    return frames;
  }

  Frames stream() throws Exception {
    final var answer =
        http.send(
            request("/live?state=foreground").header("Accept", "text/event-stream").build(),
            HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.toString());
    }
    final var frames = new Frames();
    frames.closing = () -> Frames.quietly(answer.body());
    Thread.ofVirtual()
        .start(() -> {
          try (var lines =
              new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            lines
                .lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> frames.add(line.substring("data: ".length())));
          } catch (java.io.IOException | java.io.UncheckedIOException e) {
            frames.add("{\"frame\":\"closed\"}");
          }
        });
    return frames;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  /// Frames as they come, whatever brings them.
  static final class Frames implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<JsonNode> all = new LinkedBlockingQueue<>();
    private final List<JsonNode> history = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private Runnable closing = () -> {};

    private Sending sending =
        _ -> {
          throw new IllegalStateException("only a WebSocket sends frames");
        };

    private static JsonNode read(final String json) {
      try {
        return JSON.readTree(json);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(json, e);
      }
    }

    private static void quietly(final AutoCloseable one) {
      try {
        one.close();
      } catch (Exception e) {
        // it was to be closed
      }
    }

    private void add(final String json) {
      history.add(read(json));
      all.add(history.getLast());
    }

    /// Everything that came so far.
    List<JsonNode> history() {
      return history;
    }

    /// Sends a frame, on a WebSocket.
    void send(final String frame) throws Exception {
      sending.send(frame);
    }

    private interface Sending {
      void send(String frame) throws Exception;
    }

    JsonNode next(final String kind) throws InterruptedException {
      while (true) {
        final var frame = all.poll(AcrossProcesses.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (frame == null) {
          throw new AssertionError("no " + kind + " came");
        }
        if (frame.path("frame").asText().equals(kind)) {
          return frame;
        }
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(
        final WebSocket from, final CharSequence part, final boolean last) {
      text.append(part);
      if (last) {
        add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public void close() {
      closing.run();
    }
  }
}
