package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import java.util.List;
import java.util.Optional;

/// Asks the push services whether they take the credentials of a publisher's apps. Nothing is shown
/// on a phone. Implemented outside of this package, which knows no push service.
@FunctionalInterface
public interface PlatformKeys {
  /// What a push service says of one credential.
  ///
  /// @param why what is wrong; empty when it is taken
  /// @param words the service's own, without secrets
  record Verdict(
      AppId app,
      PushService service,
      CredentialId credential,
      Optional<Reason> why,
      String words) {}

  /// Asks for all credentials of the publisher's apps with which a service can be asked so. Blocks
  /// until they answered, 15 seconds at most.
  List<Verdict> tried(OrganisationId publisher);
}
