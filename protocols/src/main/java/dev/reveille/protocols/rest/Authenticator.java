package dev.reveille.protocols.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.http.server.Subnet;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.ApiKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Authenticates requests by API key. Keys that were valid lately are found by the header as it was
/// sent, so that a busy sender costs one look-up in memory and no hash; a key is forgotten when it
/// changes.
///
/// Strangers are counted per address, so that guessing stays slow. An address that guessed too
/// often is refused only what cannot be a key: what may be one is looked up with a budget over all
/// such addresses, because a valid key may be behind the same address as the guesses.
///
/// Thread-safe.
final class Authenticator {
  private static final String SCHEME = "bearer ";
  private static final int LONGEST_SECRET = 256;
  private static final int MOST_KEYS = 10_000;
  private static final int MOST_ADDRESSES = 50_000;

  private final SecretStore secrets;
  private final Rate keyRate;
  private final Rate strangerRate;
  private final Cache<String, Principal> known =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).build();

  /// How much a key may ask outlives a change of other keys.
  private final Cache<String, TokenBucket> perKey =
      Caffeine.newBuilder()
          .maximumSize(MOST_KEYS)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();

  private final Cache<InetAddress, TokenBucket> strangers =
      Caffeine.newBuilder()
          .maximumSize(MOST_ADDRESSES)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();

  /// Keys looked up in the store a second, for all addresses together, and for those together that
  /// showed too many wrong ones.
  private final TokenBucket lookUps = bucket(5_000);

  private final TokenBucket lookUpsOfGuessers = bucket(1_000);
  private final AtomicLong changes = new AtomicLong();

  Authenticator(final SecretStore secrets, final RestLimits limits) {
    this.secrets = secrets;
    this.keyRate = Rate.perSecond(limits.perKeyPerSecond(), limits.perKeyBurst());
    this.strangerRate = Rate.perSecond(limits.strangersPerSecond(), limits.strangersBurst());
    secrets.onKeyChange(id -> {
      changes.incrementAndGet();
      if (id.equals(SecretStore.ANY_KEY)) {
        known.invalidateAll();
      } else {
        known.asMap().values().removeIf(principal -> principal.key().id().equals(id));
      }
    });
  }

  private static TokenBucket bucket(final int perSecond) {
    return new TokenBucket(Rate.perSecond(perSecond, perSecond), System.nanoTime());
  }

  /// The holder of a key that was used lately; null says nothing about whether it is valid.
  @Nullable Principal remembered(final String authorization) {
    return known.getIfPresent(authorization);
  }

  /// Finds out who it is. May read the disk.
  ///
  /// @throws Refusal when it is a stranger, or guessed too often
  Principal principal(final String authorization, final InetSocketAddress peer) {
    final var remembered = remembered(authorization);
    if (remembered != null) {
      return remembered;
    }
    final long now = System.nanoTime();
    final var stranger =
        strangers.get(Subnet.of(peer.getAddress()), _ -> new TokenBucket(strangerRate, now));
    final long wait = stranger.waitFor(now);
    final var secret = secretOf(authorization);
    final long before = changes.get();
    final var found = ApiKeys.isWellFormed(secret) ? lookUp(secret, wait > 0, now) : null;
    if (found == null && wait > 0) {
      throw tooMany(wait);
    }
    if (found == null) {
      final long _ = stranger.take(1, now);
      throw new Refusal(
          Reason.NO_KEY,
          authorization.isEmpty()
              ? "there is no Authorization header"
              : "this key is not known here");
    }
    final var limit = perKey.get(found.id(), _ -> new TokenBucket(keyRate, now));
    final var principal = new Principal(found, limit);
    known.put(authorization, principal);
    if (changes.get() != before) { // it may be older than the change that forgot it
      known.invalidate(authorization);
    }
    return principal;
  }

  /// @param guessed whether its address showed too many wrong keys
  private @Nullable ApiKey lookUp(final String secret, final boolean guessed, final long now) {
    final long wait = (guessed ? lookUpsOfGuessers : lookUps).take(1, now);
    if (wait > 0) {
      throw tooMany(wait);
    }
    return secrets.apiKey(ApiKeys.hash(secret)).orElse(null);
  }

  private static Refusal tooMany(final long waitNanos) {
    return new Refusal(
        Reason.RATE_LIMITED, "too many requests without a valid key", Duration.ofNanos(waitNanos));
  }

  /// Whether a header has the form of a key's, so that it is worth a look-up.
  static boolean mayBeKey(final String authorization) {
    return ApiKeys.isWellFormed(secretOf(authorization));
  }

  /// Whether the key of a request is still there. May read the disk.
  boolean holds(final String authorization, final Principal principal) {
    return principal.equals(remembered(authorization))
        || secrets
            .apiKey(ApiKeys.hash(secretOf(authorization)))
            .filter(key -> key.id().equals(principal.key().id()))
            .isPresent();
  }

  private static String secretOf(final String authorization) {
    final boolean isBearer =
        authorization.regionMatches(/* ignoreCase= */ true, 0, SCHEME, 0, SCHEME.length());
    return isBearer && authorization.length() <= LONGEST_SECRET
        ? authorization.substring(SCHEME.length()).strip()
        : "";
  }

  /// @throws Refusal when the key asked too much lately
  static void ration(final Principal principal, final int requests) {
    final long wait = principal.limit().take(requests, System.nanoTime());
    if (wait > 0) {
      throw new Refusal(
          Reason.RATE_LIMITED, "too many requests with this key", Duration.ofNanos(wait));
    }
  }
}
