package dev.reveille.protocols.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What an edge answers home about the settings: which revision it has, and where it has settings
/// of its own.
///
/// @param revision "" when it has none
/// @param own at most [#MOST_OWN], so that the body fits into a message
record SettingsReply(String revision, List<OwnSetting> own) {
  static final int MOST_OWN = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  SettingsReply {
    own = List.copyOf(own);
  }

  byte[] bytes() {
    final var json = JSON.createObjectNode().put("revision", revision);
    final var all = json.putArray("own");
    own.forEach(each ->
        all.addObject()
            .put("organisation", each.organisation())
            .put("object", each.object())
            .put("here", each.here())
            .put("home", each.home()));
    try {
      return JSON.writeValueAsBytes(json);
    } catch (final JsonProcessingException e) {
      throw new IllegalStateException("texts always have JSON", e);
    }
  }

  /// @throws IllegalArgumentException for what is no JSON
  static SettingsReply read(final byte[] body) {
    try {
      final var json = JSON.readTree(body);
      final var own = new ArrayList<OwnSetting>();
      for (final JsonNode each : json.path("own")) {
        if (own.size() < MOST_OWN) {
          own.add(
              new OwnSetting(
                  each.path("organisation").asText(),
                  each.path("object").asText(),
                  each.path("here").asText(),
                  each.path("home").asText()));
        }
      }
      return new SettingsReply(json.path("revision").asText(), own);
    } catch (final IOException malformed) {
      throw new IllegalArgumentException("no JSON", malformed);
    }
  }
}
