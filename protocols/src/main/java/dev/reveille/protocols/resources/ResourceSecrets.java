package dev.reveille.protocols.resources;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import dev.reveille.protocols.resources.CommunicationResources.Key;
import dev.reveille.routing.port.SealedSecrets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The secrets of communication resources: two keys each, made when first asked for, and the key of
/// the hub that it is linked to. Each link has its own place, so that a link is never found with
/// the key of another, whenever the server stops. `who` is for the audit log.
///
/// Reads and writes the disk; throws StoreException. The caller lets one thread in at a time: two
/// that ask first for the same key would get different ones.
final class ResourceSecrets {
  private static final int KEY_BYTES = 64;
  private static final int PAGE = 500;
  private static final String SERVER = "server";

  /// Purposes of sealed secrets.
  private static final String KEYS = "communication";

  private static final String LINKS = "hub-link";

  private final SealedSecrets sealed;
  private final SecureRandom random = new SecureRandom();

  ResourceSecrets(final SealedSecrets sealed) {
    this.sealed = sealed;
  }

  // ---- keys -----------------------------------------------------------------------------------

  /// One of the keys, made when it is first asked for.
  Secret key(final CommunicationResource resource, final Key which, final String who) {
    final var name = name(resource, which);
    final var kept = sealed.read(name);
    if (kept.isPresent()) {
      return kept.get();
    }
    final var made = fresh();
    sealed.put(name, made, who);
    return made;
  }

  void rekey(final CommunicationResource resource, final Key which, final String who) {
    sealed.put(name(resource, which), fresh(), who);
  }

  void removeKeys(final CommunicationResource resource, final String who) {
    for (final var which : Key.values()) {
      final var _ = sealed.remove(name(resource, which), who);
    }
  }

  private static SealedSecrets.Name name(final CommunicationResource resource, final Key which) {
    return new SealedSecrets.Name(
        resource.organisation(), KEYS, resource.folded() + "/" + which.word());
  }

  private Secret fresh() {
    final byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return Secret.of(Base64.getEncoder().encodeToString(bytes));
  }

  // ---- keys of links --------------------------------------------------------------------------

  /// The key of the hub that a resource is linked to.
  Optional<Secret> linkKey(final CommunicationResource resource) {
    return resource.link().isEmpty()
        ? Optional.empty()
        : sealed
            .read(link(resource))
            .or(() -> sealed.read(former(resource)))
            .or(() -> onlyOne(resource));
  }

  /// The key of a link whose time cannot be read, where there is one key only.
  private Optional<Secret> onlyOne(final CommunicationResource resource) {
    if (!isTimeLost(resource)) {
      return Optional.empty();
    }
    final var all =
        names(resource.organisation(), LINKS).stream()
            .filter(name -> isOf(name, resource))
            .toList();
    return all.size() == 1
        ? sealed.read(new SealedSecrets.Name(resource.organisation(), LINKS, all.getFirst()))
        : Optional.empty();
  }

  void putLinkKey(final CommunicationResource linked, final Secret key, final String who) {
    sealed.put(link(linked), key, who);
  }

  void removeLinkKey(final CommunicationResource linked, final String who) {
    if (linked.link().isPresent()) {
      final var _ = sealed.remove(link(linked), who);
      final var _ = sealed.remove(former(linked), who);
    }
  }

  /// Where older versions kept the key of whatever link there was.
  private static SealedSecrets.Name former(final CommunicationResource linked) {
    return new SealedSecrets.Name(linked.organisation(), LINKS, linked.folded());
  }

  private static SealedSecrets.Name link(final CommunicationResource linked) {
    return new SealedSecrets.Name(linked.organisation(), LINKS, linkName(linked));
  }

  private static String linkName(final CommunicationResource linked) {
    return linked.folded()
        + linked.link().map(link -> "/" + link.linkedAt().toEpochMilli()).orElse("");
  }

  // ---- what is left ---------------------------------------------------------------------------

  /// Removes what a change that the server's stop broke off has left.
  ///
  /// @param resources all of the organisation
  void removeLeft(final OrganisationId organisation, final List<CommunicationResource> resources) {
    final Set<String> keys = new HashSet<>();
    final Set<String> links = new HashSet<>();
    final var ofLinks = names(organisation, LINKS);
    for (final var resource : resources) {
      Arrays.stream(Key.values()).forEach(which -> keys.add(name(resource, which).name()));
      if (resource.link().isPresent()) {
        final var own = link(resource).name();
        if (isTimeLost(resource)) { // each may be the right one
          ofLinks.stream().filter(name -> isOf(name, resource)).forEach(links::add);
        } else {
          links.add(ofLinks.contains(own) ? own : former(resource).name());
        }
      }
    }
    remove(organisation, KEYS, names(organisation, KEYS), keys);
    remove(organisation, LINKS, ofLinks, links);
  }

  /// Whether the moment of a link could not be read, and with it the place of its key.
  private static boolean isTimeLost(final CommunicationResource resource) {
    return resource.link().map(HubLink::linkedAt).equals(Optional.of(Instant.EPOCH));
  }

  private static boolean isOf(final String name, final CommunicationResource resource) {
    return name.equals(resource.folded()) || name.startsWith(resource.folded() + "/");
  }

  private void remove(
      final OrganisationId organisation,
      final String purpose,
      final List<String> names,
      final Set<String> there) {
    for (final var name : names) {
      if (!there.contains(name)) {
        final var _ = sealed.remove(new SealedSecrets.Name(organisation, purpose, name), SERVER);
      }
    }
  }

  private List<String> names(final OrganisationId organisation, final String purpose) {
    final var names = new ArrayList<String>();
    var page = sealed.names(organisation, purpose, "", PAGE);
    names.addAll(page);
    while (page.size() == PAGE) {
      page = sealed.names(organisation, purpose, page.getLast(), PAGE);
      names.addAll(page);
    }
    return names;
  }
}
