package dev.reveille.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// One of the credentials that an app has for a push service, and for which of the app's push
/// addresses it is. The default one is for all for which there is no other.
///
/// @param environment [PushEnvironment#BOTH] for a service that has one environment only
/// @param scope the addresses of which topic (Apple) or project (Google) it is for, as
///   [PushAddress.Direct#scope]; "" for any
public record AppCredential(
    CredentialId id, PushEnvironment environment, String scope, Credential credential) {
  public AppCredential {
    final boolean isForAll = environment == PushEnvironment.BOTH && scope.isEmpty();
    if (id.isDefault() != isForAll) {
      throw new IllegalArgumentException(
          id.isDefault()
              ? "the default credential is for every environment and "
                  + PushScope.field(credential.service())
              : "a credential with an id says for which environment or "
                  + PushScope.field(credential.service())
                  + " it is");
    }
  }

  /// The default one.
  public AppCredential(final Credential credential) {
    this(CredentialId.DEFAULT, PushEnvironment.BOTH, "", credential);
  }

  /// The credential for an address, or empty when none is for it.
  ///
  /// | first | environment | scope |
  /// |---|---|---|
  /// | 1 | the address's own | the address's own |
  /// | 2 | both | the address's own |
  /// | 3 | the address's own | any |
  /// | 4 | both | any: the default |
  ///
  /// A key that was made for a topic goes before one that was made for an environment.
  ///
  /// @param all of one app and service
  /// @param scope never "": where an address says none, what the app itself is known under
  /// @param fits whether one can be used at all: a certificate says itself what it is for
  public static Optional<AppCredential> choose(
      final List<AppCredential> all,
      final boolean sandbox,
      final String scope,
      final Predicate<AppCredential> fits) {
    return all.stream()
        .filter(fits)
        .filter(each -> each.environment.covers(sandbox))
        .filter(each -> each.scope.isEmpty() || each.scope.equals(scope))
        .max(
            Comparator.comparing((AppCredential each) -> !each.scope.isEmpty())
                .thenComparing(each -> each.environment != PushEnvironment.BOTH));
  }
}
