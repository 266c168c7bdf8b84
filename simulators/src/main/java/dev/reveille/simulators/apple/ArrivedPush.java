package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.Arrivals;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A push that arrived at Apple's simulator, and the answer to it.
///
/// @param sequence counts arrivals at this simulator
/// @param headers without the provider token
/// @param payload as text
/// @param at when its headers had come
/// @param answered when the answer was given to the connection; absent when none was given
/// @param status 0 when no answer was given
/// @param reason [AppleReason#Accepted] or the refusal's word
public record ArrivedPush(
    long sequence,
    String token,
    boolean sandbox,
    Map<String, String> headers,
    String payload,
    Instant at,
    Optional<Instant> answered,
    int status,
    String reason)
    implements Arrivals.Arrival {
  public ArrivedPush {
    headers = Map.copyOf(headers);
  }

  public String header(final String name) {
    return headers.getOrDefault(name, "");
  }
}
