package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.nio.file.Path;

/// The simulated push service of Google in the demonstration, with the service account that it made
/// for the app.
record Google(JsonNode said) implements SimulatedPushService {

  @Override
  public String owner() {
    return "Google";
  }

  @Override
  public String eventOf(final JsonNode push) {
    return envelope(push).path("id").asText();
  }

  @Override
  public boolean rings(final JsonNode push) {
    return push.path("message").path("android").path("priority").asText().equals("HIGH")
        && envelope(push).path("class").asText().equals("call");
  }

  /// The app's part of a message travels as one string of its data.
  private static JsonNode envelope(final JsonNode push) {
    final String text = push.path("message").path("data").path("reveille").asText("");
    try {
      return Json.read(text.isEmpty() ? "{}" : text);
    } catch (IllegalArgumentException e) {
      return Json.object();
    }
  }

  String endpoint() {
    return said.path("google").asText();
  }

  String project() {
    return said.path("account").path("project").asText();
  }

  Path accountFile() {
    return Path.of(said.path("account").path("path").asText());
  }
}
