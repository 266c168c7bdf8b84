package dev.reveille.push.fcm;

import dev.reveille.push.app.Apps;
import dev.reveille.push.app.Standing;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app. Read from many threads; the parts guard themselves.
final class FcmApp implements Apps.Known<FcmAccount> {
  private final @Nullable FcmAccount account;
  private final Standing standing;

  FcmApp(final @Nullable FcmAccount account, final Standing standing) {
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

  @Override
  public @Nullable FcmAccount accountOrNull() {
    return account;
  }

  @Override
  public boolean isLasting() {
    return standing.isLasting();
  }

  Standing standing() {
    return standing;
  }
}
