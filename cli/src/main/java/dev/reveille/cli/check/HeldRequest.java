package dev.reveille.cli.check;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/// Tests whether something between client and server cuts held requests: registers a device, holds
/// a request as a phone does, and signs the device out afterwards. Blocks for the time of the hold.
final class HeldRequest {
  /// A held request is answered a second before its time is over.
  private static final Duration EARLY = Duration.ofSeconds(2);

  private final Api api;
  private final Check.Hold hold;

  HeldRequest(final Api api, final Check.Hold hold) {
    this.api = api;
    this.hold = hold;
  }

  List<Finding> find() {
    final JsonNode code =
        api.post(at("users", hold.user(), "codes"), Json.object().put("app", hold.app()));
    final JsonNode registered =
        api.asDevice("")
            .post(
                "installations",
                Json.object()
                    .put("app", hold.app())
                    .put("code", code.path("code").asText())
                    .put("platform", "other"));
    final String token = registered.path("token").asText();
    try {
      return held(token, registered.path("cursor").asText());
    } finally {
      api.asDevice(token).post("sign-out", Json.object());
    }
  }

  private List<Finding> held(final String token, final String cursor) {
    final String address =
        with(
            with("/device/v1/poll", "cursor", cursor),
            "wait",
            Long.toString(hold.time().toSeconds()));
    final long start = System.nanoTime();
    String how = "";
    try {
      final var answer =
          api.http()
              .send(
                  HttpRequest.newBuilder(URI.create(api.target().devicesAddress() + address))
                      .header("Authorization", "Bearer " + token)
                      .timeout(hold.time().plusSeconds(30))
                      .build(),
                  BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        return List.of();
      }
      how = "was answered " + answer.statusCode() + " by something in between";
    } catch (IOException e) {
      how = "was cut";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The check was interrupted.", "");
    }
    final Duration after = Duration.ofNanos(System.nanoTime() - start);
    if (after.compareTo(hold.time().minus(EARLY)) >= 0) {
      how = "got no answer";
    }
    return List.of(
        Finding.wrong(
            "held-request-cut",
            api.target().devicesAddress().toString(),
            "A request that should be held for "
                + hold.time().toSeconds()
                + " s "
                + how
                + " after "
                + after.toSeconds()
                + " s.",
            "Raise the idle time-out of firewalls and proxies towards the listener for devices to"
                + " 30 minutes."));
  }
}
