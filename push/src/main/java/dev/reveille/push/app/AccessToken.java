package dev.reveille.push.app;

import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The access token of one account with a push service.
///
/// It is renewed at five sixths of its life by one request, while pushes go on with the one that
/// still holds. When there is none, pushes wait for that one request, however many they are. After
/// a failure no request is made before a pause is over: pushes that come meanwhile get the same
/// failure at once.
///
/// Reading is lock-free; the rest is guarded by this object's lock.
public final class AccessToken implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessToken.class);

  /// Clocks differ a little, and a request takes its time.
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /// A clock that is kept right moves back by less at once; what was computed before it was set
  /// back by more is not waited for.
  private static final Duration ADJUSTED = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = TimeScale.divide(Duration.ofSeconds(1));

  /// Calls wait for it meanwhile, so that it must be much shorter than a ring.
  private static final Duration LONGEST_PAUSE = TimeScale.divide(Duration.ofSeconds(10));

  /// However long the endpoint asks for.
  private static final Duration LONGEST_ASKED_PAUSE = TimeScale.divide(Duration.ofMinutes(10));

  /// Pushes that wait for a token at once; more are sent back.
  private static final int MOST_WAITING = 20_000;

  /// A valid access token.
  ///
  /// @param header the value of `authorization`
  /// @param askedAt when it was asked for
  public record Issued(String header, Instant askedAt, Instant renewAt, Instant until) {
    @Override
    public String toString() {
      return "Issued[until " + until + "]";
    }
  }

  /// Why there is no access token, until `pause` is over.
  ///
  /// @param lasting asking again changes nothing: the operator has to act
  /// @param asked the endpoint named the pause
  /// @param cause why the endpoint was not reached, where that is known
  public record Failure(
      boolean lasting,
      Reason why,
      String words,
      Instant pause,
      boolean asked,
      Optional<Cause> cause) {
    Failure(final boolean lasting, final Reason why, final String words, final Instant pause) {
      this(lasting, why, words, pause, false, Optional.empty());
    }
  }

  /// Waits for an access token; one of the two methods is called once, on a thread of its own.
  public interface Waiter {
    void token(Issued token);

    void failed(Failure failure);

    /// So many pushes wait here.
    int size();
  }

  private final TokenEndpoint endpoint;
  private final InstantSource clock;
  private final List<Waiter> waiting = new ArrayList<>();
  private volatile @Nullable Issued current;
  private @Nullable Failure failure;
  private Instant failedAt = Instant.MIN;
  private int failures;
  private int waitingPushes;
  private boolean asking;
  private boolean closed;

  public AccessToken(final TokenEndpoint endpoint, final InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /// The token that holds now, or null: then [#await] it. Starts renewal in good time.
  public @Nullable Issued current() {
    final var now = clock.instant();
    final var known = current;
    if (known == null || !now.isBefore(known.until())) {
      return null;
    }
    if (!now.isBefore(known.renewAt()) || isAhead(known.askedAt(), now)) {
      renew(now);
    }
    return known;
  }

  /// Tells the waiter as soon as there is a token, or why there is none.
  public void await(final Waiter waiter) {
    final var known = current();
    if (known != null) {
      waiter.token(known);
      return;
    }
    final Failure why;
    synchronized (this) {
      why = reason(waiter);
      if (why == null) {
        waiting.add(waiter);
        waitingPushes += waiter.size();
        ask();
      }
    }
    if (why != null) {
      waiter.failed(why);
    }
  }

  /// Lets a group of requests wait as one.
  ///
  /// @param ready gets the token
  /// @param failed is told of each request why there is no token
  public <R> void await(
      final List<R> group, final Consumer<Issued> ready, final BiConsumer<R, Failure> failed) {
    await(
        new Waiter() {
          @Override
          public void token(final Issued token) {
            ready.accept(token);
          }

          @Override
          public void failed(final Failure failure) {
            group.forEach(one -> failed.accept(one, failure));
          }

          @Override
          public int size() {
            return group.size();
          }
        });
  }

  /// Not null when there is no point in waiting.
  private @Nullable Failure reason(final Waiter waiter) {
    final var now = clock.instant();
    if (closed) {
      return new Failure(false, Reason.SHUTTING_DOWN, "", now);
    }
    final var before = failure;
    if (!asking && before != null && rests(before, now)) {
      return before;
    }
    return waitingPushes + waiter.size() > MOST_WAITING
        ? new Failure(
            false, Reason.SERVICE_BUSY, "waiting for an access token", now.plus(FIRST_PAUSE))
        : null;
  }

  /// The service does not take this one any more; the next push gets another.
  public synchronized void refused(final Issued token) {
    if (current == token) {
      current = null;
    }
  }

  private synchronized void renew(final Instant now) {
    final var before = failure;
    if (before == null || !rests(before, now)) {
      ask();
    }
  }

  /// Whether the endpoint is left alone after this failure, the last one.
  private boolean rests(final Failure before, final Instant now) {
    return now.isBefore(before.pause()) && !isAhead(failedAt, now);
  }

  private static boolean isAhead(final Instant moment, final Instant now) {
    return moment.isAfter(now.plus(ADJUSTED));
  }

  private void ask() {
    if (!asking && !closed) {
      asking = true;
      Thread.ofVirtual().name("access-token").start(this::fetch);
    }
  }

  private void fetch() {
    final var start = clock.instant();
    TokenEndpoint.Result result;
    try {
      result = endpoint.ask();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      result = later("interrupted");
    } catch (RuntimeException e) {
      LOG.error("no access token could be asked for", e);
      result = later("no access token: our own failure");
    }
    switch (result) {
      case TokenEndpoint.Result.Token(var value, var life) -> got(issued(value, life, start));
      case TokenEndpoint.Result.Refused(var words) ->
          none(true, Reason.CREDENTIALS_REFUSED, words, Optional.empty(), Optional.empty());
      case TokenEndpoint.Result.Later(var why, var words, var after, var cause) ->
          none(false, why, words, after, cause);
    }
  }

  private static TokenEndpoint.Result later(final String words) {
    return new TokenEndpoint.Result.Later(
        Reason.INTERNAL, words, Optional.empty(), Optional.empty());
  }

  private static Issued issued(final String value, final Duration life, final Instant start) {
    final var holds = life.compareTo(MARGIN.multipliedBy(4)) > 0 ? life.minus(MARGIN) : life;
    return new Issued(
        "Bearer " + value, start, start.plus(life.multipliedBy(5).dividedBy(6)), start.plus(holds));
  }

  private void got(final Issued token) {
    final List<Waiter> waited;
    synchronized (this) {
      current = token;
      failure = null;
      failures = 0;
      waited = takeWaiting();
    }
    waited.forEach(one -> one.token(token));
  }

  private void none(
      final boolean lasting,
      final Reason why,
      final String words,
      final Optional<Duration> retryAfter,
      final Optional<Cause> cause) {
    final Failure failed;
    final List<Waiter> waited;
    final int row;
    synchronized (this) {
      row = ++failures;
      failedAt = clock.instant();
      final var until = failedAt.plus(pause(retryAfter));
      failed = new Failure(lasting, why, words, until, retryAfter.isPresent(), cause);
      failure = failed;
      waited = takeWaiting();
    }
    if (Integer.bitCount(row) == 1) {
      LOG.warn("{} {} {}", why.code(), cause.map(Cause::word).orElse(""), words);
    }
    waited.forEach(one -> one.failed(failed));
  }

  /// As long as the endpoint asks for; else it doubles, and differs a little each time.
  private Duration pause(final Optional<Duration> retryAfter) {
    if (retryAfter.isPresent()) {
      final var asked = retryAfter.get();
      return asked.compareTo(LONGEST_ASKED_PAUSE) < 0 ? asked : LONGEST_ASKED_PAUSE;
    }
    final var doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    final var pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
  }

  private List<Waiter> takeWaiting() {
    asking = false;
    waitingPushes = 0;
    final var all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  @Override
  public void close() {
    final List<Waiter> waited;
    synchronized (this) {
      closed = true;
      waited = takeWaiting();
    }
    final var over = new Failure(false, Reason.SHUTTING_DOWN, "", clock.instant());
    try {
      waited.forEach(one -> one.failed(over));
    } finally {
      endpoint.close();
    }
  }
}
