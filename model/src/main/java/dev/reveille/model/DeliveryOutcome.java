package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;

/// What became of one try. Families: it arrived, it was refused for good, it may work later, nobody
/// knows.
public sealed interface DeliveryOutcome {
  /// The app itself said so.
  record Acknowledged(Duration after) implements DeliveryOutcome {}

  /// The push service took it: never proof that the phone rang.
  record HandedOver(String receipt) implements DeliveryOutcome {}

  /// @param retireAddress the address is dead and leaves the registry
  record Refused(Reason why, String theirWords, boolean retireAddress) implements DeliveryOutcome {}

  record TryAgain(Reason why, String theirWords, Instant notBefore) implements DeliveryOutcome {}

  /// Sent, no answer seen: a repeat must fold on the device.
  record Uncertain(Reason why) implements DeliveryOutcome {}
}
