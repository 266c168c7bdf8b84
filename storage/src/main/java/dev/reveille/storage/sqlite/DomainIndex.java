package dev.reveille.storage.sqlite;

import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.OrganisationDomains.Domain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All domains of the server as they were at one moment, to be found by each of their names.
/// Immutable.
final class DomainIndex {
  private final Map<String, OrganisationId> byName = new HashMap<>();
  private final Map<String, OrganisationId> byNetbios = new HashMap<>();
  private final Map<OrganisationId, List<DomainName>> byOrganisation = new HashMap<>();

  /// @param all in the order of their names
  DomainIndex(final List<Domain> all) {
    for (final Domain each : all) {
      byName.put(each.name().value(), each.organisation());
      each.netbios().ifPresent(name -> byNetbios.put(name.value(), each.organisation()));
      byOrganisation.computeIfAbsent(each.organisation(), _ -> new ArrayList<>()).add(each.name());
    }
    byOrganisation.replaceAll((_, names) -> List.copyOf(names));
  }

  Optional<OrganisationId> organisationOf(final String domain) {
    final OrganisationId asWritten = byName.get(domain);
    return asWritten != null
        ? Optional.of(asWritten)
        : DomainName.read(domain).map(name -> byName.get(name.value()));
  }

  Optional<OrganisationId> organisationOfNetbios(final String name) {
    return NetbiosName.read(name).map(netbios -> byNetbios.get(netbios.value()));
  }

  List<DomainName> domainsOf(final OrganisationId organisation) {
    return byOrganisation.getOrDefault(organisation, List.of());
  }
}
