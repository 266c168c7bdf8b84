package dev.reveille.push.apns;

import dev.reveille.http.client.HeaderSet;
import dev.reveille.push.app.Apps;
import dev.reveille.push.app.Standing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the sender knows about one app: its account, and whether anything may be sent for it now.
/// Read from many threads; the parts guard themselves.
final class AppState implements Apps.Known<Account> {
  private static final int MOST_LINES = 64;

  /// What tells native pushes' headers of one app apart.
  private record Line(String type, String topic, String priority, boolean inSandbox) {}

  private record Headers(ProviderToken.Signed signed, HeaderSet set) {}

  private final String bundleId;
  private final @Nullable Account account;
  private final Standing production;
  private final Standing sandbox;
  private final Map<Line, Headers> lines = new ConcurrentHashMap<>();
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
      final ProviderToken.Signed signed, final ApnsForm form, final boolean inSandbox) {
    return switch (form) {
      case PushForm ours -> headers(signed, ours, inSandbox);
      case NativeForm given -> headers(signed, given, inSandbox);
    };
  }

  private HeaderSet headers(
      final ProviderToken.Signed signed, final NativeForm form, final boolean inSandbox) {
    final var line = new Line(form.type(), form.topic(bundleId), form.priority(), inSandbox);
    final var known = lines.get(line);
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account().headers(signed, form, bundleId, inSandbox);
    if (lines.size() >= MOST_LINES) { // callers name them, so they may name any number
      lines.clear();
    }
    lines.put(line, new Headers(signed, made));
    return made;
  }

  private HeaderSet headers(
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
