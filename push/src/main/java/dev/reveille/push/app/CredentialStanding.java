package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tracks whether one credential may be used with one environment of a push service, and what the
/// operator was told about it. After a change of the credentials there is a new object.
///
/// A service that refuses the credentials is asked again after a second, then after two, and so on
/// up to the longest pause. What is to be sent meanwhile is [Withheld], which refuses nothing for
/// good.
///
/// Thread-safe.
public final class CredentialStanding {
  private static final long ALERT_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final Duration FIRST_PAUSE = TimeScale.divide(Duration.ofSeconds(1));
  private static final int MOST_DOUBLINGS = 16;

  /// Why nothing may be sent with the credential.
  public record Closed(Reason why, String words) {}

  private final AppId id;
  private final @Nullable Closed wrong;
  private final Duration longest;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final long madeAt = System.nanoTime();
  private final Map<Reason, Long> lastAlert = new ConcurrentHashMap<>();
  private volatile @Nullable Closed closed;
  private volatile long closedUntil;
  private volatile int closings;
  private volatile boolean refused;

  /// @param wrong the credentials cannot work: nothing is sent until they are changed
  /// @param longest pause between two pushes that try whether the credentials are taken
  public CredentialStanding(
      final AppId id,
      final @Nullable Closed wrong,
      final Duration longest,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.id = id;
    this.wrong = wrong;
    this.longest = longest;
    this.clock = clock;
    this.alerts = alerts;
  }

  /// On the clock of [System#nanoTime].
  long madeAt() {
    return madeAt;
  }

  /// What becomes of a push now without asking the service; null while it may be asked.
  public @Nullable DeliveryOutcome closed() {
    if (wrong != null) {
      return unusable(wrong);
    }
    final var now = closed;
    final long left = closedUntil - System.nanoTime();
    return now != null && left > 0
        ? new Withheld(
            now.why(), now.words(), clock.instant().plusNanos(left), ServiceReply.NOTHING)
        : null;
  }

  /// The credentials cannot be used now, found without asking the service.
  ///
  /// @return what becomes of the push
  public Withheld withhold(final Reason why, final String words) {
    refused(why, words);
    return new Withheld(why, words, clock.instant().plus(longest), ServiceReply.NOTHING);
  }

  private DeliveryOutcome unusable(final Closed wrong) {
    if (wrong.why() == Reason.NOT_CONFIGURED) { // the app does without this service
      return Refused.byUs(wrong.why(), wrong.words());
    }
    if (wrong.why() == Reason.INTERNAL) {
      return new TryAgain(wrong.why(), wrong.words(), clock.instant().plus(FIRST_PAUSE));
    }
    // the operator was alerted when they were read
    report(wrong.why(), wrong.words());
    return new Withheld(
        wrong.why(), wrong.words(), clock.instant().plus(longest), ServiceReply.NOTHING);
  }

  /// Whether it stands for the lack of a credential.
  public boolean isAbsent() {
    return wrong != null && wrong.why() == Reason.NOT_CONFIGURED;
  }

  /// What is said of a credential that is lacking; "" of one that is there.
  public String absence() {
    return wrong != null && isAbsent() ? wrong.words() : "";
  }

  /// It is used no more, though the credentials did not change: what was found by looking at them
  /// is over.
  public void dropped() {
    if (wrong != null) {
      alerts.works(this);
    }
  }

  /// Something is refused that the operator can correct. It is told, and counts as refused until
  /// the service takes a push.
  public void refused(final Reason why, final String words) {
    report(why, words);
    alert(why, words);
  }

  private void report(final Reason why, final String words) {
    refused = true;
    alerts.refused(this, id, CredentialId.DEFAULT, why, words);
  }

  /// The service refused the app's credentials: asking at once for a thousand more pushes helps
  /// none of them.
  ///
  /// @return what becomes of the push that was refused
  public synchronized Withheld close(final Reason why, final String words) {
    final long now = System.nanoTime();
    if (closed == null || closedUntil - now <= 0) { // else several were refused at once
      final var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(closings, MOST_DOUBLINGS));
      closings++;
      closedUntil = now + (pause.compareTo(longest) < 0 ? pause : longest).toNanos();
      closed = new Closed(why, words);
    }
    refused(why, words);
    return new Withheld(
        why, words, clock.instant().plusNanos(Math.max(0, closedUntil - now)), ServiceReply.MOMENT);
  }

  /// The service took a push.
  public void open() {
    if (closings != 0 || refused) {
      reset();
    }
  }

  private synchronized void reset() {
    closings = 0;
    closed = null;
    refused = false;
    alerts.works(this);
  }

  /// The service's other environment took a push than the address named.
  ///
  /// @param sandbox the sandbox took it
  public void tookElsewhere(final boolean sandbox) {
    alerts.tookElsewhere(id, sandbox);
  }

  public void alert(final Reason why, final String words) {
    final long now = System.nanoTime();
    final var last = lastAlert.get(why);
    if (last == null || now - last > ALERT_PAUSE_NANOS) {
      lastAlert.put(why, now);
      alerts.alert(id, why, words);
    }
  }
}
