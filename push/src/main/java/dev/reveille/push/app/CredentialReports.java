package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;

/// Collects what one push service reports about apps' credentials: which it refuses, until it takes
/// a push with them again or they are changed; and how many addresses of an app were found in its
/// other environment since the start.
///
/// A refusal that was under way while the credentials were changed is told of a standing that is
/// not used any more, and does not count: nothing could lift it.
///
/// All maps are guarded by this object's lock.
public final class CredentialReports implements OperatorAlerts {
  /// Apps of which it is counted.
  private static final int MOST_APPS = 10_000;

  /// A credential that its push service refuses now.
  ///
  /// @param since the first refusal after it worked
  /// @param words the service's own, of the last refusal
  public record Refusal(
      PushService service,
      AppId app,
      CredentialId credential,
      Reason why,
      String words,
      Instant since) {}

  /// Addresses of an app that were found in the push service's other environment.
  ///
  /// @param sandbox the addresses were said to be of production, and the sandbox took them;
  ///   otherwise the other way round
  /// @param times how often since the start
  public record Elsewhere(AppId app, boolean sandbox, long times, Instant last) {}

  private record Environment(AppId app, boolean sandbox) {}

  private final PushService service;
  private final InstantSource clock;
  private final OperatorAlerts log;
  private final Map<CredentialStanding, Refusal> refused = new WeakHashMap<>();

  /// When the app's credentials changed last, on the clock of [System#nanoTime].
  private final Map<AppId, Long> changed = new HashMap<>();

  private final Map<Environment, Elsewhere> elsewhere =
      new TreeMap<>(
          Comparator.comparing((Environment each) -> each.app().value())
              .thenComparing(Environment::sandbox));

  /// @param log is told each alert
  public CredentialReports(
      final PushService service, final InstantSource clock, final OperatorAlerts log) {
    this.service = service;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void alert(final AppId app, final Reason why, final String words) {
    log.alert(app, why, words);
  }

  @Override
  public synchronized void refused(
      final CredentialStanding which,
      final AppId app,
      final CredentialId credential,
      final Reason why,
      final String words) {
    final var change = changed.get(app);
    if (change != null && which.madeAt() - change < 0) {
      return;
    }
    final var before = refused.get(which);
    final var since = before == null ? clock.instant() : before.since();
    refused.put(which, new Refusal(service, app, credential, why, words, since));
  }

  @Override
  public synchronized void works(final CredentialStanding which) {
    refused.remove(which);
  }

  @Override
  public synchronized void tookElsewhere(final AppId app, final boolean sandbox) {
    final var where = new Environment(app, sandbox);
    final var before = elsewhere.get(where);
    if (before == null && elsewhere.size() >= MOST_APPS) {
      return;
    }
    final long times = before == null ? 1 : before.times() + 1;
    elsewhere.put(where, new Elsewhere(app, sandbox, times, clock.instant()));
  }

  /// The app's credentials changed, or it is gone: what was said of the former ones is over. To be
  /// called before their sender forgets the app.
  public synchronized void forget(final AppId app) {
    if (changed.size() >= MOST_APPS) {
      changed.clear();
    }
    changed.put(app, System.nanoTime());
    refused.values().removeIf(each -> each.app().equals(app));
    elsewhere.keySet().removeIf(each -> each.app().equals(app));
  }

  /// What is refused now, by app and credential.
  public synchronized List<Refusal> refused() {
    return refused.values().stream()
        .sorted(
            Comparator.comparing((Refusal each) -> each.app().value())
                .thenComparing(each -> each.credential().value())
                .thenComparing(Refusal::words))
        .toList();
  }

  public synchronized List<Elsewhere> elsewhere() {
    return List.copyOf(elsewhere.values());
  }
}
