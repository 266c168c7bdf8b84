package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

/// A push service that the demonstration runs as a simulator: where its control port is, which CA
/// signed its certificate, and which pushes arrived there. It is built from the line of JSON that
/// the simulator prints when it is ready.
///
/// [#pushesOf] asks the simulator over HTTP, blocks, and throws [Failure] when the simulator has
/// ended.
sealed interface SimulatedPushService permits Apple, Google {

  /// The company that runs the real service, for messages.
  String owner();

  /// The line of JSON that the simulator printed when it was ready.
  JsonNode said();

  /// The event that a push tells of.
  String eventOf(JsonNode push);

  /// Whether the push makes a phone ring at once.
  boolean rings(JsonNode push);

  default String control() {
    return said().path("control").asText();
  }

  default Path certificate() {
    return Path.of(said().path("ca").asText());
  }

  /// The pushes of one event that arrived here so far.
  default List<JsonNode> pushesOf(final String event) {
    try (var http = HttpClient.newHttpClient()) {
      final var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(control() + "/pushes")).build(),
              BodyHandlers.ofString());
      return Json.elements(Json.read(answer.body()))
          .filter(push -> event.equals(eventOf(push)))
          .toList();
    } catch (IOException e) {
      throw Failure.missing(
          "The simulator of " + owner() + " has gone: " + e.getMessage() + ".", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The demo was interrupted.", "");
    }
  }
}
