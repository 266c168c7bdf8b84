package dev.reveille.push.apns;

import dev.reveille.model.AppId;
import dev.reveille.model.Reason;
import dev.reveille.push.http2.HeaderSet;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app: its account, what its last answers were like, and whether
/// anything may be sent for it now. Read from many threads; the parts guard themselves.
final class AppState {
  private static final long ALERT_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /// Why nothing is sent for the app.
  record Closed(Reason why, String words) {}

  private record Headers(ProviderToken.Signed signed, HeaderSet set) {}

  private final AppId id;
  private final String bundleId;
  private final @Nullable Account account;
  private final @Nullable Closed wrong;
  private final OperatorAlerts alerts;
  private final TokenWatch productionTokens = new TokenWatch();
  private final TokenWatch sandboxTokens = new TokenWatch();
  private final Map<Reason, Long> lastAlert = new ConcurrentHashMap<>();
  private final Headers[] headers = new Headers[PushForm.values().length * 2];
  private volatile @Nullable Closed closed;
  private volatile long closedUntil;

  /// @param wrong the credentials cannot work: nothing is sent until they are changed
  AppState(
      final AppId id,
      final String bundleId,
      final @Nullable Account account,
      final @Nullable Closed wrong,
      final OperatorAlerts alerts) {
    this.id = id;
    this.bundleId = bundleId;
    this.account = account;
    this.wrong = wrong;
    this.alerts = alerts;
  }

  Account account() {
    final var known = account;
    if (known == null) {
      throw new IllegalStateException("an app with wrong credentials has no account");
    }
    return known;
  }

  @Nullable Account accountOrNull() {
    return account;
  }

  TokenWatch tokens(final boolean sandbox) {
    return sandbox ? sandboxTokens : productionTokens;
  }

  /// A failed look-up is not remembered: the next push looks again.
  boolean isLasting() {
    return wrong == null || wrong.why() != Reason.INTERNAL;
  }

  /// Not null while nothing may be sent.
  @Nullable Closed closed() {
    if (wrong != null) {
      return wrong;
    }
    final var now = closed;
    return now != null && System.nanoTime() - closedUntil < 0 ? now : null;
  }

  /// Apple refuses the app's credentials: asking a thousand times more helps nobody.
  void close(final Reason why, final String words, final Duration time) {
    closedUntil = System.nanoTime() + time.toNanos();
    closed = new Closed(why, words);
  }

  void alert(final Reason why, final String words) {
    final long now = System.nanoTime();
    final var last = lastAlert.get(why);
    if (last == null || now - last > ALERT_PAUSE_NANOS) {
      lastAlert.put(why, now);
      alerts.alert(id, why, words);
    }
  }

  /// The same object for as long as the provider token lasts, because connections remember its
  /// compressed form. A race makes two equal ones, which costs nothing but a moment.
  HeaderSet headers(final ProviderToken.Signed signed, final PushForm form, final boolean sandbox) {
    final int index = form.ordinal() * 2 + (sandbox ? 1 : 0);
    final var known = headers[index];
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account().headers(signed, form, bundleId, sandbox);
    headers[index] = new Headers(signed, made);
    return made;
  }
}
