package dev.reveille.push.apns;

import dev.reveille.push.app.CredentialStanding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one credential of an app: its account, and how it stands with each
/// environment. What Apple says of one credential says nothing about the app's others, and what it
/// says of the sandbox nothing about production.
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
