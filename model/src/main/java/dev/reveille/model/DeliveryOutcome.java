package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What became of one try. Families: it arrived, it was refused for good, it may work later, nobody
/// knows.
public sealed interface DeliveryOutcome {
  /// The app itself said so.
  record Acknowledged(Duration after) implements DeliveryOutcome {}

  /// The push service took it: never proof that the phone rang.
  record HandedOver(String receipt) implements DeliveryOutcome {}

  /// @param deadSince present when the address is dead, since then: it leaves the registry unless
  ///   the app registered it again later
  record Refused(Reason why, String theirWords, Optional<Instant> deadSince)
      implements DeliveryOutcome {}

  record TryAgain(Reason why, String theirWords, Instant notBefore) implements DeliveryOutcome {}

  /// Sent, no answer seen: a repeat must fold on the device.
  record Uncertain(Reason why) implements DeliveryOutcome {}
}
