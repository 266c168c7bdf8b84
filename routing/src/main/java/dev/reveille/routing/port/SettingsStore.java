package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Settings: collections keyed by organisation and identity, versioned; each change is written with
/// its audit entry in one commit. Thread-safe. Methods may block on the disk, and a change is
/// durable when they return.
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

  /// Who changed what, newest first. What a device changes of its own user and of itself is not
  /// here: operators must find what operators did.
  List<Audit> audit(OrganisationId organisation, AuditFilter wanted, int most);

  /// Who changed what, newest first.
  default List<Audit> audit(final OrganisationId organisation, final int most) {
    return audit(organisation, AuditFilter.ALL, most);
  }

  /// Selects entries of the audit log.
  ///
  /// @param before only those with a smaller id
  /// @param who exactly so; "" for all
  /// @param kind one of [#KINDS], what the entry is about; "" for all
  /// @param since not before this second; [Instant#MIN] for all
  /// @param until before this second; [Instant#MAX] for all
  record AuditFilter(long before, String who, String kind, Instant since, Instant until) {
    public static final AuditFilter ALL =
        new AuditFilter(Long.MAX_VALUE, "", "", Instant.MIN, Instant.MAX);

    public static final List<String> KINDS =
        List.of(
            "app",
            "credential",
            "installation",
            "key",
            "organisation",
            "setting",
            "statement-key",
            "user");
  }

  /// An entry of the audit log.
  ///
  /// @param id grows with each entry
  /// @param what collection, identity and the names that changed; never secret values
  record Audit(long id, Instant at, String who, String what) {}

  /// Thrown when the object changed since it was read.
  final class Stale extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Stale(final String message) {
      super(message);
    }
  }
}
