package dev.reveille.push.hub;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.Unreachable;
import dev.reveille.push.payload.Truncation;
import dev.reveille.routing.port.Push;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// Turns a hub's answer into the push's one outcome. Runs on the pools' event loops.
///
/// | answer | outcome |
/// |---|---|
/// | 2xx | handed over; what the platform says is the hub's to know |
/// | 401, 404, 410, 403 without `Retry-After` | the hub refuses the key: the push waits, others too |
/// | 403 with `Retry-After`, 429 | slower |
/// | 408, 5xx | later |
/// | 413 | too large |
/// | any other | badly made |
final class HubVerdicts {
  private static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));
  private static final Duration FIRST = TimeScale.divide(Duration.ofSeconds(5));
  private static final Duration LONGEST = TimeScale.divide(Duration.ofMinutes(15));
  private static final Duration LONGEST_OF_A_CALL = TimeScale.divide(Duration.ofSeconds(4));
  private static final int MOST_DOUBLINGS = 10;

  /// Begins the detail of a hub's error; what stands behind it may name things.
  private static final Pattern SUB_CODE = Pattern.compile("<Detail>\\s*(\\d{5})");

  /// What a hub calls a notification stands in trails.
  private static final int LONGEST_RECEIPT = 128;

  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x21-\\x7e]");

  private final InstantSource clock;

  HubVerdicts(final InstantSource clock) {
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  void answered(final HubRequest request, final ClientAnswer answer) {
    final int status = answer.status();
    final var words = words(answer);
    final var asked = RetryAfter.read(answer.header("retry-after").orElse(""));
    if (status >= 200 && status < 300) {
      request.standing.open();
      tell(request, new HandedOver(receipt(answer)));
    } else if (status == 401
        || status == 404
        || status == 410
        || status == 403 && answer.header("retry-after").isEmpty()) {
      tell(request, request.standing.close(Reason.HUB_REFUSES_KEY, words));
    } else if (status == 403 || status == 429) {
      tell(request, later(request, Reason.SERVICE_THROTTLED, words, asked));
    } else if (status == 408 || status >= 500) {
      tell(request, later(request, Reason.SERVICE_UNAVAILABLE, words, asked));
    } else if (status == 413) {
      tell(request, new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
    } else if (status >= 300 && status < 400) {
      request.standing.alert(Reason.REDIRECTED, words);
      tell(request, later(request, Reason.REDIRECTED, words, Optional.empty()));
    } else {
      request.standing.alert(Reason.BAD_REQUEST, words);
      tell(request, new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
    }
  }

  private static String words(final ClientAnswer answer) {
    final var code = SUB_CODE.matcher(answer.bodyText());
    return answer.status() + (code.find() ? " " + code.group(1) : "");
  }

  /// The hub's name for the notification: the end of its `Location`.
  private static String receipt(final ClientAnswer answer) {
    final var location = answer.header("location").orElse("").replaceAll("\\?.*", "");
    final var name = location.substring(location.lastIndexOf('/') + 1);
    return Truncation.of(UNPRINTABLE.matcher(name).replaceAll(""), LONGEST_RECEIPT);
  }

  private TryAgain later(
      final HubRequest request,
      final Reason why,
      final String words,
      final Optional<Duration> asked) {
    return asked
        .map(wait -> new TryAgain(why, words, later(wait), ServiceReply.MOMENT))
        .orElseGet(() -> new TryAgain(why, words, later(pause(request.push)), ServiceReply.ANSWER));
  }

  /// Not before the pause is over, and a little spread.
  private Instant later(final Duration pause) {
    final long spread = Math.min(pause.toMillis() / 4 + 1, 5_000);
    return now().plus(pause).plusMillis(ThreadLocalRandom.current().nextLong(spread));
  }

  /// Doubles with the attempts, for a call within its ring.
  private static Duration pause(final Push push) {
    final boolean urgent = push.lane() == Lane.URGENT;
    final var longest = urgent ? LONGEST_OF_A_CALL : LONGEST;
    final int doublings = Math.min(push.attempt() - 1, MOST_DOUBLINGS);
    final var pause = (urgent ? SOON : FIRST).multipliedBy(1L << doublings);
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  void notSent(final HubRequest request, final NotSent why) {
    final var words = why.toString();
    tell(
        request,
        switch (why) {
          case NOT_WANTED -> Refused.byUs(Reason.CALL_OVER, "");
          case TOO_LATE -> Refused.byUs(Reason.TOO_LATE_TO_ALERT, "");
          case QUEUE_FULL, NO_STREAM -> new TryAgain(Reason.SERVICE_BUSY, words, later(SOON));
          case NO_CONNECTION -> Unreachable.outcome("", request.whyNoConnection(), later(SOON));
          case REFUSED -> later(request, Reason.SERVICE_UNAVAILABLE, words, Optional.empty());
          case CLOSED -> new TryAgain(Reason.SHUTTING_DOWN, "", now());
          case BROKEN -> Refused.byUs(Reason.BAD_REQUEST, words);
        });
  }

  /// It is repeated under the same `TrackingId`.
  void uncertain(final HubRequest request) {
    tell(request, new Uncertain(Reason.NO_ANSWER));
  }

  private static void tell(final HubRequest request, final DeliveryOutcome outcome) {
    request.outcomes.outcome(request.push, outcome);
  }
}
