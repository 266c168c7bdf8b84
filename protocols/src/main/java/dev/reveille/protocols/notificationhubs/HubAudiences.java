package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Audience.Registered;
import dev.reveille.model.PushAddress;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.HubRegistrations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// Reads the targets of hubs' sends: [Registered#in] is the hub's key, [Registered#which] a
/// [SendSelection].
///
/// Thread-safe.
public final class HubAudiences implements Audiences {
  private final HubRegistrations registrations;

  public HubAudiences(final HubRegistrations registrations) {
    this.registrations = registrations;
  }

  @Override
  public Page page(final Registered audience, final long after, final int most) {
    final var which = SendSelection.read(audience.which());
    final var platform = SendSelection.platform(audience.which());
    final var found = new ArrayList<Numbered>();
    long reached = after;
    boolean last = false;
    while (found.isEmpty() && !last) {
      final var page = registrations.targets(audience.in(), which, reached, audience.upTo(), most);
      for (final var one : page.targets()) {
        if (platform.isEmpty() || HubTargets.takes(one.target(), platform.get())) {
          found.add(
              new Numbered(
                  one.number(), new Addressed(one.target().key(), one.target().address())));
        }
      }
      reached = page.reached();
      last = page.last();
    }
    return new Page(found, last);
  }

  @Override
  public Optional<Addressed> find(final Registered audience, final TargetKey key) {
    return registrations
        .find(audience.in(), key)
        .map(found -> new Addressed(found.target().key(), found.target().address()));
  }

  @Override
  public void dead(
      final Registered audience,
      final TargetKey key,
      final PushAddress.Direct address,
      final Instant since) {
    final var _ = registrations.dead(audience.in(), key, since);
  }
}
