package dev.reveille.push.apns;

import dev.reveille.push.app.CredentialStanding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of one credential of an app in the sender for Apple: its account, and whether Apple
/// takes it in each environment. What Apple answers about one credential says nothing about the
/// app's others, and its answer in the sandbox nothing about production.
///
/// @param account null where the credential cannot work, or where there is none
record KeyState(
    @Nullable ApnsAccount account, CredentialStanding production, CredentialStanding sandbox) {
  CredentialStanding standing(final boolean inSandbox) {
    return inSandbox ? sandbox : production;
  }

  /// Whether it is made for pushes under this topic there. A key is, as far as we can know; one
  /// that cannot work is too, so that its fault is told.
  ///
  /// @param topic with its suffix
  boolean covers(final boolean inSandbox, final String topic) {
    final var certificate = account == null ? null : account.certificate();
    return certificate == null || certificate.covers(inSandbox, topic);
  }

  /// Whether it may be used at a moment, as far as the time decides that.
  boolean isInTime(final Instant now) {
    return account == null || account.outOfTime(now).isEmpty();
  }
}
