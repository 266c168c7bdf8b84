package dev.reveille.push.apns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.push.apns.ApnsAnswers.Action;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.push.app.Unreachable;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns Apple's answer into the push's one outcome, or sends the push once more where the table
/// allows it: only when Apple certainly did not deliver it. Where it may have (500, 503), the
/// outcome goes back to the caller, who writes each repeat down before it leaves.
///
/// Runs on the pools' event loops.
final class ApnsVerdicts implements PushRequest.Verdicts<ApnsRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(ApnsVerdicts.class);

  private static final Duration DEVICE_PAUSE = TimeScale.divide(Duration.ofSeconds(5));

  /// So often one push goes on at once with credentials that replaced those it had.
  private static final int MOST_CREDENTIAL_CHANGES = 3;

  private final ApnsPayload payloads;
  private final InstantSource clock;
  private final RetryDelays delays;
  private final CurrentCredentials current;
  private final Unsent unsent;

  ApnsVerdicts(
      final ApnsPayload payloads,
      final InstantSource clock,
      final CurrentCredentials current,
      final Unsent unsent) {
    this.payloads = payloads;
    this.clock = clock;
    this.delays = new RetryDelays(clock, RetryDelays.FIRST);
    this.current = current;
    this.unsent = unsent;
  }

  /// `apns-expiration` for a try that leaves now: the moment until which the platform may still
  /// deliver. 0 is "now or never", for what ends within this second.
  long expiration(final Push push) {
    final long until = push.deadline().getEpochSecond();
    return until <= clock.millis() / 1_000 ? 0 : until;
  }

  @Override
  public void answered(final ApnsRequest request, final ClientAnswer answer) {
    if (answer.status() == 200) {
      accepted(request);
      return;
    }
    final String body = answer.hasBody() ? answer.bodyText() : "";
    final String reason = ApnsAnswers.reason(body);
    final String words =
        request.before() + answer.status() + (reason.isEmpty() ? "" : " " + reason);
    final var action = ApnsAnswers.action(answer.status(), reason);
    if (request.isElsewhere() && action != Action.DEAD_TOKEN) {
      // other faults of the provider token are not this app's
      request.tell(isOfTheMoment(action) ? notAsked(words) : bad(words));
      return;
    }
    switch (action) {
      case ACCEPTED -> throw new IllegalStateException("200 was dealt with");
      case FIX_REQUEST -> {
        RejectedPush.log(LOG, request.push(), "Apple", words);
        request.tell(new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
      }
      case FIX_TOPIC -> ours(request, Reason.TOPIC_REFUSED, words);
      case BAD_TOKEN -> badToken(request, words);
      case WRONG_TOPIC_TOKEN -> {
        alert(request, Reason.TOKEN_WRONG_TOPIC, words);
        request.tell(new Refused(Reason.TOKEN_WRONG_TOPIC, words, Verdict.DOUBTED));
      }
      case DEAD_TOKEN -> deadToken(request, words, body);
      case RECONNECT -> onceMore(request, words);
      case SIGN_AGAIN -> signAgain(request, words);
      case KEEP_TOKEN -> keepToken(request, words);
      case FIX_CREDENTIALS -> credentialsOrNewer(request, words);
      case FIX_SOMETHING -> ours(request, Reason.CREDENTIALS_REFUSED, words);
      case FIX_CREDENTIALS_AND_RECONNECT -> {
        request.account().retireConnections(reason);
        credentialsOrNewer(request, words);
      }
      case SHRINK -> shrink(request, words);
      case SLOW_DOWN -> {
        final var pause =
            request.push().lane() == Lane.URGENT ? delays.pause(request.push()) : DEVICE_PAUSE;
        request.tell(later(Reason.DEVICE_THROTTLED, words, answer, pause));
      }
      case BACK_OFF -> backOff(request, words, answer);
    }
  }

  private void accepted(final ApnsRequest request) {
    final var standing = request.app.standing(request.sandbox);
    standing.open();
    if (request.isElsewhere()) {
      standing.tookElsewhere(request.sandbox);
    }
    request.tell(new HandedOver(request.before() + request.id(), request.isElsewhere()));
  }

  /// An urgent push is repeated at once, a single time, unless Apple names a moment.
  private void backOff(final ApnsRequest request, final String words, final ClientAnswer answer) {
    if (request.push().lane() == Lane.URGENT
        && request.push().attempt() == 1
        && retryAfter(answer).isEmpty()) {
      request.blame();
      request.tell(
          new TryAgain(Reason.SERVICE_UNAVAILABLE, words, Instant.EPOCH, ServiceReply.ANSWER));
    } else {
      request.tell(later(Reason.SERVICE_UNAVAILABLE, words, answer, delays.pause(request.push())));
    }
  }

  @Override
  public void notSent(final ApnsRequest request, final NotSent why) {
    if (why == NotSent.CLOSED) {
      unsent.back(request.push(), BackgroundLimit.notLeft(request.outcomes()));
      return;
    }
    if (request.isElsewhere() && why == NotSent.NO_CONNECTION) {
      request.tell(notAsked(request.before() + why));
      return;
    }
    final var unconnected = request.whyNoConnection();
    if (why == NotSent.NO_CONNECTION
        && request.account().certificate() != null
        && Unreachable.isRefusedIdentity(unconnected)) {
      credentialsOrNewer(request, request.before() + Unreachable.words(unconnected));
      return;
    }
    request.tell(delays.unsent(request, why));
  }

  /// The caller repeats it, and its trail shows both tries.
  @Override
  public void uncertain(final ApnsRequest request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    request.tell(new Uncertain(Reason.NO_ANSWER));
  }

  /// Most often a token of the other environment, so that one is asked, once.
  private void badToken(final ApnsRequest request, final String words) {
    alert(request, Reason.TOKEN_BAD, words);
    final boolean there = !request.sandbox;
    if (!request.app.hasCredential(there) || !request.app.hasTwoSites()) {
      request.tell(bad(words));
      return;
    }
    final var shut = request.app.closed(there, clock.instant());
    if (shut != null) { // what is withheld or tried again there may be asked later
      request.tell(shut instanceof Refused ? bad(words) : notAsked(words));
      return;
    }
    request.sandbox = there;
    again(request, words + " from " + environment(!there));
  }

  private static String environment(final boolean sandbox) {
    return sandbox ? "the sandbox" : "production";
  }

  /// Whether an answer says nothing about the token, but that it should be asked again.
  private static boolean isOfTheMoment(final Action action) {
    return switch (action) {
      case BACK_OFF, SLOW_DOWN, RECONNECT, SIGN_AGAIN, KEEP_TOKEN -> true;
      case ACCEPTED,
          FIX_REQUEST,
          FIX_TOPIC,
          BAD_TOKEN,
          WRONG_TOPIC_TOKEN,
          DEAD_TOKEN,
          FIX_CREDENTIALS,
          FIX_SOMETHING,
          FIX_CREDENTIALS_AND_RECONNECT,
          SHRINK ->
          false;
    };
  }

  /// One environment does not know the token, and the other one did not say.
  private static Refused notAsked(final String words) {
    return new Refused(Reason.TOKEN_BAD, words, Verdict.DOUBTED_FOR_NOW);
  }

  private static Refused bad(final String words) {
    return new Refused(Reason.TOKEN_BAD, words, Verdict.DOUBTED);
  }

  private void deadToken(final ApnsRequest request, final String words, final String body) {
    final var timestamp = ApnsAnswers.timestamp(body);
    final var since =
        timestamp.isPresent() ? Instant.ofEpochMilli(timestamp.getAsLong()) : clock.instant();
    request.tell(RetryDelays.dead(request.push(), words, since));
  }

  private void signAgain(final ApnsRequest request, final String words) {
    if (!request.signedAgain && request.account().expired(request.lastAuthorization)) {
      request.signedAgain = true;
      again(request, words);
    } else {
      credentials(request, Reason.CREDENTIALS_EXPIRED, words);
    }
  }

  private void keepToken(final ApnsRequest request, final String words) {
    if (!request.signedAgain && request.account().tooMany(request.lastAuthorization)) {
      request.signedAgain = true;
      again(request, words);
    } else {
      alert(request, Reason.SERVICE_THROTTLED, words);
      request.tell(answered(Reason.SERVICE_THROTTLED, words, delays.pause(request.push())));
    }
  }

  /// What Apple refused may have been replaced while the push was on its way.
  private void credentialsOrNewer(final ApnsRequest request, final String words) {
    if (request.credentialChanges >= MOST_CREDENTIAL_CHANGES) {
      credentials(request, Reason.CREDENTIALS_REFUSED, words);
      return;
    }
    switch (current.instead(request)) {
      case CurrentCredentials.Found.Same _ ->
          credentials(request, Reason.CREDENTIALS_REFUSED, words);
      case CurrentCredentials.Found.Unread _ ->
          request.tell(answered(Reason.CREDENTIALS_REFUSED, words, RetryDelays.SOON));
      case CurrentCredentials.Found.Others(var app) -> {
        request.credentialChanges++;
        request.app = app;
        again(request, words);
      }
    }
  }

  private static void credentials(final ApnsRequest request, final Reason why, final String words) {
    final var app = request.app;
    request.tell(app.alone(app.standing(request.sandbox).close(why, words)));
  }

  /// Something of ours is refused that concerns this push, and not everything of the app: it is
  /// tried again while it matters, since the operator may correct it.
  private void ours(final ApnsRequest request, final Reason why, final String words) {
    request.app.standing(request.sandbox).refused(why, words);
    request.tell(answered(why, words, delays.pause(request.push())));
  }

  private static void alert(final ApnsRequest request, final Reason why, final String words) {
    request.app.standing(request.sandbox).alert(why, words);
  }

  private void shrink(final ApnsRequest request, final String words) {
    if (request.push().content() instanceof final PushContent.Ours ours
        && request.form instanceof final PushForm form
        && !request.extent.isSmallest()) {
      request.extent = Extent.ID_ONLY;
      request.payload =
          payloads.build(
              new JsonBytes(),
              ours,
              request.push().style(),
              request.push().seal(),
              form,
              request.push().deadline().getEpochSecond(),
              request.extent);
      again(request, words);
      return;
    }
    RejectedPush.log(LOG, request.push(), "Apple", words);
    request.tell(new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
  }

  private void onceMore(final ApnsRequest request, final String words) {
    if (request.repeated) {
      request.tell(answered(Reason.SERVICE_UNAVAILABLE, words, delays.pause(request.push())));
      return;
    }
    request.repeated = true;
    request.elsewhere();
    again(request, words);
  }

  private static void again(final ApnsRequest request, final String words) {
    request.repeats(words);
    request.account().pool(request.sandbox).send(List.of(request));
  }

  /// As Apple asks; else by our own clock.
  private TryAgain later(
      final Reason why, final String words, final ClientAnswer answer, final Duration otherwise) {
    final var asked = retryAfter(answer);
    return asked.isPresent()
        ? new TryAgain(why, words, clock.instant().plus(asked.get()), ServiceReply.MOMENT)
        : answered(why, words, otherwise);
  }

  private TryAgain answered(final Reason why, final String words, final Duration pause) {
    return new TryAgain(why, words, delays.later(pause), ServiceReply.ANSWER);
  }

  private static Optional<Duration> retryAfter(final ClientAnswer answer) {
    return RetryAfter.read(answer.header("retry-after").orElse(""));
  }
}
