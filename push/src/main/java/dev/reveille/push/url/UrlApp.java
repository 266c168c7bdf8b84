package dev.reveille.push.url;

import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.KnownApps;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state of one app in a [UrlSender]: its credentials, and for each origin whether they are
/// taken there, so that one browser vendor that refuses them does not hold up another. Read from
/// many threads.
///
/// @param <A> what belongs to the credentials
final class UrlApp<A extends KnownApps.Account> implements KnownApps.Known<A> {
  /// Beyond so many origins all standings begin anew: devices name origins.
  private static final int MOST_ORIGINS = 1_000;

  private final @Nullable A account;
  private final Supplier<CredentialStanding> fresh;
  private final boolean lasting;
  private final Map<String, CredentialStanding> standings = new ConcurrentHashMap<>();

  /// @param account null when the credentials cannot be used
  /// @param lasting false when it was our own failure that nothing is known
  UrlApp(
      final @Nullable A account, final Supplier<CredentialStanding> fresh, final boolean lasting) {
    this.account = account;
    this.fresh = fresh;
    this.lasting = lasting;
  }

  A account() {
    final var known = account;
    if (known == null) {
      throw new IllegalStateException("an app with wrong credentials has no account");
    }
    return known;
  }

  CredentialStanding standing(final String origin) {
    final var known = standings.get(origin);
    if (known != null) {
      return known;
    }
    if (standings.size() >= MOST_ORIGINS) {
      standings.clear();
    }
    return standings.computeIfAbsent(origin, _ -> fresh.get());
  }

  @Override
  public boolean isLasting() {
    return lasting;
  }

  @Override
  public boolean uses(final A other) {
    return account == other;
  }
}
