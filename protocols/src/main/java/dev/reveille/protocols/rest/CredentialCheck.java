package dev.reveille.protocols.rest;

import dev.reveille.model.Credential;
import java.util.Optional;

/// Looks at a platform credential before it is kept, so that a mistake is said to the one who makes
/// it. Knows the platforms, as this package does not. Must not block for long.
@FunctionalInterface
public interface CredentialCheck {
  /// What is wrong with it, naming the field; empty when it can be kept.
  Optional<String> fault(Credential credential);
}
