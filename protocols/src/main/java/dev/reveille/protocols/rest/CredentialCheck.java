package dev.reveille.protocols.rest;

import dev.reveille.model.Credential;
import dev.reveille.model.Reason;
import java.util.Optional;

/// Looks at a platform credential before it is kept, so that a mistake is said to the one who makes
/// it. Knows the platforms, as this package does not. Must not block for long.
public interface CredentialCheck {
  /// What is wrong with a credential.
  ///
  /// @param detail names the field
  record Fault(Reason why, String detail) {}

  /// Empty when it can be kept.
  Optional<Fault> fault(Credential credential);

  /// A new key pair for Web Push; the private half stays with the server.
  ///
  /// @throws IllegalArgumentException when push services could not take the subject
  Credential.WebPush newWebPush(String subject, boolean silent);
}
