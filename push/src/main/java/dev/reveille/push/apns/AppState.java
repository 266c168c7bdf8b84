package dev.reveille.push.apns;

import dev.reveille.http.client.HeaderSet;
import dev.reveille.push.app.Apps;
import dev.reveille.push.app.Standing;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app: its account, and whether anything may be sent for it now.
/// Read from many threads; the parts guard themselves.
final class AppState implements Apps.Known<Account> {
  private record Headers(ProviderToken.Signed signed, HeaderSet set) {}

  private final String bundleId;
  private final @Nullable Account account;
  private final Standing production;
  private final Standing sandbox;
  private final Headers[] headers = new Headers[PushForm.values().length * 2];

  AppState(
      final String bundleId,
      final @Nullable Account account,
      final Standing production,
      final Standing sandbox) {
    this.bundleId = bundleId;
    this.account = account;
    this.production = production;
    this.sandbox = sandbox;
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
    return production.isLasting();
  }

  /// How the app stands with one environment. What Apple says of the sandbox says nothing about
  /// production.
  Standing standing(final boolean inSandbox) {
    return inSandbox ? sandbox : production;
  }

  /// The same object for as long as the provider token lasts, because connections remember its
  /// compressed form. A race makes two equal ones, which costs nothing but a moment.
  HeaderSet headers(
      final ProviderToken.Signed signed, final PushForm form, final boolean inSandbox) {
    final int index = form.ordinal() * 2 + (inSandbox ? 1 : 0);
    final var known = headers[index];
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account().headers(signed, form, bundleId, inSandbox);
    headers[index] = new Headers(signed, made);
    return made;
  }
}
