package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.App;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Audience.Registered;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads the targets of sends to hubs: [Registered#in] is the hub's key, [Registered#which] a
/// [SendSelection]. The content of a send with templates is made here, per target, by the template
/// that the target has at that moment: when a page is read, and again when a target's row comes
/// back.
///
/// Thread-safe.
public final class HubAudiences implements Audiences {
  private final HubRegistrations registrations;
  private final Registry registry;
  private final RecentRenderings ofRows = new RecentRenderings();

  public HubAudiences(final HubRegistrations registrations, final Registry registry) {
    this.registrations = registrations;
    this.registry = registry;
    registry.onChange(change -> {
      if (change instanceof Registry.Change.AppChanged) {
        ofRows.forget(); // its bundle id may say another kind of push
      }
    });
  }

  @Override
  public Page page(final Registered audience, final long after, final int most) {
    return page(audience, after, most, HubAudiences::same);
  }

  @Override
  public Page page(final Registered audience, final Send send, final long after, final int most) {
    return page(audience, after, most, words(send));
  }

  private Page page(
      final Registered audience,
      final long after,
      final int most,
      final Function<Target, Found> words) {
    final var which = SendSelection.read(audience.which());
    final var found = new ArrayList<Numbered>();
    long reached = after;
    boolean last = false;
    while (found.isEmpty() && !last) {
      final var page = registrations.targets(audience.in(), which, reached, audience.upTo(), most);
      for (final var one : page.targets()) {
        final var told = words.apply(one.target());
        found.add(new Numbered(one.number(), told.to(), told.own()));
      }
      reached = page.reached();
      last = page.last();
    }
    return new Page(found, last);
  }

  @Override
  public Optional<Addressed> find(final Registered audience, final TargetKey key) {
    return target(audience, key).map(HubAudiences::addressed);
  }

  @Override
  public Optional<Found> find(final Registered audience, final Send send, final TargetKey key) {
    return target(audience, key).map(target -> found(target, send));
  }

  private Found found(final Target target, final Send send) {
    return send.what() instanceof SendContent.Template(var properties)
        ? new Found(
            addressed(target),
            Optional.of(ofRows.of(send, target, room -> rendering(properties, send, room))))
        : same(target);
  }

  /// A registration that had a template when it was found and has none now is another target, and
  /// the reverse; so is one that takes another form of its service.
  private Optional<Target> target(final Registered audience, final TargetKey key) {
    final var which = SendSelection.read(audience.which());
    return registrations
        .find(audience.in(), key)
        .map(HubRegistrations.Numbered::target)
        .filter(which::isOfKind);
  }

  private Function<Target, Found> words(final Send send) {
    if (!(send.what() instanceof SendContent.Template(var properties))) {
      return HubAudiences::same;
    }
    final var rendering = rendering(properties, send, TemplateRendering.ROOM_OF_PAGE);
    return target -> new Found(addressed(target), Optional.of(rendering.of(target)));
  }

  private TemplateRendering rendering(
      final Map<String, String> properties, final Send send, final int room) {
    return new TemplateRendering(
        properties, send.notBefore(), app -> registry.app(app).map(App::bundleId).orElse(""), room);
  }

  private static Found same(final Target target) {
    return new Found(addressed(target), Optional.empty());
  }

  private static Addressed addressed(final Target target) {
    return new Addressed(target.key(), target.address());
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
