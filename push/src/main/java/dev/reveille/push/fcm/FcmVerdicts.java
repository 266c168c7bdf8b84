package dev.reveille.push.fcm;

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
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.Unreachable;
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

/// Turns Google's answer into the push's one outcome, or sends the push once more where the table
/// allows it. Runs on the pools' event loops.
final class FcmVerdicts {
  private static final Logger LOG = LoggerFactory.getLogger(FcmVerdicts.class);

  private static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));

  /// Google's own advice: nothing that failed on its side comes back sooner, and over-used quotas
  /// rest for a minute unless it says otherwise.
  private static final Duration FIRST_PAUSE = TimeScale.divide(Duration.ofSeconds(10));

  private static final Duration QUOTA_PAUSE = TimeScale.divide(Duration.ofSeconds(60));

  private static final Duration LONGEST_PAUSE = TimeScale.divide(Duration.ofMinutes(15));
  private static final long LONGEST_LIFE_SECONDS = 28L * 24 * 3_600;
  private static final Duration LONGEST_PAUSE_OF_A_CALL = TimeScale.divide(Duration.ofSeconds(4));

  private final FcmPayload payloads;
  private final InstantSource clock;
  private final Unsent unsent;

  FcmVerdicts(final FcmPayload payloads, final InstantSource clock, final Unsent unsent) {
    this.payloads = payloads;
    this.clock = clock;
    this.unsent = unsent;
  }

  Instant now() {
    return clock.instant();
  }

  /// What remains of the push's time, in whole seconds and rather less than more: 0 is "now or
  /// never".
  static long timeToLive(final Push push, final Instant now) {
    final long left = Duration.between(now, push.deadline()).toSeconds();
    return Math.clamp(left, 0, LONGEST_LIFE_SECONDS);
  }

  void answered(final FcmRequest request, final ClientAnswer answer) {
    if (answer.status() == 200) {
      request.app.standing().open();
      final String receipt = FcmAnswers.receipt(answer.bodyText());
      tell(request, new HandedOver(request.before + receipt));
      return;
    }
    final var said = FcmAnswers.read(answer.hasBody() ? answer.bodyText() : "");
    final String words =
        request.before
            + answer.status()
            + (said.code().isEmpty() ? "" : " " + said.code())
            + (said.field().isEmpty() ? "" : " " + said.field());
    final var retryAfter = RetryAfter.read(answer.header("retry-after").orElse(""));
    switch (FcmAnswers.action(answer.status(), said)) {
      case ACCEPTED -> throw new IllegalStateException("200 was dealt with");
      case FIX_REQUEST -> fixRequest(request, words);
      case TOKEN_OR_MESSAGE -> tokenOrMessage(request, words);
      case BAD_TOKEN -> doubted(request, Reason.TOKEN_BAD, words);
      case WRONG_PROJECT_TOKEN -> doubted(request, Reason.TOKEN_WRONG_SENDER, words);
      case DEAD_TOKEN -> deadToken(request, words);
      case ASK_AGAIN -> askAgain(request, words);
      case FIX_THIRD_PARTY -> ours(request, Reason.THIRD_PARTY_REFUSED, words);
      case FIX_CREDENTIALS -> credentials(request, Reason.CREDENTIALS_REFUSED, words);
      case FIX_SOMETHING -> ours(request, Reason.CREDENTIALS_REFUSED, words);
      case SLOW_PROJECT -> slowProject(request, words, retryAfter);
      case SLOW_DEVICE -> slowDevice(request, words, retryAfter);
      case BACK_OFF -> backOff(request, words, retryAfter);
    }
  }

  void notSent(final FcmRequest request, final NotSent why) {
    if (why == NotSent.CLOSED) {
      unsent.back(request.push, request.outcomes);
      return;
    }
    final String words = request.before + why;
    tell(
        request,
        switch (why) {
          case NOT_WANTED -> Refused.byUs(Reason.CALL_OVER, request.before);
          case TOO_LATE -> Refused.byUs(Reason.TOO_LATE_TO_ALERT, request.before);
          case QUEUE_FULL, NO_STREAM -> new TryAgain(Reason.SERVICE_BUSY, words, later(SOON));
          case NO_CONNECTION ->
              Unreachable.outcome(request.before, request.whyNoConnection(), later(SOON));
          case REFUSED ->
              new TryAgain(Reason.SERVICE_UNAVAILABLE, words, later(pause(request.push)));
          case CLOSED ->
              throw new IllegalStateException(
                  "unexpected result CLOSED: the pool hands such requests back");
          case BROKEN -> Refused.byUs(Reason.BAD_REQUEST, words);
        });
  }

  /// The caller repeats it, and its trail shows both tries.
  void uncertain(final FcmRequest request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    tell(request, new Uncertain(Reason.NO_ANSWER));
  }

  /// There is no access token, so nothing was sent.
  void noToken(final FcmRequest request, final AccessToken.Failure failure) {
    if (failure.why() == Reason.SHUTTING_DOWN) { // these credentials were replaced
      unsent.back(request.push, request.outcomes);
      return;
    }
    final String words = request.before + failure.words();
    if (failure.lasting()) {
      credentials(request, failure.why(), words);
      return;
    }
    final var least = request.push.lane() == Lane.URGENT ? SOON : FIRST_PAUSE;
    final var notBefore = failure.pause().isAfter(clock.instant()) ? failure.pause() : later(least);
    final var reply = failure.asked() ? ServiceReply.MOMENT : ServiceReply.NOTHING;
    tell(request, new TryAgain(failure.why(), words, notBefore, reply, failure.cause()));
  }

  /// Held back by our own count, before Google refuses.
  TryAgain heldBack(final Reason why, final long waitNanos) {
    final var wait = Duration.ofNanos(waitNanos);
    return new TryAgain(
        why, "held back before the limit", later(wait.compareTo(SOON) < 0 ? SOON : wait));
  }

  private void fixRequest(final FcmRequest request, final String words) {
    RejectedPush.log(LOG, request.push, "Google", words);
    tell(request, new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
  }

  /// Google has one code for a bad token and for a message it dislikes, such as one too large. The
  /// smallest message takes the second away: what is refused then is most likely the token.
  private void tokenOrMessage(final FcmRequest request, final String words) {
    final var push = request.push;
    switch (push.content()) {
      case PushContent.Native _ -> // which of both it is cannot be told
          tell(request, new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
      case PushContent.Ours _ when request.payload.extent().isSmallest() ->
          doubted(request, Reason.TOKEN_BAD, words);
      case PushContent.Ours ours -> {
        final long expires = push.deadline().getEpochSecond();
        final var form = FcmForm.of(ours, push.style());
        request.payload =
            payloads.smallest(
                ours, push.style(), push.seal(), form, expires, request.app.account().blocks());
        again(request, words);
      }
    }
  }

  private static void doubted(final FcmRequest request, final Reason why, final String words) {
    request.app.standing().alert(why, words);
    tell(request, new Refused(why, words, Verdict.DOUBTED));
  }

  /// Google tells no moment: the token was dead when the try left. One that the app registered
  /// after that lives.
  private static void deadToken(final FcmRequest request, final String words) {
    if (request.push.to().registeredAt().isAfter(request.leftAt)) {
      tell(request, new Refused(Reason.TOKEN_KEPT_NEWER, words, Verdict.NOTHING));
    } else {
      tell(request, new Refused(Reason.TOKEN_RETIRED, words, new Verdict.Gone(request.leftAt)));
    }
  }

  private void askAgain(final FcmRequest request, final String words) {
    final var used = request.access;
    if (request.askedAgain || used == null) {
      credentials(request, Reason.CREDENTIALS_EXPIRED, words);
      return;
    }
    request.askedAgain = true;
    request.app.account().token().refused(used);
    request.before = words + ", then ";
    send(request.app.account(), List.of(request));
  }

  private static void credentials(final FcmRequest request, final Reason why, final String words) {
    tell(request, request.app.standing().close(why, words));
  }

  /// Something of ours is refused that concerns this push, and not everything of the app: it is
  /// tried again while it matters, since the operator may correct it.
  private void ours(final FcmRequest request, final Reason why, final String words) {
    request.app.standing().alert(why, words);
    tell(request, new TryAgain(why, words, later(pause(request.push)), ServiceReply.ANSWER));
  }

  private void slowProject(
      final FcmRequest request, final String words, final Optional<Duration> asked) {
    final var wait = asked.orElse(QUOTA_PAUSE);
    request.app.account().project().hold(System.nanoTime() + wait.toNanos());
    request.app.standing().alert(Reason.SERVICE_THROTTLED, words);
    tell(request, slowly(request, Reason.SERVICE_THROTTLED, words, asked));
  }

  private void slowDevice(
      final FcmRequest request, final String words, final Optional<Duration> asked) {
    final var wait = asked.orElse(QUOTA_PAUSE);
    final long now = System.nanoTime();
    final var token = request.push.to().token();
    request.app.account().devices().hold(token, now + wait.toNanos(), now);
    tell(request, slowly(request, Reason.DEVICE_THROTTLED, words, asked));
  }

  /// As long as Google asks. Where it names no time everything rests for a minute but a call, which
  /// would be over by then.
  private TryAgain slowly(
      final FcmRequest request,
      final Reason why,
      final String words,
      final Optional<Duration> asked) {
    if (asked.isPresent()) {
      return new TryAgain(why, words, asked(asked.get()), ServiceReply.MOMENT);
    }
    final var notBefore =
        request.push.lane() == Lane.URGENT ? later(pause(request.push)) : asked(QUOTA_PAUSE);
    return new TryAgain(why, words, notBefore, ServiceReply.ANSWER);
  }

  private void backOff(
      final FcmRequest request, final String words, final Optional<Duration> retryAfter) {
    if (retryAfter.isPresent()) {
      final var notBefore = asked(retryAfter.get());
      tell(
          request, new TryAgain(Reason.SERVICE_UNAVAILABLE, words, notBefore, ServiceReply.MOMENT));
    } else {
      final boolean atOnce = request.push.lane() == Lane.URGENT && request.push.attempt() == 1;
      if (atOnce) {
        request.blame();
      }
      final var notBefore = atOnce ? Instant.EPOCH : later(pause(request.push));
      tell(
          request, new TryAgain(Reason.SERVICE_UNAVAILABLE, words, notBefore, ServiceReply.ANSWER));
    }
  }

  private void again(final FcmRequest request, final String words) {
    request.before = words + ", then ";
    send(request.app.account(), List.of(request));
  }

  /// Hands requests in as soon as there is an access token.
  void send(final FcmAccount account, final List<FcmRequest> group) {
    final var token = account.token().current();
    if (token != null) {
      group.forEach(one -> one.access = token);
      account.pool().send(group);
      return;
    }
    account
        .token()
        .await(
            new AccessToken.Waiter() {
              @Override
              public void token(final AccessToken.Issued issued) {
                group.forEach(one -> one.access = issued);
                account.pool().send(group);
              }

              @Override
              public void failed(final AccessToken.Failure failure) {
                group.forEach(one -> noToken(one, failure));
              }

              @Override
              public int size() {
                return group.size();
              }
            });
  }

  /// Not before the moment that Google named; a little spread after it, so that what was turned
  /// away together does not come back together.
  private Instant asked(final Duration wait) {
    final long spread = Math.min(5_000, wait.toMillis() / 4 + 1);
    return clock.instant().plus(wait).plusMillis(ThreadLocalRandom.current().nextLong(spread));
  }

  /// Between the duration and twice of it.
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

  private static void tell(final FcmRequest request, final DeliveryOutcome outcome) {
    request.outcomes.outcome(request.push, outcome);
  }
}
