package dev.reveille.protocols.rest;

import dev.reveille.model.Credential;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Checks an app's credential for a push service before it is kept, so that the operator who makes
/// a mistake is told at once. Implemented outside of this package, which knows no push service.
/// Must not block for long, except [#tried], which asks the push service.
public interface CredentialCheck {
  /// A mistake in a credential.
  ///
  /// @param detail names the field
  record Fault(Reason why, String detail) {}

  /// What a certificate is valid for.
  ///
  /// @param bundleId of the app that it was made for
  /// @param topics with their suffixes
  record Coverage(String bundleId, List<String> topics, PushEnvironment environment) {
    public Coverage {
      topics = List.copyOf(topics);
    }
  }

  /// A certificate chain and its key, both PEM.
  record PemIdentity(String certificate, String key) {
    @Override
    public String toString() {
      return "PemIdentity[…]";
    }
  }

  /// The push service's answer to a trial push.
  ///
  /// @param why what is wrong; empty when it would take a push
  /// @param words the service's own, without secrets
  record Trial(Optional<Reason> why, String words) {}

  /// Empty when it can be kept.
  Optional<Fault> fault(Credential credential);

  /// Empty when the certificate can be used for an app now.
  ///
  /// @param bundleId that it shall be used for, or "" where that is not known yet
  Optional<Fault> unfit(
      Credential.ApnsCertificate credential, String bundleId, PushEnvironment environment);

  /// What a certificate covers; empty for one that cannot be read any more.
  Optional<Coverage> coverage(Credential.ApnsCertificate credential);

  /// Opens a PKCS#12 file, of the old kind or the new.
  ///
  /// @throws IllegalArgumentException that begins with the field that is wrong
  PemIdentity opened(byte[] pkcs12, String password);

  /// Asks the service whether it would take a push for a token; nothing is shown. Blocks until it
  /// answered, seconds at most.
  Trial tried(Credential.Fcm credential, PushToken token);

  /// When a credential ends; empty for one without an end.
  Optional<Instant> ends(Credential credential);

  /// A new key pair for Web Push; the private half stays with the server.
  ///
  /// @throws IllegalArgumentException when push services could not take the subject
  Credential.WebPush newWebPush(String subject, boolean silent);
}
