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

/// The simulated push service, as it introduced itself: its addresses, its key, what arrived.
record Apple(JsonNode said) {

  String endpoint() {
    return said.path("apple").asText();
  }

  String sandbox() {
    return said.path("sandbox").asText();
  }

  String control() {
    return said.path("control").asText();
  }

  Path certificate() {
    return Path.of(said.path("ca").asText());
  }

  String team() {
    return said.path("key").path("team").asText();
  }

  String keyId() {
    return said.path("key").path("key-id").asText();
  }

  Path keyFile() {
    return Path.of(said.path("key").path("path").asText());
  }

  /// The pushes of one event that arrived here so far.
  List<JsonNode> pushesOf(final String event) {
    try (var http = HttpClient.newHttpClient()) {
      final var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(control() + "/pushes")).build(),
              BodyHandlers.ofString());
      return Json.elements(Json.read(answer.body()))
          .filter(push -> event.equals(push.path("payload").path("reveille").path("id").asText()))
          .toList();
    } catch (IOException e) {
      throw Failure.missing("The simulator of Apple has gone: " + e.getMessage() + ".", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The demo was interrupted.", "");
    }
  }
}
