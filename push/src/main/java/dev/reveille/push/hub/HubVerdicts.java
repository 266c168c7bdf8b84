package dev.reveille.push.hub;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Reason;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.push.payload.Truncation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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
final class HubVerdicts implements PushRequest.Verdicts<HubRequest> {
  /// Begins the detail of a hub's error; what stands behind it may name things.
  private static final Pattern SUB_CODE = Pattern.compile("<Detail>\\s*(\\d{5})");

  /// What a hub calls a notification stands in trails.
  private static final int LONGEST_RECEIPT = 128;

  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x21-\\x7e]");

  private final RetryDelays delays;

  HubVerdicts(final InstantSource clock) {
    this.delays = new RetryDelays(clock, RetryDelays.FIRST);
  }

  Instant now() {
    return delays.now();
  }

  @Override
  public void answered(final HubRequest request, final ClientAnswer answer) {
    final int status = answer.status();
    final var words = words(answer);
    final var asked = RetryAfter.read(answer.header("retry-after").orElse(""));
    if (status >= 200 && status < 300) {
      request.standing.open();
      request.tell(new HandedOver(receipt(answer)));
    } else if (status == 401
        || status == 404
        || status == 410
        || status == 403 && answer.header("retry-after").isEmpty()) {
      request.tell(request.standing.close(Reason.HUB_REFUSES_KEY, words));
    } else if (status == 403 || status == 429) {
      request.tell(later(request, Reason.SERVICE_THROTTLED, words, asked));
    } else if (status == 408 || status >= 500) {
      request.tell(later(request, Reason.SERVICE_UNAVAILABLE, words, asked));
    } else if (status == 413) {
      request.tell(new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
    } else if (status >= 300 && status < 400) {
      request.standing.alert(Reason.REDIRECTED, words);
      request.tell(later(request, Reason.REDIRECTED, words, Optional.empty()));
    } else {
      request.standing.alert(Reason.BAD_REQUEST, words);
      request.tell(new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
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

  /// Not before the pause is over, and a little spread.
  private TryAgain later(
      final HubRequest request,
      final Reason why,
      final String words,
      final Optional<Duration> asked) {
    final var push = request.push();
    return asked.isPresent()
        ? delays.again(push, why, words, asked)
        : new TryAgain(why, words, delays.asked(delays.pause(push)), ServiceReply.ANSWER);
  }

  @Override
  public void notSent(final HubRequest request, final NotSent why) {
    request.tell(
        switch (why) {
          case REFUSED ->
              later(request, Reason.SERVICE_UNAVAILABLE, why.toString(), Optional.empty());
          case CLOSED -> new TryAgain(Reason.SHUTTING_DOWN, "", now());
          case NOT_WANTED, TOO_LATE, QUEUE_FULL, NO_STREAM, NO_CONNECTION, BROKEN ->
              delays.unsent(request, why);
        });
  }

  /// It is repeated under the same `TrackingId`.
  @Override
  public void uncertain(final HubRequest request, final Doubt why) {
    request.tell(new Uncertain(Reason.NO_ANSWER));
  }
}
