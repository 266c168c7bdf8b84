package dev.reveille.protocols.resources;

import dev.reveille.model.Secret;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.sas.AccessRight;
import java.util.Optional;

/// Says what a link of a communication resource comes to at this moment. Thread-safe; never reads
/// the disk.
final class LinkStates {
  private final Hubs hubs;

  LinkStates(final Hubs hubs) {
    this.hubs = hubs;
  }

  /// Why the hub that a resource is linked to is known here to take nothing; empty when it may.
  Optional<String> refusal(final KnownResource known) {
    if (!known.trouble().isEmpty()) {
      return Optional.of(known.trouble());
    }
    return known
        .resource()
        .link()
        .filter(HubLink::isOwn)
        .flatMap(link -> refusal(known.resource(), link, known.key()));
  }

  private Optional<String> refusal(
      final CommunicationResource resource, final HubLink link, final Optional<Secret> key) {
    final var hub = ownHub(resource, link);
    if (hub.isEmpty()) {
      return Optional.of("the hub " + link.hub() + " is gone");
    }
    final var policy =
        hubs.policies(hub.get()).stream()
            .filter(each -> each.name().equals(link.policy()))
            .filter(each -> each.grants(AccessRight.SEND))
            .filter(each ->
                key.filter(each.primary()::equals).isPresent()
                    || key.filter(each.secondary()::equals).isPresent())
            .findFirst();
    return policy.isPresent()
        ? Optional.empty()
        : Optional.of(
            "the hub "
                + link.hub()
                + " has no policy "
                + link.policy()
                + " that sends with this key");
  }

  private Optional<Hub> ownHub(final CommunicationResource resource, final HubLink link) {
    return hubs.find(link.namespace(), link.hub())
        .filter(hub -> hub.organisation().equals(resource.organisation()));
  }

  /// How the devices of apps that are bound to a resource are reached.
  HubReach reach(final KnownResource found) {
    final var resource = found.resource();
    final var link = resource.link();
    if (link.isEmpty()) {
      return new HubReach.Unlinked(resource.name());
    }
    final var refusal = refusal(found);
    if (refusal.isPresent()) {
      return new HubReach.KeyRefused(resource.name(), refusal.get());
    }
    return link.get().isOwn() ? own(found, link.get()) : foreign(found, link.get());
  }

  private HubReach own(final KnownResource found, final HubLink link) {
    final var resource = found.resource();
    return ownHub(resource, link)
        .<HubReach>map(hub ->
            new HubReach.OwnHub(
                resource.name(),
                resource.immutableId(),
                resource.chat(),
                hub.name().value(),
                hub.app(),
                hub.sandbox(),
                found.byCertificate()))
        .orElseGet(() -> new HubReach.KeyRefused(resource.name(), "the hub is gone"));
  }

  private static HubReach foreign(final KnownResource found, final HubLink link) {
    final var resource = found.resource();
    return found
        .key()
        .<HubReach>map(key ->
            new HubReach.ForeignHub(
                resource.name(),
                resource.immutableId(),
                resource.chat(),
                link.hub(),
                link.authority(),
                link.policy(),
                key))
        .orElseGet(() -> new HubReach.KeyRefused(resource.name(), "there is no key of it here"));
  }
}
