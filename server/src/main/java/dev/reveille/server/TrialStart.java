package dev.reveille.server;

import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Refuses to start a server with scaled time (`trial.time-scale`) that would reach real phones:
/// one whose data directory has apps with credentials for a push service's own host. Addresses that
/// devices registered are checked for each push.
final class TrialStart {
  private static final Logger LOG = LoggerFactory.getLogger(TrialStart.class);

  private TrialStart() {}

  /// @throws Configuration.Wrong that names the app
  static void check(final Configuration.Trial trial, final Stores store, final PushServices push) {
    for (final var organisation : store.registry().organisations()) {
      for (final var app : store.registry().apps(organisation)) {
        for (final var service : PushService.values()) {
          for (final var one : store.secrets().credentials(app.id(), service)) {
            push.fault(one.credential())
                .filter(fault -> fault.why() == Reason.PUSH_HOST_NOT_ALLOWED)
                .ifPresent(fault -> {
                  throw new Configuration.Wrong(
                      "trial.time-scale is set, and app "
                          + app.id().value()
                          + " has credentials for a host that is no stand-in ("
                          + fault.detail()
                          + "). Remove trial.time-scale, or use another data directory");
                });
          }
        }
      }
    }
    LOG.warn(
        "trial.time-scale: all waits, lives and schedules are divided by {}; for trials only",
        trial.timeScale());
  }
}
