package dev.reveille.push.fcm;

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
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns Google's answer into the push's one outcome, or sends the push once more where the table
/// allows it. Runs on the pools' event loops.
final class FcmVerdicts implements PushRequest.Verdicts<FcmRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(FcmVerdicts.class);

  /// Google's own advice: nothing that failed on its side comes back sooner, and over-used quotas
  /// rest for a minute unless it says otherwise.
  private static final Duration FIRST_PAUSE = TimeScale.divide(Duration.ofSeconds(10));

  private static final Duration QUOTA_PAUSE = TimeScale.divide(Duration.ofSeconds(60));

  private static final long LONGEST_LIFE_SECONDS = 28L * 24 * 3_600;

  private final FcmPayload payloads;
  private final RetryDelays delays;
  private final Unsent unsent;

  FcmVerdicts(final FcmPayload payloads, final InstantSource clock, final Unsent unsent) {
    this.payloads = payloads;
    this.delays = new RetryDelays(clock, FIRST_PAUSE);
    this.unsent = unsent;
  }

  Instant now() {
    return delays.now();
  }

  /// What remains of the push's time, in whole seconds and rather less than more: 0 is "now or
  /// never".
  static long timeToLive(final Push push, final Instant now) {
    final long left = Duration.between(now, push.deadline()).toSeconds();
    return Math.clamp(left, 0, LONGEST_LIFE_SECONDS);
  }

  @Override
  public void answered(final FcmRequest request, final ClientAnswer answer) {
    if (answer.status() == 200) {
      request.app.standing().open();
      final String receipt = FcmAnswers.receipt(answer.bodyText());
      request.tell(new HandedOver(request.before() + receipt));
      return;
    }
    final var said = FcmAnswers.read(answer.hasBody() ? answer.bodyText() : "");
    final String words =
        request.before()
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
      case BACK_OFF -> request.tell(delays.serviceFailed(request, words, retryAfter));
    }
  }

  @Override
  public void notSent(final FcmRequest request, final NotSent why) {
    if (why == NotSent.CLOSED) {
      unsent.back(request.push(), request.outcomes());
      return;
    }
    request.tell(delays.unsent(request, why));
  }

  /// The caller repeats it, and its trail shows both tries.
  @Override
  public void uncertain(final FcmRequest request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    request.tell(new Uncertain(Reason.NO_ANSWER));
  }

  /// There is no access token, so nothing was sent.
  void noToken(final FcmRequest request, final AccessToken.Failure failure) {
    if (failure.why() == Reason.SHUTTING_DOWN) { // these credentials were replaced
      unsent.back(request.push(), request.outcomes());
      return;
    }
    if (failure.lasting()) {
      credentials(request, failure.why(), request.before() + failure.words());
    } else {
      request.tell(delays.withoutToken(request, failure));
    }
  }

  /// Held back by our own count, before Google refuses.
  TryAgain heldBack(final Reason why, final long waitNanos) {
    final var wait = Duration.ofNanos(waitNanos);
    return new TryAgain(
        why,
        "held back before the limit",
        delays.later(wait.compareTo(RetryDelays.SOON) < 0 ? RetryDelays.SOON : wait));
  }

  private void fixRequest(final FcmRequest request, final String words) {
    RejectedPush.log(LOG, request.push(), "Google", words);
    request.tell(new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
  }

  /// Google has one code for a bad token and for a message it dislikes, such as one too large. The
  /// smallest message takes the second away: what is refused then is most likely the token.
  private void tokenOrMessage(final FcmRequest request, final String words) {
    final var push = request.push();
    switch (push.content()) {
      case PushContent.Native _ -> // which of both it is cannot be told
          request.tell(new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
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
    request.tell(new Refused(why, words, Verdict.DOUBTED));
  }

  /// Google tells no moment: the token was dead when the try left. One that the app registered
  /// after that lives.
  private static void deadToken(final FcmRequest request, final String words) {
    request.tell(RetryDelays.dead(request.push(), words, request.leftAt));
  }

  private void askAgain(final FcmRequest request, final String words) {
    final var used = request.access;
    if (request.askedAgain || used == null) {
      credentials(request, Reason.CREDENTIALS_EXPIRED, words);
      return;
    }
    request.askedAgain = true;
    request.app.account().token().refused(used);
    request.repeats(words);
    send(request.app.account(), List.of(request));
  }

  private static void credentials(final FcmRequest request, final Reason why, final String words) {
    request.tell(request.app.standing().close(why, words));
  }

  /// Something of ours is refused that concerns this push, and not everything of the app: it is
  /// tried again while it matters, since the operator may correct it.
  private void ours(final FcmRequest request, final Reason why, final String words) {
    request.app.standing().alert(why, words);
    request.tell(new TryAgain(why, words, delays.later(request.push()), ServiceReply.ANSWER));
  }

  private void slowProject(
      final FcmRequest request, final String words, final Optional<Duration> asked) {
    final var wait = asked.orElse(QUOTA_PAUSE);
    request.app.account().project().hold(System.nanoTime() + wait.toNanos());
    request.app.standing().alert(Reason.SERVICE_THROTTLED, words);
    request.tell(slowly(request, Reason.SERVICE_THROTTLED, words, asked));
  }

  private void slowDevice(
      final FcmRequest request, final String words, final Optional<Duration> asked) {
    final var wait = asked.orElse(QUOTA_PAUSE);
    final long now = System.nanoTime();
    final var token = request.push().to().token();
    request.app.account().devices().hold(token, now + wait.toNanos(), now);
    request.tell(slowly(request, Reason.DEVICE_THROTTLED, words, asked));
  }

  /// As long as Google asks. Where it names no time everything rests for a minute but a call, which
  /// would be over by then.
  private TryAgain slowly(
      final FcmRequest request,
      final Reason why,
      final String words,
      final Optional<Duration> asked) {
    return asked.isEmpty() && request.push().lane() != Lane.URGENT
        ? new TryAgain(why, words, delays.asked(QUOTA_PAUSE), ServiceReply.ANSWER)
        : delays.again(request.push(), why, words, asked);
  }

  private void again(final FcmRequest request, final String words) {
    request.repeats(words);
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
            group,
            issued -> {
              group.forEach(one -> one.access = issued);
              account.pool().send(group);
            },
            this::noToken);
  }
}
