package dev.reveille.push.apns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.Doubt;
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
import dev.reveille.push.apns.ApnsAnswers.Action;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
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
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns Apple's answer into the push's one outcome, or sends the push once more where the table
/// allows it: only when Apple certainly did not deliver it. Where it may have (500, 503), the
/// outcome goes back to the caller, who writes each repeat down before it leaves.
///
/// Runs on the pools' event loops.
final class ApnsVerdicts {
  private static final Logger LOG = LoggerFactory.getLogger(ApnsVerdicts.class);

  private static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));
  private static final Duration DEVICE_PAUSE = TimeScale.divide(Duration.ofSeconds(5));
  private static final Duration FIRST_PAUSE = TimeScale.divide(Duration.ofSeconds(5));

  /// Apple's advice after its own failures.
  private static final Duration LONGEST_PAUSE = TimeScale.divide(Duration.ofMinutes(15));

  /// So often one push goes on at once with credentials that replaced those it had.
  private static final int MOST_CREDENTIAL_CHANGES = 3;

  private static final Duration LONGEST_PAUSE_OF_A_CALL = TimeScale.divide(Duration.ofSeconds(4));
  private final ApnsPayload payloads;
  private final InstantSource clock;

  private final CurrentCredentials current;
  private final Unsent unsent;

  ApnsVerdicts(
      final ApnsPayload payloads,
      final InstantSource clock,
      final CurrentCredentials current,
      final Unsent unsent) {
    this.payloads = payloads;
    this.clock = clock;
    this.current = current;
    this.unsent = unsent;
  }

  /// `apns-expiration` for a try that leaves now: the moment until which the platform may still
  /// deliver. 0 is "now or never", for what ends within this second.
  long expiration(final Push push) {
    final long until = push.deadline().getEpochSecond();
    return until <= clock.millis() / 1_000 ? 0 : until;
  }

  void answered(final ApnsRequest request, final ClientAnswer answer) {
    if (answer.status() == 200) {
      accepted(request);
      return;
    }
    final String body = answer.hasBody() ? answer.bodyText() : "";
    final String reason = ApnsAnswers.reason(body);
    final String words = request.before + answer.status() + (reason.isEmpty() ? "" : " " + reason);
    final var action = ApnsAnswers.action(answer.status(), reason);
    if (request.isElsewhere() && action != Action.DEAD_TOKEN) {
      // other faults of the provider token are not this app's
      tell(request, isOfTheMoment(action) ? notAsked(words) : bad(words));
      return;
    }
    switch (action) {
      case ACCEPTED -> throw new IllegalStateException("200 was dealt with");
      case FIX_REQUEST -> {
        RejectedPush.log(LOG, request.push, "Apple", words);
        tell(request, new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
      }
      case FIX_TOPIC -> ours(request, Reason.TOPIC_REFUSED, words);
      case BAD_TOKEN -> badToken(request, words);
      case WRONG_TOPIC_TOKEN -> {
        alert(request, Reason.TOKEN_WRONG_TOPIC, words);
        tell(request, new Refused(Reason.TOKEN_WRONG_TOPIC, words, Verdict.DOUBTED));
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
        final var pause = request.push.lane() == Lane.URGENT ? pause(request.push) : DEVICE_PAUSE;
        tell(request, later(Reason.DEVICE_THROTTLED, words, answer, pause));
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
    tell(request, new HandedOver(request.before + request.id(), request.isElsewhere()));
  }

  /// An urgent push is repeated at once, a single time, unless Apple names a moment.
  private void backOff(final ApnsRequest request, final String words, final ClientAnswer answer) {
    if (request.push.lane() == Lane.URGENT
        && request.push.attempt() == 1
        && retryAfter(answer).isEmpty()) {
      request.blame();
      tell(
          request,
          new TryAgain(Reason.SERVICE_UNAVAILABLE, words, Instant.EPOCH, ServiceReply.ANSWER));
    } else {
      tell(request, later(Reason.SERVICE_UNAVAILABLE, words, answer, pause(request.push)));
    }
  }

  void notSent(final ApnsRequest request, final NotSent why) {
    if (why == NotSent.CLOSED) {
      unsent.back(request.push, BackgroundLimit.notLeft(request.outcomes));
      return;
    }
    final String words = request.before + why;
    if (request.isElsewhere() && why == NotSent.NO_CONNECTION) {
      tell(request, notAsked(words));
      return;
    }
    final var unconnected = request.whyNoConnection();
    if (why == NotSent.NO_CONNECTION
        && request.account().certificate() != null
        && Unreachable.isRefusedIdentity(unconnected)) {
      credentialsOrNewer(request, request.before + Unreachable.words(unconnected));
      return;
    }
    tell(
        request,
        switch (why) {
          case NOT_WANTED -> Refused.byUs(Reason.CALL_OVER, request.before);
          case TOO_LATE -> Refused.byUs(Reason.TOO_LATE_TO_ALERT, request.before);
          case QUEUE_FULL, NO_STREAM -> new TryAgain(Reason.SERVICE_BUSY, words, later(SOON));
          case NO_CONNECTION -> Unreachable.outcome(request.before, unconnected, later(SOON));
          case REFUSED ->
              new TryAgain(Reason.SERVICE_UNAVAILABLE, words, later(pause(request.push)));
          case CLOSED ->
              throw new IllegalStateException(
                  "unexpected result CLOSED: the pool hands such requests back");
          case BROKEN -> Refused.byUs(Reason.BAD_REQUEST, words);
        });
  }

  /// The caller repeats it, and its trail shows both tries.
  void uncertain(final ApnsRequest request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    tell(request, new Uncertain(Reason.NO_ANSWER));
  }

  /// Most often a token of the other environment, so that one is asked, once.
  private void badToken(final ApnsRequest request, final String words) {
    alert(request, Reason.TOKEN_BAD, words);
    final boolean there = !request.sandbox;
    if (!request.app.hasCredential(there) || !request.app.hasTwoSites()) {
      tell(request, bad(words));
      return;
    }
    final var shut = request.app.closed(there, clock.instant());
    if (shut != null) { // what is withheld or tried again there may be asked later
      tell(request, shut instanceof Refused ? bad(words) : notAsked(words));
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

  /// A token that died before the app registered it again lives: platforms hand out the same one.
  private void deadToken(final ApnsRequest request, final String words, final String body) {
    final var timestamp = ApnsAnswers.timestamp(body);
    final var since =
        timestamp.isPresent() ? Instant.ofEpochMilli(timestamp.getAsLong()) : clock.instant();
    if (request.push.to().registeredAt().isAfter(since)) {
      tell(request, new Refused(Reason.TOKEN_KEPT_NEWER, words, Verdict.NOTHING));
    } else {
      tell(request, new Refused(Reason.TOKEN_RETIRED, words, new Verdict.Gone(since)));
    }
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
      tell(request, answered(Reason.SERVICE_THROTTLED, words, pause(request.push)));
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
          tell(request, answered(Reason.CREDENTIALS_REFUSED, words, SOON));
      case CurrentCredentials.Found.Others(var app) -> {
        request.credentialChanges++;
        request.app = app;
        again(request, words);
      }
    }
  }

  private static void credentials(final ApnsRequest request, final Reason why, final String words) {
    final var app = request.app;
    tell(request, app.alone(app.standing(request.sandbox).close(why, words)));
  }

  /// Something of ours is refused that concerns this push, and not everything of the app: it is
  /// tried again while it matters, since the operator may correct it.
  private void ours(final ApnsRequest request, final Reason why, final String words) {
    request.app.standing(request.sandbox).refused(why, words);
    tell(request, answered(why, words, pause(request.push)));
  }

  private static void alert(final ApnsRequest request, final Reason why, final String words) {
    request.app.standing(request.sandbox).alert(why, words);
  }

  private void shrink(final ApnsRequest request, final String words) {
    if (request.push.content() instanceof final PushContent.Ours ours
        && request.form instanceof final PushForm form
        && !request.extent.isSmallest()) {
      request.extent = Extent.ID_ONLY;
      request.payload =
          payloads.build(
              new JsonBytes(),
              ours,
              request.push.style(),
              request.push.seal(),
              form,
              request.push.deadline().getEpochSecond(),
              request.extent);
      again(request, words);
      return;
    }
    RejectedPush.log(LOG, request.push, "Apple", words);
    tell(request, new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
  }

  private void onceMore(final ApnsRequest request, final String words) {
    if (request.repeated) {
      tell(request, answered(Reason.SERVICE_UNAVAILABLE, words, pause(request.push)));
      return;
    }
    request.repeated = true;
    request.elsewhere();
    again(request, words);
  }

  private static void again(final ApnsRequest request, final String words) {
    request.before = words + ", then ";
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
    return new TryAgain(why, words, later(pause), ServiceReply.ANSWER);
  }

  private static Optional<Duration> retryAfter(final ClientAnswer answer) {
    return RetryAfter.read(answer.header("retry-after").orElse(""));
  }

  /// Between the duration and twice of it, so that what failed together does not come back
  /// together.
  private Instant later(final Duration least) {
    return clock
        .instant()
        .plus(least)
        .plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis() + 1));
  }

  /// Doubles with the attempts, for a call within its ring.
  private static Duration pause(final Push push) {
    final boolean urgent = push.lane() == Lane.URGENT;
    final var first = urgent ? SOON : FIRST_PAUSE;
    final var longest = urgent ? LONGEST_PAUSE_OF_A_CALL : LONGEST_PAUSE;
    final var pause = first.multipliedBy(1L << Math.min(push.attempt() - 1, 10));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  private static void tell(final ApnsRequest request, final DeliveryOutcome outcome) {
    request.outcomes.outcome(request.push, outcome);
  }
}
