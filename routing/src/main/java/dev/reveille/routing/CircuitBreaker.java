package dev.reveille.routing;

import dev.reveille.model.Cause;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Remembers whether one push service (as one app uses it, in one environment) is out of reach, so
/// that a million waiting pushes do not each find out by themselves.
///
/// ```
///   closed ── no connection, or many failures in a row ──► open ── a probe is answered ──► closed
///   closed ── the app's credentials are refused ──► withheld ── a probe is taken ──► closed
/// ```
///
/// While it is open, what is to go through waits in a line behind it, and one probe at a time, the
/// first of the line, tries whether the service is back. Then the line goes through in its order:
/// what is less urgent than the part that goes through just now joins the line instead of
/// overtaking it. When no push was tried for a while, nothing is known any more and it counts as
/// closed.
///
/// A service that says when to come back is left alone until then, by probes too, but not for
/// longer than [#LONGEST_REST]: one probe in so long costs it nothing, and calls wait here.
///
/// Belongs to the dispatcher's thread.
final class CircuitBreaker {
  private static final int FAILURES_IN_A_ROW = 20;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);
  private static final Duration LONGEST_REST = TimeScale.divide(Duration.ofMinutes(10));
  private static final Duration BELIEVED_FOR =
      TimeScale.divide(Duration.ofSeconds(15), Duration.ofSeconds(2));

  /// What left before the app's settings changed comes back within this time.
  private static final Duration LATE_ANSWERS =
      TimeScale.divide(Duration.ofSeconds(10), Duration.ofSeconds(1));

  /// Every push has an outcome; a probe without one would keep the breaker open for ever.
  private static final Duration LONGEST_PROBE =
      TimeScale.divide(Duration.ofMinutes(1), Duration.ofSeconds(2));

  private final String name;
  private int failures;
  private Reason why = Reason.SERVICE_UNREACHABLE;
  private Optional<Cause> cause = Optional.empty();
  private boolean withheld;
  private Instant believedUntil = Instant.MIN;
  private Instant nextProbe = Instant.MIN;
  private Instant lastUnanswered = Instant.MIN;
  private Instant changedAt = Instant.MIN;
  private @Nullable WorkKey probe;
  private @Nullable WorkKey noted;
  private @Nullable WorkKey vainTold;
  private Instant probeSince = Instant.MIN;
  private boolean probeIsOut;
  private @Nullable Lane goesThrough;

  CircuitBreaker(final String name) {
    this.name = name;
  }

  /// What its line is called in the waiting room.
  String name() {
    return name;
  }

  /// What the line waits for, as the last failure said it.
  Reason why() {
    return why;
  }

  /// Why there is no way to the service, where that is what the line waits for.
  Optional<Cause> cause() {
    return why == Reason.SERVICE_UNREACHABLE ? cause : Optional.empty();
  }

  /// Whether this may go through now; else it joins the line.
  boolean lets(final WorkKey key, final Lane lane, final Instant now) {
    if (isOpen(now)) {
      if (!key.equals(probe) || probeIsOut) {
        return false;
      }
      probeIsOut = true;
      probeSince = now;
      return true;
    }
    return goesThrough == null || lane.compareTo(goesThrough) <= 0;
  }

  boolean isOpen(final Instant now) {
    return failures >= FAILURES_IN_A_ROW && (isProbing(now) || now.isBefore(believedUntil));
  }

  /// Whether it is open because of the app's own credentials or settings.
  boolean isWithheld(final Instant now) {
    return withheld && isOpen(now);
  }

  private boolean isProbing(final Instant now) {
    return probeIsOut && now.isBefore(probeSince.plus(LONGEST_PROBE));
  }

  // ---- the line -------------------------------------------------------------------------------

  /// Whether the first of the line may try now.
  boolean wantsProbe(final Instant now) {
    return isOpen(now) && !isProbing(now) && !now.isBefore(nextProbe);
  }

  /// This one may try, as the next thing that happens here.
  void sendsAsProbe(final WorkKey first) {
    probe = first;
    probeIsOut = false;
  }

  /// Whether the trail has this probe's departure already, and nothing of its end: while there is
  /// no way to the service, one line stands for all probes of the same push.
  boolean isNoted(final WorkKey key) {
    return key.equals(noted);
  }

  /// A departure was noted.
  void departureNoted(final WorkKey key) {
    if (key.equals(probe)) {
      noted = key;
    }
  }

  /// The trail has the end of a push.
  void endNoted(final WorkKey key) {
    if (key.equals(noted)) {
      noted = null;
    }
  }

  /// The trail says that there is no way to the service for this push.
  void vainTold(final WorkKey key) {
    vainTold = key;
  }

  /// Whether that was the newest of which the trail says it: a push that was uncertain before waits
  /// for that reason, so its row does not say it.
  boolean isVainTold(final WorkKey key) {
    return key.equals(vainTold);
  }

  /// The line goes through, and this is the lane it has come to; null when it is empty.
  void goesThrough(final @Nullable Lane lane) {
    goesThrough = lane;
  }

  // ---- what comes back ------------------------------------------------------------------------

  /// A push came back, whatever became of it.
  void cameBack(final WorkKey key, final Instant now) {
    if (key.equals(probe)) {
      probe = null;
      probeIsOut = false;
      nextProbe = later(nextProbe, now.plus(BETWEEN_PROBES));
    }
  }

  /// The service answered, whatever it said.
  void answered() {
    failures = 0;
    withheld = false;
    nextProbe = Instant.MIN;
    vainTold = null;
  }

  /// It did not do what was asked; another push may fare better.
  ///
  /// @param comeBack when it wants to be asked again; a moment that has passed when it did not say
  void failed(final Instant comeBack, final Instant now) {
    failures++;
    why = Reason.SERVICE_UNAVAILABLE;
    final var longest = now.plus(LONGEST_REST);
    final var rest = comeBack.isBefore(longest) ? comeBack : longest;
    nextProbe = later(nextProbe, later(rest, now.plus(BETWEEN_PROBES)));
    believedUntil = later(believedUntil, later(rest, now).plus(BELIEVED_FOR));
  }

  /// It took pushes and did not answer. What broke off together counts once.
  void unanswered(final Instant now) {
    if (!now.isBefore(lastUnanswered.plus(BETWEEN_PROBES))) {
      lastUnanswered = now;
      failed(Instant.MIN, now);
    }
  }

  /// There is no way to it: that holds for every push.
  void unreachable(final Optional<Cause> cause, final Instant now) {
    this.cause = cause;
    if (failures < FAILURES_IN_A_ROW) { // what one answer asked for did not open it
      nextProbe = Instant.MIN;
      believedUntil = Instant.MIN;
    }
    failures = Math.max(failures, FAILURES_IN_A_ROW);
    failed(Instant.MIN, now);
    why = Reason.SERVICE_UNREACHABLE;
    withheld = false;
  }

  /// The app's own credentials or settings are refused: that holds for every push.
  ///
  /// @param comeBack when asking once more is worth it; at once after a change of the settings,
  ///   which this push may not have known
  void withheld(final Reason reason, final Instant comeBack, final Instant now) {
    nextProbe = Instant.MIN;
    believedUntil = Instant.MIN;
    failures = Math.max(failures, FAILURES_IN_A_ROW);
    failed(now.isBefore(changedAt.plus(LATE_ANSWERS)) ? now : comeBack, now);
    why = reason;
    withheld = true;
  }

  /// The clock was set.
  void clockSet(final Duration step) {
    believedUntil = moved(believedUntil, step);
    nextProbe = moved(nextProbe, step);
    lastUnanswered = moved(lastUnanswered, step);
    probeSince = moved(probeSince, step);
    changedAt = moved(changedAt, step);
  }

  private static Instant moved(final Instant moment, final Duration step) {
    return moment.equals(Instant.MIN) ? moment : moment.plus(step);
  }

  /// The app's credentials or settings changed: the next probe need not wait.
  void settingsChanged(final Instant now) {
    nextProbe = Instant.MIN;
    changedAt = now;
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
