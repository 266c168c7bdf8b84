package dev.reveille.push.apns;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lets at most one background push in [#PAUSE] leave for each push token, that is app and iPhone.
/// Apple passes on a few an hour and drops the others without a word, so what comes too soon is
/// better held here, where the trail says so. Thread-safe: all fields are guarded by this object's
/// lock, which is held for a few look-ups.
///
/// What is held *folds* into a push that left after the server had accepted it, as soon as Apple
/// took that one:
///
/// - a change, because the app that was woken looks into its inbox and finds it there;
/// - a silent event of the same type, because it would say the very same: no content travels in
///   either.
///
/// It folds only where the push that left lives about as long: Apple keeps a push for a phone that
/// is off until its deadline, and one that ended there wakes no phone.
///
/// Whatever does not fold leaves when the pause is over, or ends with its own life. The targets of
/// a send have no inbox, and a send may be accepted long before its moment: they wait, and never
/// fold.
///
/// ```
///   A accepted  A leaves   B accepted          C accepted      A + 20 min: B leaves   D accepted
///   ────┬───────────┬──────────┬───────────────────┬──────────────────┬──────────────────┬────▶
///                              B waits             C waits            C folds into B     D waits
/// ```
///
/// When an event was accepted is told by its number: numbers are given by one journal in the order
/// of acceptance, so everything up to the highest number that was ever asked about here has been
/// accepted, and can be read. That holds whatever the clock does.
///
/// A push that Apple did not take leaves no trace. One that may have arrived, of which no answer
/// came, holds back others but its own repeat, and nothing folds into it. A restart forgets all of
/// it; when too many are remembered, the half that was woken longest ago is forgotten: then Apple's
/// own throttle has to do. The challenge that proves a token is not counted: the app waits for it
/// in the foreground.
final class BackgroundLimit {
  /// At most one background push leaves for a phone in this time.
  static final Duration PAUSE = TimeScale.divide(Duration.ofMinutes(20));

  /// Phones that are remembered, where the heap is large.
  private static final int MOST = 500_000;

  /// Of the heap, one in so many bytes is for them, and so many bytes are for one.
  private static final int SHARE_OF_HEAP = 32;

  private static final int OF_ONE = 500;

  /// No push is under way for so long: its outcome was lost.
  private static final Duration LONGEST_UNDER_WAY = Duration.ofMinutes(1);

  /// A second push asks again so long after it met one that is under way.
  private static final Duration WHILE_UNDER_WAY = TimeScale.divide(Duration.ofSeconds(1));

  private static final String OF_THE_SERVER = "reveille:";

  /// A background push that Apple took, or may have taken.
  ///
  /// @param at when Apple's answer came: it left before
  /// @param until when Apple gives it up
  /// @param accepted all events up to this number had been accepted when it left; 0 for one without
  ///   an answer, into which nothing folds
  /// @param woke whose app it woke
  private record Taken(
      UUID push,
      Instant at,
      Instant until,
      long accepted,
      TargetKey woke,
      EventClass as,
      String type) {}

  private final InstantSource clock;
  private final int most;
  private final Map<PushToken, Instant> underWay = new HashMap<>();

  // phones move from the younger to the older map together, and are forgotten together
  private Map<PushToken, Taken> younger = new HashMap<>();
  private Map<PushToken, Taken> older = new HashMap<>();
  private Instant movedAt;
  private long accepted;

  BackgroundLimit(final InstantSource clock) {
    this(clock, (int) Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / OF_ONE));
  }

  /// @param most phones that are remembered
  BackgroundLimit(final InstantSource clock, final int most) {
    this.clock = clock;
    this.most = most;
    this.movedAt = clock.instant();
  }

  /// Asks whether a background push may leave now.
  ///
  /// @return where its outcome is to be told when it may; null when it may not, which was told to
  ///   `outcomes`
  @Nullable Outcomes admit(final Push push, final Outcomes outcomes) {
    if (!(push.content() instanceof final PushContent.Wake wake)
        || wake.type().startsWith(OF_THE_SERVER)) {
      return outcomes;
    }
    final var held = held(push, wake);
    if (held != null) {
      outcomes.outcome(push, held);
      return null;
    }
    return new Leaving(push, wake, outcomes);
  }

  /// A push that was to leave did not: it may be asked about once more, and answers where it did
  /// before it was admitted.
  static Outcomes notLeft(final Outcomes outcomes) {
    return outcomes instanceof final Leaving leaving ? leaving.notLeft() : outcomes;
  }

  private synchronized @Nullable DeliveryOutcome held(
      final Push push, final PushContent.Wake wake) {
    final var now = clock.instant();
    accepted = Math.max(accepted, push.event());
    final var token = push.to().token();
    final var since = underWay.get(token);
    if (since != null && now.isBefore(since.plus(LONGEST_UNDER_WAY))) {
      return new TryAgain(
          Reason.BACKGROUND_HELD,
          "another background push is on its way to this phone",
          now.plus(WHILE_UNDER_WAY));
    }
    final var last = last(token);
    final var next = last == null ? now : next(last, now);
    final boolean repeats = last != null && last.push().equals(push.id());
    if (last == null || repeats || !next.isAfter(now)) {
      underWay.put(token, now);
      return null;
    }
    if (folds(push, wake, last)) {
      return Refused.byUs(
          Reason.FOLDED, "into the push " + last.push() + " of " + seconds(last.at()));
    }
    return new TryAgain(
        Reason.BACKGROUND_HELD,
        "a background push left at "
            + seconds(last.at())
            + "; the next one may leave at "
            + seconds(next),
        next);
  }

  /// A clock that was set back makes no pause longer.
  private static Instant next(final Taken last, final Instant now) {
    final var since = last.at().isAfter(now) ? now : last.at();
    return since.plus(PAUSE);
  }

  private static boolean folds(final Push push, final PushContent.Wake wake, final Taken last) {
    return push.event() <= last.accepted()
        && push.work().target().kind() == TargetKey.Kind.INSTALLATION
        && push.work().target().equals(last.woke())
        && !push.deadline().isAfter(last.until().plus(PAUSE))
        && (wake.as() == EventClass.CHANGE
            || wake.as() == last.as() && wake.type().equals(last.type()));
  }

  private @Nullable Taken last(final PushToken token) {
    final var young = younger.get(token);
    return young == null ? older.get(token) : young;
  }

  /// The number up to which everything is accepted, as far as is known here.
  private synchronized long accepted() {
    return accepted;
  }

  private synchronized void ended(final PushToken token, final @Nullable Taken taken) {
    underWay.remove(token);
    if (taken == null) {
      return;
    }
    final boolean old = !taken.at().isBefore(movedAt.plus(PAUSE));
    if (old || younger.size() >= most / 2) {
      older = younger;
      younger = new HashMap<>();
      movedAt = taken.at();
    }
    younger.put(token, taken);
  }

  synchronized int remembered() {
    return younger.size() + older.size();
  }

  private static Instant seconds(final Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS);
  }

  /// A background push on its way to Apple, which is told its outcome.
  final class Leaving implements Outcomes {
    private final Push push;
    private final PushContent.Wake wake;
    private final Outcomes outcomes;

    /// What had been accepted when it was written. Told and read by event loops in turn.
    private volatile long acceptedBefore;

    private Leaving(final Push push, final PushContent.Wake wake, final Outcomes outcomes) {
      this.push = push;
      this.wake = wake;
      this.outcomes = outcomes;
      this.acceptedBefore = push.event();
    }

    /// It is written now; told at each try.
    void leaves() {
      acceptedBefore = accepted();
    }

    private Outcomes notLeft() {
      ended(push.to().token(), null);
      return outcomes;
    }

    @Override
    public void outcome(final Push told, final DeliveryOutcome outcome) {
      ended(
          push.to().token(),
          switch (outcome) {
            case HandedOver _, Acknowledged _, InTransit _ -> taken(acceptedBefore);
            case Uncertain _ -> taken(0);
            case Refused _, Withheld _, TryAgain _ -> null;
          });
      outcomes.outcome(told, outcome);
    }

    private Taken taken(final long before) {
      return new Taken(
          push.id(),
          clock.instant(),
          push.deadline(),
          before,
          push.work().target(),
          wake.as(),
          wake.type());
    }
  }
}
