package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/// The simulated push service of Apple in the demonstration, with the key that it made for the app.
record Apple(JsonNode said) implements SimulatedPushService {

  @Override
  public String owner() {
    return "Apple";
  }

  @Override
  public String eventOf(final JsonNode push) {
    return push.path("payload").path("reveille").path("id").asText();
  }

  @Override
  public boolean rings(final JsonNode push) {
    return push.path("headers").path("apns-push-type").asText().equals("voip")
        && push.path("payload").path("reveille").path("class").asText().equals("call");
  }

  String endpoint() {
    return said.path("apple").asText();
  }

  String sandbox() {
    return said.path("sandbox").asText();
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
}
