package dev.reveille.push.fcm;

import dev.reveille.push.app.CredentialStanding;
import org.jspecify.annotations.Nullable;

/// The state of one credential of an app in the sender for Google. Read from many threads; the
/// parts guard themselves.
final class FcmApp {
  private final @Nullable FcmAccount account;
  private final CredentialStanding standing;

  FcmApp(final @Nullable FcmAccount account, final CredentialStanding standing) {
    this.account = account;
    this.standing = standing;
  }

  FcmAccount account() {
    final var known = account;
    if (known == null) {
      throw new IllegalStateException("an app with wrong credentials has no account");
    }
    return known;
  }

  /// Whether it is this account's.
  boolean uses(final FcmAccount other) {
    return account == other;
  }

  /// Whether it sends for this project.
  boolean isOf(final String project) {
    return account != null && account.name().equals(project);
  }

  CredentialStanding standing() {
    return standing;
  }
}
