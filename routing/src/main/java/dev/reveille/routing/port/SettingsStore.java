package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/// Settings: collections keyed by organisation and identity, versioned; each change is written with
/// its audit entry in one commit. Thread-safe. Methods may block on the disk, and a change is
/// durable when they return.
public interface SettingsStore extends SettingsSource {
  Optional<Setting> get(OrganisationId organisation, String collection, String identity);

  /// Replaces the values of an object by what the edit makes of them.
  ///
  /// @param expected the version that was read, 0 for a new object, -1 for whatever there is
  /// @return what is there now
  /// @throws Stale when the version there is another one; what the edit throws passes through, and
  ///   nothing is changed
  Setting change(Place place, long expected, By by, Edit edit);

  /// Removes an object; answers whether there was one.
  ///
  /// @param consent asked in the same transaction; what it throws passes through, and nothing is
  ///   removed
  boolean remove(Place place, By by, Consent consent);

  /// Replaces the values, whatever the other objects are. The audit entry has names only.
  ///
  /// @param expected as [#change] has it
  default Setting put(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final Map<String, List<String>> values,
      final long expected,
      final String who) {
    return change(
        new Place(organisation, collection, identity), expected, new By(who, ""), (_, _) -> values);
  }

  /// Removes an object, whatever the others are; answers whether there was one.
  default boolean remove(
      final OrganisationId organisation,
      final String collection,
      final String identity,
      final String who) {
    return remove(new Place(organisation, collection, identity), new By(who, ""), Consent.ALWAYS);
  }

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
            "domain",
            "handle",
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
  /// @param from the address that the change was asked from; "" where it is not kept
  /// @param what collection, identity and what changed; never secret values
  record Audit(long id, Instant at, String who, String from, String what) {}

  /// Where an object lies.
  record Place(OrganisationId organisation, String collection, String identity) {
    @Override
    public String toString() {
      return collection + "/" + identity;
    }
  }

  /// Who changes something, for the audit log.
  ///
  /// @param from the address that it is asked from; "" when there is none
  record By(String who, String from) {}

  /// The organisation's objects as one transaction sees them. To be used only while the edit or the
  /// consent runs that it was given to.
  interface View {
    Optional<Setting> get(String collection, String identity);

    /// In the order of their identities.
    List<Setting> all(String collection);

    /// How many [#all] has.
    int count(String collection);
  }

  /// Makes an object's values, inside the transaction that keeps them: what it sees of the other
  /// objects stays so until its values are kept. It must be quick, for no other change runs beside
  /// it, and must not call the store.
  @FunctionalInterface
  interface Edit {
    /// @param before what is there; empty for a new object
    Map<String, List<String>> values(Optional<Setting> before, View others);

    /// What changed, for the audit log; names only, because a value may be a secret. "" when
    /// nothing did.
    default String inWords(
        final Map<String, List<String>> before, final Map<String, List<String>> after) {
      final var names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
      return String.join(", ", names);
    }
  }

  /// Agrees to the removal of an object or throws, inside the transaction that removes it; bound by
  /// the same rules as an [Edit].
  @FunctionalInterface
  interface Consent {
    Consent ALWAYS = (_, _) -> {};

    void judge(Setting before, View others);

    /// What is lost, for the audit log; "" to say nothing, because a value may be a secret.
    default String inWords(final Map<String, List<String>> before) {
      return "";
    }
  }

  /// Thrown when the object changed since it was read.
  final class Stale extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Stale(final String message) {
      super(message);
    }
  }
}
