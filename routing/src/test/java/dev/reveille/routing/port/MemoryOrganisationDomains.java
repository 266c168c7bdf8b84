package dev.reveille.routing.port;

import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.SettingsStore.Stale;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Domains of organisations in memory. Thread-safe by one lock.
public final class MemoryOrganisationDomains implements OrganisationDomains {
  private final TreeMap<DomainName, Domain> all = new TreeMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private long last;

  @Override
  public synchronized Domain put(
      final OrganisationId organisation,
      final DomainName name,
      final Optional<NetbiosName> netbios,
      final long expected,
      final By by) {
    final var before = Optional.ofNullable(all.get(name));
    before
        .filter(it -> !it.organisation().equals(organisation))
        .ifPresent(holder -> {
          throw new Taken("the domain " + name, holder);
        });
    final long version = before.map(Domain::version).orElse(0L);
    if (expected >= 0 && expected != version) {
      throw new Stale("domain " + name + " has version " + version + ", not " + expected);
    }
    netbios
        .flatMap(this::holder)
        .filter(holder -> !holder.name().equals(name))
        .ifPresent(holder -> {
          throw new Taken("the NetBIOS name " + netbios.get(), holder);
        });
    if (before.isEmpty() && all(organisation).size() >= MOST) {
      throw new Full();
    }
    final var now = new Domain(organisation, name, netbios, ++last);
    all.put(name, now);
    listeners.forEach(Runnable::run);
    return now;
  }

  private Optional<Domain> holder(final NetbiosName netbios) {
    return all.values().stream()
        .filter(each -> each.netbios().filter(netbios::equals).isPresent())
        .findFirst();
  }

  @Override
  public synchronized boolean remove(
      final OrganisationId organisation, final DomainName name, final By by) {
    final boolean removed =
        find(organisation, name).filter(found -> all.remove(name, found)).isPresent();
    listeners.forEach(Runnable::run);
    return removed;
  }

  @Override
  public synchronized Optional<Domain> find(
      final OrganisationId organisation, final DomainName name) {
    return Optional.ofNullable(all.get(name))
        .filter(found -> found.organisation().equals(organisation));
  }

  @Override
  public synchronized List<Domain> all(final OrganisationId organisation) {
    return all.values().stream().filter(each -> each.organisation().equals(organisation)).toList();
  }

  @Override
  public synchronized Optional<OrganisationId> organisationOf(final String domain) {
    return DomainName.read(domain)
        .flatMap(name -> Optional.ofNullable(all.get(name)))
        .map(Domain::organisation);
  }

  @Override
  public synchronized Optional<OrganisationId> organisationOfNetbios(final String name) {
    return NetbiosName.read(name).flatMap(this::holder).map(Domain::organisation);
  }

  @Override
  public List<DomainName> domainsOf(final OrganisationId organisation) {
    return all(organisation).stream().map(Domain::name).toList();
  }

  @Override
  public void onChange(final Runnable listener) {
    listeners.add(listener);
  }
}
