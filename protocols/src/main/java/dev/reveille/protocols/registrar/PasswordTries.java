package dev.reveille.protocols.registrar;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Bounds how often passwords are tried: by address, by address and user, and by user over all
/// addresses. A try that was right costs nothing.
///
/// Strangers who try a user's password from many addresses slow down only tries from addresses
/// where the user has not signed in within the last 30 days; those behind the user's own address
/// are felt there. Users who do not exist are counted like others. What is counted, and which
/// addresses are known, is lost at a restart. Thread-safe.
final class PasswordTries {
  private static final Rate OF_ADDRESS = Rate.perSecond(10 / 60.0, 20);
  private static final Rate OF_ADDRESS_AND_USER = Rate.perSecond(2 / 60.0, 5);
  private static final Rate OF_USER = Rate.perSecond(30 / 60.0, 60);
  private static final int MOST = 100_000;

  private final LongSupplier nanos;
  private final Cache<String, TokenBucket> byAddress = cache(Duration.ofMinutes(10));
  private final Cache<Try, TokenBucket> byBoth = cache(Duration.ofMinutes(10));
  private final Cache<String, TokenBucket> byUser = cache(Duration.ofMinutes(10));
  private final Cache<Try, Boolean> known = cache(Duration.ofDays(30));

  /// @param user name and realm, as they came
  record Try(String address, String user) {}

  PasswordTries() {
    this(System::nanoTime);
  }

  /// @param nanos never goes back
  PasswordTries(final LongSupplier nanos) {
    this.nanos = nanos;
  }

  private static <K, V> Cache<K, V> cache(final Duration life) {
    return Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(life).<K, V>build();
  }

  /// Counts a try, before it is known whether it is right.
  ///
  /// @return nanoseconds to wait when there were too many; 0 when it may be made
  long begin(final Try one) {
    final long now = nanos.getAsLong();
    final long ofBoth = bothOf(one, now).take(1, now);
    if (ofBoth > 0) {
      return ofBoth;
    }
    final long ofAddress = addressOf(one, now).take(1, now);
    if (ofAddress > 0) {
      bothOf(one, now).owe(-1, now);
      return ofAddress;
    }
    final long ofUser = known.getIfPresent(one) != null ? 0 : userOf(one, now).take(1, now);
    if (ofUser > 0) {
      bothOf(one, now).owe(-1, now);
      addressOf(one, now).owe(-1, now);
    }
    return ofUser;
  }

  /// The try was right.
  void succeeded(final Try one) {
    final long now = nanos.getAsLong();
    bothOf(one, now).owe(-1, now);
    addressOf(one, now).owe(-1, now);
    if (known.getIfPresent(one) == null) {
      userOf(one, now).owe(-1, now);
      known.put(one, true);
    }
  }

  private TokenBucket bothOf(final Try one, final long now) {
    return byBoth.get(one, _ -> new TokenBucket(OF_ADDRESS_AND_USER, now));
  }

  private TokenBucket addressOf(final Try one, final long now) {
    return byAddress.get(one.address(), _ -> new TokenBucket(OF_ADDRESS, now));
  }

  private TokenBucket userOf(final Try one, final long now) {
    return byUser.get(one.user(), _ -> new TokenBucket(OF_USER, now));
  }
}
