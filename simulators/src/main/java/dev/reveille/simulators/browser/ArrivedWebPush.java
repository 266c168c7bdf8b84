package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.ServiceCall;
import java.util.Optional;

/// A push that arrived at the simulated Web Push service, what the browser could read of it, and
/// the answer to it.
///
/// @param token the subscription's, or ""
/// @param message names the message resource
/// @param status 0 when no answer was given
/// @param reason the name of a [BrowserReason], or the fault's word
/// @param payload what was inside, as text; absent when it could not be decrypted or had no body
/// @param undecryptable why it could not be decrypted
public record ArrivedWebPush(
    long sequence,
    String token,
    String message,
    ServiceCall call,
    int status,
    String reason,
    Optional<String> payload,
    Optional<String> undecryptable)
    implements Arrivals.Arrival {

  public String header(final String name) {
    return call.header(name);
  }
}
