package dev.reveille.push.app;

import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.port.Push;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Computes when a push is sent once more. Each moment is spread at random, so that pushes that
/// were refused together do not come back together. Thread-safe.
public final class RetryDelays {
  /// For what a moment mends, and the first pause of a call.
  public static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));

  /// The first pause of everything else, for a service that advises nothing.
  public static final Duration FIRST = TimeScale.divide(Duration.ofSeconds(5));

  private static final Duration LONGEST = TimeScale.divide(Duration.ofMinutes(15));
  private static final Duration LONGEST_OF_A_CALL = TimeScale.divide(Duration.ofSeconds(4));
  private static final int MOST_DOUBLINGS = 10;
  private static final long WIDEST_SPREAD_MILLIS = 5_000;

  private final InstantSource clock;
  private final Duration first;

  /// @param first pause of what is not urgent
  public RetryDelays(final InstantSource clock, final Duration first) {
    this.clock = clock;
    this.first = first;
  }

  public Instant now() {
    return clock.instant();
  }

  /// Not before the moment that the service named.
  public Instant asked(final Duration wait) {
    final long spread = Math.min(WIDEST_SPREAD_MILLIS, wait.toMillis() / 4 + 1);
    return now().plus(wait).plusMillis(ThreadLocalRandom.current().nextLong(spread));
  }

  /// Between the duration and twice of it.
  public Instant later(final Duration least) {
    return now().plus(least).plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis() + 1));
  }

  /// [#later] by the push's own pause.
  public Instant later(final Push push) {
    return later(pause(push));
  }

  /// Doubles with the attempts, for a call within its ring.
  public Duration pause(final Push push) {
    final boolean urgent = push.lane() == Lane.URGENT;
    final var longest = urgent ? LONGEST_OF_A_CALL : LONGEST;
    final int doublings = Math.min(push.attempt() - 1, MOST_DOUBLINGS);
    final var pause = (urgent ? SOON : first).multipliedBy(1L << doublings);
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  /// As the service asks, else by the push's own pause.
  public TryAgain again(
      final Push push, final Reason why, final String words, final Optional<Duration> asked) {
    return asked.isPresent()
        ? new TryAgain(why, words, asked(asked.get()), ServiceReply.MOMENT)
        : new TryAgain(why, words, later(push), ServiceReply.ANSWER);
  }

  /// The service failed. A call's first try is repeated at once, over another connection, unless
  /// the service names a moment.
  public TryAgain serviceFailed(
      final PushRequest<?> request, final String words, final Optional<Duration> asked) {
    final var push = request.push();
    if (asked.isEmpty() && push.lane() == Lane.URGENT && push.attempt() == 1) {
      request.blame();
      return new TryAgain(Reason.SERVICE_UNAVAILABLE, words, Instant.EPOCH, ServiceReply.ANSWER);
    }
    return again(push, Reason.SERVICE_UNAVAILABLE, words, asked);
  }

  /// A push whose request never left, but for one that its pool handed back ([NotSent#CLOSED]).
  public DeliveryOutcome unsent(final PushRequest<?> request, final NotSent why) {
    final var before = request.before();
    final var words = before + why;
    return switch (why) {
      case NOT_WANTED -> Refused.byUs(Reason.CALL_OVER, before);
      case TOO_LATE -> Refused.byUs(Reason.TOO_LATE_TO_ALERT, before);
      case QUEUE_FULL, NO_STREAM -> new TryAgain(Reason.SERVICE_BUSY, words, later(SOON));
      case NO_CONNECTION -> Unreachable.outcome(before, request.whyNoConnection(), later(SOON));
      case REFUSED -> new TryAgain(Reason.SERVICE_UNAVAILABLE, words, later(request.push()));
      case CLOSED ->
          throw new IllegalStateException(
              "unexpected result CLOSED: the pool hands such requests back");
      case BROKEN -> Refused.byUs(Reason.BAD_REQUEST, words);
    };
  }

  /// There is no access token, which may change by itself, so nothing was sent.
  public TryAgain withoutToken(final PushRequest<?> request, final AccessToken.Failure failure) {
    final var least = request.push().lane() == Lane.URGENT ? SOON : first;
    final var notBefore = failure.pause().isAfter(now()) ? failure.pause() : later(least);
    final var reply = failure.asked() ? ServiceReply.MOMENT : ServiceReply.NOTHING;
    final var words = request.before() + failure.words();
    return new TryAgain(failure.why(), words, notBefore, reply, failure.cause());
  }

  /// An address that the service calls dead. One that the app registered after it died lives:
  /// platforms hand out the same one.
  ///
  /// @param since when it died
  public static Refused dead(final Push push, final String words, final Instant since) {
    return push.to().registeredAt().isAfter(since)
        ? new Refused(Reason.TOKEN_KEPT_NEWER, words, Verdict.NOTHING)
        : new Refused(Reason.TOKEN_RETIRED, words, new Verdict.Gone(since));
  }
}
