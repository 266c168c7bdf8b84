package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The result of one attempt to deliver. Families: it arrived, it was refused for good, it may work
/// later, it is not known.
public sealed interface DeliveryOutcome {
  /// The app itself confirmed that it has the event.
  record Acknowledged(Duration after) implements DeliveryOutcome {}

  /// The push service accepted the push: never proof that the phone rang.
  ///
  /// @param elsewhere the service's other environment took it than the address says
  record HandedOver(String receipt, boolean elsewhere) implements DeliveryOutcome {
    /// Taken where the address says.
    public HandedOver(final String receipt) {
      this(receipt, false);
    }
  }

  /// A relay took it and hands it on; what becomes of it there is reported later. Nothing is sent
  /// again meanwhile.
  ///
  /// @param receipt the relay's name for it, "" for none
  /// @param reportBefore when the relay is asked, unless it reported before
  record InTransit(String receipt, Instant reportBefore) implements DeliveryOutcome {}

  /// Refused for good: this push is not tried again.
  ///
  /// @param address what the refusal says about the address
  /// @param byUs the service was not asked: it says nothing about the service
  record Refused(Reason why, String theirWords, Verdict address, boolean byUs)
      implements DeliveryOutcome {
    /// The service's own word.
    public Refused(final Reason why, final String theirWords, final Verdict address) {
      this(why, theirWords, address, false);
    }

    /// The service was not asked.
    public static Refused byUs(final Reason why, final String words) {
      return new Refused(why, words, Verdict.NOTHING, true);
    }
  }

  /// What a refusal means for the address.
  sealed interface Verdict {
    /// Nothing.
    Verdict NOTHING = new Nothing();

    /// It may be the address, or a mistake in the app's settings: it is kept and doubted.
    Verdict DOUBTED = new Doubted(false);

    /// The same, but not all was asked that could have been: the next event asks again.
    Verdict DOUBTED_FOR_NOW = new Doubted(true);

    /// Nothing.
    record Nothing() implements Verdict {}

    /// Kept and doubted.
    ///
    /// @param forNow until the next event, otherwise until the app's settings change
    record Doubted(boolean forNow) implements Verdict {}

    /// The platform says that it no longer exists, since then: it leaves the registry unless the
    /// app registered it again later.
    record Gone(Instant since) implements Verdict {}
  }

  /// The app's own credentials or settings are refused, or cannot work: that says nothing about the
  /// push, which waits until they are changed and goes out then, while it still matters.
  ///
  /// @param notBefore when asking once more is worth it
  /// @param reply [ServiceReply#NOTHING] when the service was not asked, because it refused them
  ///   just now
  record Withheld(Reason why, String theirWords, Instant notBefore, ServiceReply reply)
      implements DeliveryOutcome {}

  /// It may work later.
  ///
  /// @param notBefore our own guess, unless the service named a moment; [Instant#EPOCH] for at once
  /// @param cause why the service was not reached, where that is known
  record TryAgain(
      Reason why, String theirWords, Instant notBefore, ServiceReply reply, Optional<Cause> cause)
      implements DeliveryOutcome {
    /// The service was reached, or not asked.
    public TryAgain(
        final Reason why,
        final String theirWords,
        final Instant notBefore,
        final ServiceReply reply) {
      this(why, theirWords, notBefore, reply, Optional.empty());
    }

    /// There is no way to the service.
    public static TryAgain unreachable(
        final String words, final Instant notBefore, final Optional<Cause> cause) {
      return new TryAgain(
          Reason.SERVICE_UNREACHABLE, words, notBefore, ServiceReply.NOTHING, cause);
    }

    /// Without a word from the service.
    public TryAgain(final Reason why, final String theirWords, final Instant notBefore) {
      this(why, theirWords, notBefore, ServiceReply.NOTHING);
    }
  }

  /// Whether the push service itself answered.
  enum ServiceReply {
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
