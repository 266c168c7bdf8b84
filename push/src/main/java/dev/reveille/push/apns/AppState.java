package dev.reveille.push.apns;

import dev.reveille.http.client.HeaderSet;
import dev.reveille.push.app.Apps;
import dev.reveille.push.app.Standing;
import dev.reveille.push.app.TokenWatch;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app: its account, what its last answers were like, and whether
/// anything may be sent for it now. Read from many threads; the parts guard themselves.
final class AppState implements Apps.Known<Account> {
  private record Headers(ProviderToken.Signed signed, HeaderSet set) {}

  private final String bundleId;
  private final @Nullable Account account;
  private final Standing standing;
  private final TokenWatch productionTokens = new TokenWatch();
  private final TokenWatch sandboxTokens = new TokenWatch();
  private final Headers[] headers = new Headers[PushForm.values().length * 2];

  AppState(final String bundleId, final @Nullable Account account, final Standing standing) {
    this.bundleId = bundleId;
    this.account = account;
    this.standing = standing;
  }

  Account account() {
    final var known = account;
    if (known == null) {
      throw new IllegalStateException("an app with wrong credentials has no account");
    }
    return known;
  }

  @Override
  public @Nullable Account accountOrNull() {
    return account;
  }

  @Override
  public boolean isLasting() {
    return standing.isLasting();
  }

  Standing standing() {
    return standing;
  }

  TokenWatch tokens(final boolean sandbox) {
    return sandbox ? sandboxTokens : productionTokens;
  }

  /// The same object for as long as the provider token lasts, because connections remember its
  /// compressed form. A race makes two equal ones, which costs nothing but a moment.
  HeaderSet headers(final ProviderToken.Signed signed, final PushForm form, final boolean sandbox) {
    final int index = form.ordinal() * 2 + (sandbox ? 1 : 0);
    final var known = headers[index];
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account().headers(signed, form, bundleId, sandbox);
    headers[index] = new Headers(signed, made);
    return made;
  }
}
