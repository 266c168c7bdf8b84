package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A phone's standing connection to the simulated push service, for one token. Reconnects by itself
/// until it is closed.
final class PushLine implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final PhoneNetwork network;
  private final URI control;
  private final String token;
  private final Consumer<JsonNode> arrived;
  private volatile boolean closed;
  private volatile Flow.@Nullable Subscription lines;

  PushLine(
      final PhoneNetwork network,
      final URI control,
      final String token,
      final Consumer<JsonNode> arrived) {
    this.network = network;
    this.control = control;
    this.token = token;
    this.arrived = arrived;
  }

  /// Creates a token, as the system does for an app; answers it.
  ///
  /// @param wanted what the service has to know: topic and environment, or project
  static String newToken(final PhoneNetwork network, final URI control, final ObjectNode wanted)
      throws IOException, InterruptedException {
    final var request =
        HttpRequest.newBuilder(control.resolve("/tokens"))
            .POST(HttpRequest.BodyPublishers.ofString(wanted.toString()))
            .timeout(Duration.ofSeconds(10))
            .build();
    final var answer = network.http().send(request, HttpResponse.BodyHandlers.ofString());
    final var token = JSON.readTree(answer.body()).path("token").asText("");
    if (answer.statusCode() != 200 || token.isEmpty()) {
      throw new IOException("no push token: " + answer.statusCode() + " " + answer.body());
    }
    return token;
  }

  void open() {
    if (closed) {
      return;
    }
    final var request = HttpRequest.newBuilder(control.resolve("/devices/" + token)).build();
    network
        .http()
        .sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(new Lines()))
        .whenComplete((_, _) -> again());
  }

  private void again() {
    if (!closed) {
      network.in(PAUSE, this::open);
    }
  }

  @Override
  public void close() {
    closed = true;
    final var open = lines;
    if (open != null) {
      open.cancel();
    }
  }

  private final class Lines implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(final Flow.Subscription subscription) {
      lines = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(final String line) {
      if (!closed && !line.isBlank()) {
        try {
          arrived.accept(JSON.readTree(line));
        } catch (IOException e) {
          throw new IllegalStateException("the push service wrote no JSON: " + line, e);
        }
      }
    }

    @Override
    public void onError(final Throwable broken) {}

    @Override
    public void onComplete() {}
  }
}
