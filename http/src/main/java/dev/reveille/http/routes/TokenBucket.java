package dev.reveille.http.routes;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A rate limit: a bucket of tokens that fills at a steady rate, stored as one number, the moment
/// at which it would be full (generic cell rate algorithm, ITU-T I.371). All moments are of
/// [System#nanoTime]. Thread-safe, without a lock.
public final class TokenBucket {

  /// The rate and size of buckets of one kind. Used alone where there are very many buckets, whose
  /// owner keeps their moments itself.
  ///
  /// @param nanosPerToken from one token to the next
  /// @param burst tokens in a full bucket
  public record Rate(long nanosPerToken, long burst) {
    private static final long LONGEST_NANOS = Duration.ofDays(36_500).toNanos();

    public Rate {
      if (nanosPerToken < 1 || burst < 1) {
        throw new IllegalArgumentException(
            "a rate needs a positive pause (" + nanosPerToken + " ns) and burst (" + burst + ")");
      }
      if (burst > LONGEST_NANOS / nanosPerToken) {
        throw new IllegalArgumentException(
            "a bucket of " + burst + " tokens would take more than a hundred years to fill");
      }
    }

    /// @param tokens that come back in a second, above 0
    /// @throws IllegalArgumentException when there is no such rate
    public static Rate perSecond(final double tokens, final long burst) {
      if (!(tokens > 0)) {
        throw new IllegalArgumentException("a rate must be above 0, not " + tokens);
      }
      return new Rate(Math.max(1, (long) (1e9 / tokens)), burst);
    }

    /// Nanoseconds until a token is there; 0 when one is there now.
    ///
    /// @param fullAt when the bucket would be full, in the past for a full one
    public long waitFor(final long fullAt, final long now) {
      return Math.max(0, fullAt - now - (burst - 1) * nanosPerToken);
    }

    /// When the bucket will be full after so many tokens were taken.
    public long afterTaking(final long tokens, final long fullAt, final long now) {
      return (fullAt - now > 0 ? fullAt : now) + tokens * nanosPerToken;
    }
  }

  private final Rate rate;
  private final AtomicLong fullAt;

  /// @param now of [System#nanoTime], as all moments here
  public TokenBucket(final Rate rate, final long now) {
    this.rate = rate;
    this.fullAt = new AtomicLong(now);
  }

  /// Takes tokens if one at least is there: a request for several may leave a debt, or it would
  /// never be served.
  ///
  /// @return nanoseconds to wait before the next try; 0 when they were taken
  public long take(final long tokens, final long now) {
    while (true) {
      final long seen = fullAt.get();
      final long wait = rate.waitFor(seen, now);
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(seen, rate.afterTaking(tokens, seen, now))) {
        return 0;
      }
    }
  }

  /// Takes tokens for work that is done already, whether they are there or not.
  public void owe(final long tokens, final long now) {
    final long _ =
        fullAt.accumulateAndGet(tokens, (seen, more) -> rate.afterTaking(more, seen, now));
  }

  /// Nanoseconds until a token is there; 0 when one is there now.
  public long waitFor(final long now) {
    return rate.waitFor(fullAt.get(), now);
  }
}
