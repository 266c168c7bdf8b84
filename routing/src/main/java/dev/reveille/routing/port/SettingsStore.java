package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Settings: collections keyed by organisation and identity, versioned; each change is written with
/// its audit entry in one commit. Methods may touch the disk.
public interface SettingsStore {
  Optional<Setting> get(OrganisationId organisation, String collection, String identity);

  List<Setting> all(OrganisationId organisation, String collection);

  /// Replaces the values.
  ///
  /// @param expected the version that was read, 0 for a new object, -1 to overwrite whatever there
  ///   is
  /// @return what is there now
  /// @throws Stale when the version there is another one
  Setting put(
      OrganisationId organisation,
      String collection,
      String identity,
      Map<String, List<String>> values,
      long expected,
      String who);

  boolean remove(OrganisationId organisation, String collection, String identity, String who);

  void onChange(Consumer<Setting> listener);

  /// Who changed what, newest first.
  List<Audit> audit(OrganisationId organisation, int most);

  /// @param what collection, identity and the names that changed; never secret values
  record Audit(java.time.Instant at, String who, String what) {}

  /// The object changed since it was read.
  final class Stale extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Stale(final String message) {
      super(message);
    }
  }
}
