package dev.reveille.simulators.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The requests to a simulator's control port that each service implements for itself.
public interface Control {
  /// @param what method and path, such as `POST /keys`
  /// @param body a missing node when there is none
  /// @return null when there is no such thing
  /// @throws IllegalArgumentException says what is wrong with the request
  @Nullable JsonNode ask(String what, JsonNode body) throws JsonProcessingException;

  JsonNode tokens(JsonNode body);

  /// What arrived for a token (or for all, with ""), after a sequence number.
  JsonNode pushes(String token, long since);

  boolean knowsDevice(String token);

  /// Takes a phone online; it gets a line per push. Closing the result takes it offline.
  AutoCloseable connect(String token, Consumer<JsonNode> phone);

  InjectedFaults faults();

  Map<String, Long> counters();

  /// `cut`, `leave` or `freeze` every sender's connection.
  ///
  /// @return false when there is no such thing to do
  boolean connections(String what, JsonNode body);
}
