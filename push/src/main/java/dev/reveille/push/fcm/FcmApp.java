package dev.reveille.push.fcm;

import dev.reveille.push.app.Apps;
import dev.reveille.push.app.Standing;
import dev.reveille.push.app.TokenWatch;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app. Read from many threads; the parts guard themselves.
final class FcmApp implements Apps.Known<FcmAccount> {
  private final @Nullable FcmAccount account;
  private final Standing standing;
  private final TokenWatch[] watches = new TokenWatch[FcmForm.values().length];

  FcmApp(final @Nullable FcmAccount account, final Standing standing) {
    this.account = account;
    this.standing = standing;
    for (int i = 0; i < watches.length; i++) {
      watches[i] = new TokenWatch();
    }
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

  /// One per form: Google says of a bad token and of a badly made message the same, and only what
  /// it says of other messages of the same form tells them apart.
  TokenWatch watch(final FcmForm form) {
    return watches[form.ordinal()];
  }
}
