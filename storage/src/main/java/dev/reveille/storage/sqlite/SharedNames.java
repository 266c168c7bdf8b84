package dev.reveille.storage.sqlite;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Keeps one object for each name of an organisation or app, however many rows contain it: they are
/// compared for every event, and to compare an object with itself is quick.
///
/// Bounded: names beyond the limit get an object of their own. Thread-safe.
final class SharedNames {
  private static final int MOST = 10_000;
  private static final ConcurrentHashMap<String, OrganisationId> ORGANISATIONS =
      new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, AppId> APPS = new ConcurrentHashMap<>();

  private SharedNames() {}

  static OrganisationId organisation(final String name) {
    return one(ORGANISATIONS, name, OrganisationId::new);
  }

  static AppId app(final String name) {
    return one(APPS, name, AppId::new);
  }

  private static <T> T one(
      final ConcurrentHashMap<String, T> known, final String name, final Function<String, T> make) {
    final T found = known.get(name);
    if (found != null) {
      return found;
    }
    final T made = make.apply(name);
    if (known.mappingCount() >= MOST) {
      return made;
    }
    final T before = known.putIfAbsent(name, made);
    return before == null ? made : before;
  }
}
