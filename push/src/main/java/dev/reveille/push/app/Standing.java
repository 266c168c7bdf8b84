package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How an app stands with a push service: whether anything may be sent for it now, and what the
/// operator was told about it. Read from many threads.
public final class Standing {
  private static final long ALERT_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /// Why nothing is sent for the app.
  public record Closed(Reason why, String words) {}

  private final AppId id;
  private final @Nullable Closed wrong;
  private final OperatorAlerts alerts;
  private final Map<Reason, Long> lastAlert = new ConcurrentHashMap<>();
  private volatile @Nullable Closed closed;
  private volatile long closedUntil;

  /// @param wrong the credentials cannot work: nothing is sent until they are changed
  public Standing(final AppId id, final @Nullable Closed wrong, final OperatorAlerts alerts) {
    this.id = id;
    this.wrong = wrong;
    this.alerts = alerts;
  }

  /// False when it was our own failure that nothing is known: then it is looked up again.
  public boolean isLasting() {
    return wrong == null || wrong.why() != Reason.INTERNAL;
  }

  /// Not null while nothing may be sent.
  public @Nullable Closed closed() {
    if (wrong != null) {
      return wrong;
    }
    final var now = closed;
    return now != null && System.nanoTime() - closedUntil < 0 ? now : null;
  }

  /// The app's credentials are refused: asking a thousand times more helps nobody.
  public void close(final Reason why, final String words, final Duration time) {
    closedUntil = System.nanoTime() + time.toNanos();
    closed = new Closed(why, words);
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
