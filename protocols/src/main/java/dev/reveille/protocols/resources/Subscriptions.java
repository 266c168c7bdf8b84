package dev.reveille.protocols.resources;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SettingsStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The Azure subscription of each organisation, as callers of Resource Manager see it: a GUID that
/// is made when it is first needed and never changes. Also the foreign subscriptions that an
/// organisation declares as its own, whose hubs it may link.
///
/// Thread-safe. What is not in memory is read from the disk; a change is durable when it returns.
public final class Subscriptions {
  /// That an organisation declares.
  public static final int MOST_DECLARED = 100;

  static final String COLLECTION = "azure-subscription";
  private static final String ID = "id";
  private static final String DECLARED = "declared";
  private static final String SERVER = "server";
  private static final long NEW = 0;
  private static final long ANY_VERSION = -1;

  private record Known(UUID id, Set<UUID> declared) {}

  private final SettingsStore settings;
  private final Registry registry;
  private final Map<OrganisationId, Known> known = new ConcurrentHashMap<>();

  Subscriptions(final SettingsStore settings, final Registry registry) {
    this.settings = settings;
    this.registry = registry;
  }

  /// The subscription that an organisation is.
  public UUID of(final OrganisationId organisation) {
    return known(organisation).id();
  }

  /// Foreign subscriptions that it declared, in order.
  public Set<UUID> declared(final OrganisationId organisation) {
    return known(organisation).declared();
  }

  /// The organisation of this server that a subscription is.
  public Optional<OrganisationId> holder(final UUID subscription) {
    return registry.organisations().stream()
        .filter(each -> read(each).filter(it -> it.id().equals(subscription)).isPresent())
        .findFirst();
  }

  /// Declares a foreign subscription; one that is declared stays so.
  ///
  /// @throws IllegalArgumentException when it is one of this server's, or there are too many
  public synchronized void declare(
      final OrganisationId organisation, final UUID subscription, final String who) {
    final var before = known(organisation);
    if (before.declared().contains(subscription)) {
      return;
    }
    if (holder(subscription).isPresent()) {
      throw new IllegalArgumentException(
          "is an organisation of this server; only subscriptions of Azure are declared");
    }
    if (before.declared().size() >= MOST_DECLARED) {
      throw new IllegalArgumentException("there are " + MOST_DECLARED + " already");
    }
    final var all = new TreeSet<>(before.declared());
    all.add(subscription);
    keep(organisation, new Known(before.id(), all), ANY_VERSION, who);
  }

  /// Takes a declaration back. Hubs that are linked stay linked.
  ///
  /// @return whether it was declared
  public synchronized boolean withdraw(
      final OrganisationId organisation, final UUID subscription, final String who) {
    final var before = known(organisation);
    final var all = new TreeSet<>(before.declared());
    final boolean isGone = all.remove(subscription);
    if (isGone) {
      keep(organisation, new Known(before.id(), all), ANY_VERSION, who);
    }
    return isGone;
  }

  private Known known(final OrganisationId organisation) {
    final var read = read(organisation);
    return read.isPresent() ? read.get() : make(organisation);
  }

  private Optional<Known> read(final OrganisationId organisation) {
    final var inMemory = known.get(organisation);
    if (inMemory != null) {
      return Optional.of(inMemory);
    }
    final var kept = settings.get(organisation, COLLECTION, Setting.GLOBAL).map(Subscriptions::of);
    kept.ifPresent(found -> known.put(organisation, found));
    return kept;
  }

  private static Known of(final Setting setting) {
    return new Known(
        UUID.fromString(setting.values().getOrDefault(ID, List.of()).getFirst()),
        setting.values().getOrDefault(DECLARED, List.of()).stream()
            .map(UUID::fromString)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private synchronized Known make(final OrganisationId organisation) {
    final var before = read(organisation);
    if (before.isPresent()) {
      return before.get();
    }
    final var fresh = new Known(UUID.randomUUID(), Set.of());
    keep(organisation, fresh, NEW, SERVER);
    return fresh;
  }

  private void keep(
      final OrganisationId organisation, final Known now, final long expected, final String who) {
    final var _ =
        settings.put(
            organisation,
            COLLECTION,
            Setting.GLOBAL,
            Map.of(
                ID,
                List.of(now.id().toString()),
                DECLARED,
                now.declared().stream().map(UUID::toString).toList()),
            expected,
            who);
    known.put(organisation, now);
  }

  /// The organisation is gone.
  void forget(final OrganisationId organisation) {
    known.remove(organisation);
  }
}
