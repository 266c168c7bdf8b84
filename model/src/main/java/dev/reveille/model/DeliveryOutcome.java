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
  /// @param byUs nobody was asked: it says nothing about the service
  record Refused(Reason why, String theirWords, Optional<Instant> deadSince, boolean byUs)
      implements DeliveryOutcome {
    /// The service's own word.
    public Refused(final Reason why, final String theirWords, final Optional<Instant> deadSince) {
      this(why, theirWords, deadSince, false);
    }

    public static Refused byUs(final Reason why, final String words) {
      return new Refused(why, words, Optional.empty(), true);
    }
  }

  /// @param notBefore our own guess, unless the service named a moment; [Instant#EPOCH] for at once
  record TryAgain(Reason why, String theirWords, Instant notBefore, Heard heard)
      implements DeliveryOutcome {
    /// Without a word from the service.
    public TryAgain(final Reason why, final String theirWords, final Instant notBefore) {
      this(why, theirWords, notBefore, Heard.NOTHING);
    }
  }

  /// How far a service is to be thanked for an outcome.
  enum Heard {
    /// It was not reached, or not asked.
    NOTHING,
    /// It answered.
    ANSWER,
    /// It answered, and said when to come back.
    MOMENT
  }

  /// Sent, no answer seen: a repeat must fold on the device.
  record Uncertain(Reason why) implements DeliveryOutcome {}
}
