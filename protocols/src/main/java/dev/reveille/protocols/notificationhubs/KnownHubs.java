package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.sas.SharedAccessPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The hubs of the server in memory, with their policies.
///
/// Thread-safe; [Hubs] changes one after the other.
final class KnownHubs {
  record Known(Hub hub, List<SharedAccessPolicy> policies) {}

  /// By namespace and name, in lower case.
  private final Map<String, Known> all = new ConcurrentHashMap<>();

  /// Those that have a hub.
  private volatile Set<String> namespaces = Set.of();

  Stream<Known> all() {
    return all.values().stream();
  }

  /// Those of a namespace.
  Stream<Known> in(final String namespace) {
    return all().filter(one -> one.hub().namespace().equals(namespace));
  }

  /// Whether a namespace has no hub. Asked for each request.
  boolean isEmpty(final String namespace) {
    return !namespaces.contains(namespace);
  }

  /// @param name in any case
  Optional<Known> find(final String namespace, final String name) {
    return Optional.ofNullable(all.get(namespace + "/" + name.toLowerCase(Locale.ROOT)));
  }

  /// What is known of this hub; nothing of another one that has its name now.
  Optional<Known> find(final Hub hub) {
    return Optional.ofNullable(all.get(hub.place()))
        .filter(found -> found.hub().key().equals(hub.key()));
  }

  void put(final Known one) {
    all.put(one.hub().place(), one);
    count();
  }

  void remove(final Hub hub) {
    all.remove(hub.place());
    count();
  }

  private void count() {
    namespaces = all().map(one -> one.hub().namespace()).collect(Collectors.toUnmodifiableSet());
  }
}
