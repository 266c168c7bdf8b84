package dev.reveille.push.mpns;

import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.model.Credential;
import dev.reveille.model.FileText;
import dev.reveille.push.app.IdentityFiles;
import java.util.Optional;

/// Reads the client certificate and key by which Microsoft identifies an app.
final class MpnsIdentity {
  private MpnsIdentity() {}

  /// Empty for an app without a certificate.
  ///
  /// @throws IllegalArgumentException that begins with the field that is wrong
  static Optional<ClientIdentity> of(final Credential.Mpns credential) {
    final boolean hasCertificate = !FileText.withoutMark(credential.certificate()).isBlank();
    final boolean hasKey = !FileText.withoutMark(credential.key()).isBlank();
    if (!hasCertificate && !hasKey) {
      return Optional.empty();
    }
    if (!hasCertificate) {
      throw new IllegalArgumentException(
          "certificate: is missing beside the key; give both or none");
    }
    if (!hasKey) {
      throw new IllegalArgumentException(
          "key: is missing beside the certificate; give both or none");
    }
    return Optional.of(IdentityFiles.read(credential.certificate(), credential.key(), "key"));
  }
}
