package dev.reveille.routing;

import dev.reveille.model.AppId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// The gates before the push services. What can be out of reach as a whole is a service as one app
/// uses it in one environment: credentials and connections are bound to that.
///
/// Belongs to the dispatcher's thread.
final class Gates implements ClockSteps.Waits {
  private record To(PushService service, AppId app, boolean sandbox) {}

  private final Map<To, Gate> byAddress = new HashMap<>();
  private final Map<String, Gate> byName = new HashMap<>();

  Gate before(final PushAddress.Direct address) {
    return byAddress.computeIfAbsent(
        new To(address.service(), address.app(), address.sandbox()),
        to -> named(to.service.word() + (to.sandbox ? " sandbox " : " ") + to.app));
  }

  /// The credentials or the bundle id of an app changed.
  void changed(final AppId app, final Instant now) {
    byAddress.forEach((to, gate) -> {
      if (to.app.equals(app)) {
        gate.settingsChanged(now);
      }
    });
  }

  @Override
  public void clockSet(final Duration step) {
    byName.values().forEach(gate -> gate.clockSet(step));
  }

  /// The gate of a line that an earlier run may have left.
  Gate named(final String name) {
    return byName.computeIfAbsent(name, Gate::new);
  }
}
