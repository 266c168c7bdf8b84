package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Subnet;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;

/// Limits how often one address may ask for something as a stranger, and how often it may guess.
/// Thread-safe.
final class RegistrationRate {
  private static final int MOST = 100_000;

  private final int aMinute;
  private final Cache<String, TokenBucket> byAddress =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(Duration.ofMinutes(10)).build();

  /// @param aMinute so many a minute, and at most twice as many at once
  RegistrationRate(final int aMinute) {
    this.aMinute = aMinute;
  }

  /// Counts a request.
  ///
  /// @throws Refusal when there were too many from this address
  void count(final Exchange exchange) {
    refuse(bucket(exchange).take(1, System.nanoTime()));
  }

  /// @throws Refusal when there were too many from this address before; this one is not counted
  void check(final Exchange exchange) {
    refuse(bucket(exchange).waitFor(System.nanoTime()));
  }

  private TokenBucket bucket(final Exchange exchange) {
    return byAddress.get(
        Subnet.of(exchange.peer().getAddress()).getHostAddress(),
        _ -> new TokenBucket(Rate.perSecond(aMinute / 60.0, aMinute * 2L), System.nanoTime()));
  }

  private static void refuse(final long waitNanos) {
    if (waitNanos > 0) {
      throw new Refusal(Reason.RATE_LIMITED, "", Duration.ofNanos(waitNanos));
    }
  }
}
