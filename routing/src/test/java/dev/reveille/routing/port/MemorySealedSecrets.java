package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Secrets that are read back, in memory. Thread-safe.
public final class MemorySealedSecrets implements SealedSecrets {
  private final Map<Name, Secret> all = new ConcurrentHashMap<>();

  @Override
  public void put(final Name name, final Secret secret, final String who) {
    all.put(name, secret);
  }

  @Override
  public Optional<Secret> read(final Name name) {
    return Optional.ofNullable(all.get(name));
  }

  @Override
  public List<String> names(
      final OrganisationId organisation, final String purpose, final String after, final int most) {
    return all.keySet().stream()
        .filter(each -> each.organisation().equals(organisation))
        .filter(each -> each.purpose().equals(purpose))
        .map(Name::name)
        .filter(each -> each.compareTo(after) > 0)
        .sorted()
        .limit(most)
        .toList();
  }

  @Override
  public boolean remove(final Name name, final String who) {
    return all.remove(name) != null;
  }
}
