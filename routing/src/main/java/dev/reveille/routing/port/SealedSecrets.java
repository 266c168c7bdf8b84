package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Secret;
import java.util.List;
import java.util.Optional;

/// Secrets of organisations that a protocol has to read in clear, because it signs or computes with
/// them: the keys of shared access policies, the digests of SIP passwords. What is only compared
/// belongs into [SecretStore], as a hash.
///
/// They are encrypted at rest by the master key, each bound to its name. No secret is in a log, in
/// the audit log or in a backup of the database alone. Thread-safe. Methods may block on the disk;
/// a change is durable when it returns.
public interface SealedSecrets {
  /// Names a secret. Where a thing has two of them, such as the primary and the secondary key of a
  /// policy, each has a name of its own, so that one is replaced while the other works on.
  ///
  /// @param purpose one word of the protocol that uses it, such as `sas`; stands on disk
  /// @param name unique within organisation and purpose
  record Name(OrganisationId organisation, String purpose, String name) {
    private static final int LONGEST = 256;

    public Name {
      check("purpose", purpose);
      check("name", name);
      if (purpose.indexOf(' ') >= 0) {
        throw new IllegalArgumentException("a secret's purpose must be one word");
      }
    }

    private static void check(final String what, final String text) {
      if (text.isEmpty()
          || text.length() > LONGEST
          || text.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "a secret's "
                + what
                + " has 1 to "
                + LONGEST
                + " characters, none of them control characters");
      }
    }

    @Override
    public String toString() {
      return purpose + "/" + name + " of " + organisation;
    }
  }

  /// Keeps a secret; replaces the one of the same name, and no other.
  ///
  /// @param who changes it, for the audit log, which has the name
  /// @throws Registry.Taken when the organisation was removed
  void put(Name name, Secret secret, String who);

  /// @throws StoreException when the row was moved or changed by others
  Optional<Secret> read(Name name);

  /// The names of a purpose in their order, those behind `after`.
  ///
  /// @param after "" for the first ones
  /// @param most so many at most
  List<String> names(OrganisationId organisation, String purpose, String after, int most);

  /// @return whether there was one
  boolean remove(Name name, String who);
}
