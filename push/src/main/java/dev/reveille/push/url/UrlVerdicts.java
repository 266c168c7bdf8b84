package dev.reveille.push.url;

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
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a service's answer into the push's one outcome, or sends the push once more where the
/// service's table allows it. Runs on the pools' event loops.
///
/// @param <A> what belongs to an app's credentials
final class UrlVerdicts<A extends KnownApps.Account> {
  private static final Logger LOG = LoggerFactory.getLogger(UrlVerdicts.class);

  /// Hands requests in.
  interface Onward<A extends KnownApps.Account> {
    void send(List<UrlRequest<A>> group);
  }

  /// Knows the apps as they are now. Must not block.
  interface Current<A extends KnownApps.Account> {
    /// Whether the request was made for credentials that its app has no more.
    boolean isReplaced(UrlRequest<A> request);
  }

  private final UrlService<A> service;
  private final RetryDelays pauses;
  private final Onward<A> onward;
  private final Current<A> current;
  private final Unsent unsent;

  UrlVerdicts(
      final UrlService<A> service,
      final RetryDelays pauses,
      final Onward<A> onward,
      final Current<A> current,
      final Unsent unsent) {
    this.service = service;
    this.pauses = pauses;
    this.onward = onward;
    this.current = current;
    this.unsent = unsent;
  }

  /// Whether the request shall leave as it is: connections that apps share outlive credentials.
  boolean isWanted(final UrlRequest<A> request) {
    return request.push.wanted().getAsBoolean() && !current.isReplaced(request);
  }

  Instant now() {
    return pauses.now();
  }

  AccessToken.@Nullable Issued currentToken(final A account) {
    final var token = service.token(account);
    return token == null ? null : token.current();
  }

  void answered(final UrlRequest<A> request, final ClientAnswer answer) {
    final var word = service.word(answer);
    final var said = service.said(answer);
    final var words =
        request.before
            + answer.status()
            + (word.isEmpty() ? "" : " " + word)
            + (said.isEmpty() ? "" : " " + said);
    if (request.message.changesAfter(answer.status())) {
      request.before = words + ", then ";
      onward.send(List.of(request));
      return;
    }
    final var row = service.answers().find(answer.status(), word);
    final var asked = RetryAfter.read(answer.header("retry-after").orElse("")).or(row::pause);
    switch (row.action()) {
      case ACCEPTED -> accepted(request, answer, said);
      case NOT_SHOWN -> {
        standing(request).open();
        tell(request, new Refused(row.reason().orElse(Reason.NOT_SHOWN), words, Verdict.NOTHING));
      }
      case GONE -> gone(request, words);
      case DOUBT -> doubted(request, row.reason().orElse(Reason.TOKEN_BAD), words);
      case SLOW_ADDRESS -> slowly(request, Reason.DEVICE_THROTTLED, words, asked);
      case SLOW_APP -> {
        standing(request).alert(Reason.SERVICE_THROTTLED, words);
        slowly(request, Reason.SERVICE_THROTTLED, words, asked);
      }
      case BACK_OFF -> backOff(request, words, asked);
      case SIGN_ANEW -> signAnew(request, words);
      case SHRINK -> shrink(request, words);
      case FIX_REQUEST -> {
        RejectedPush.log(LOG, request.push, service.service().word(), words);
        tell(request, new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
      }
      case ASK_OPERATOR -> {
        final var why = row.reason().orElse(Reason.CREDENTIALS_REFUSED);
        standing(request).alert(why, words);
        tell(
            request,
            new TryAgain(
                why, words, pauses.later(RetryDelays.of(request.push)), ServiceReply.ANSWER));
      }
    }
  }

  private void accepted(final UrlRequest<A> request, final ClientAnswer answer, final String said) {
    standing(request).open();
    final var receipt = service.receipt(answer);
    final var words =
        request.before + receipt + (said.isEmpty() ? "" : receipt.isEmpty() ? said : " " + said);
    tell(request, new HandedOver(words + request.message.promisedBy(answer)));
    request.message.taken(request.push, answer);
  }

  void notSent(final UrlRequest<A> request, final NotSent why) {
    final boolean replaced = why == NotSent.NOT_WANTED && current.isReplaced(request);
    if (why == NotSent.CLOSED || replaced) {
      unsent.back(request.push, request.outcomes);
      return;
    }
    final var unconnected = request.whyNoConnection();
    if (why == NotSent.NO_CONNECTION
        && service.connections(request.app.account()) != null
        && Unreachable.isRefusedIdentity(unconnected)) {
      credentials(
          request, Reason.CREDENTIALS_REFUSED, request.before + Unreachable.words(unconnected));
      return;
    }
    final String words = request.before + why;
    tell(
        request,
        switch (why) {
          case NOT_WANTED -> Refused.byUs(Reason.CALL_OVER, request.before);
          case TOO_LATE -> Refused.byUs(Reason.TOO_LATE_TO_ALERT, request.before);
          case QUEUE_FULL, NO_STREAM ->
              new TryAgain(Reason.SERVICE_BUSY, words, pauses.later(RetryDelays.SOON));
          case NO_CONNECTION ->
              Unreachable.outcome(request.before, unconnected, pauses.later(RetryDelays.SOON));
          case REFUSED ->
              new TryAgain(
                  Reason.SERVICE_UNAVAILABLE, words, pauses.later(RetryDelays.of(request.push)));
          case CLOSED ->
              throw new IllegalStateException(
                  "unexpected result CLOSED: the pool hands such requests back");
          case BROKEN -> Refused.byUs(Reason.BAD_REQUEST, words);
        });
  }

  /// The caller repeats it, and its trail shows both tries.
  void uncertain(final UrlRequest<A> request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    tell(request, new Uncertain(Reason.NO_ANSWER));
  }

  /// There is no access token, so nothing was sent.
  void noToken(final UrlRequest<A> request, final AccessToken.Failure failure) {
    if (failure.why() == Reason.SHUTTING_DOWN) { // these credentials were replaced
      unsent.back(request.push, request.outcomes);
      return;
    }
    final String words = request.before + failure.words();
    if (failure.lasting()) {
      credentials(request, failure.why(), words);
      return;
    }
    final var least = request.push.lane() == Lane.URGENT ? RetryDelays.SOON : RetryDelays.FIRST;
    final var notBefore = failure.pause().isAfter(now()) ? failure.pause() : pauses.later(least);
    final var reply = failure.asked() ? ServiceReply.MOMENT : ServiceReply.NOTHING;
    tell(request, new TryAgain(failure.why(), words, notBefore, reply, failure.cause()));
  }

  /// These services tell no moment: the address was dead when the try left. One that the app
  /// registered after that lives.
  private void gone(final UrlRequest<A> request, final String words) {
    standing(request).open();
    if (request.push.to().registeredAt().isAfter(request.leftAt)) {
      tell(request, new Refused(Reason.TOKEN_KEPT_NEWER, words, Verdict.NOTHING));
    } else {
      tell(request, new Refused(Reason.TOKEN_RETIRED, words, new Verdict.Gone(request.leftAt)));
    }
  }

  private void doubted(final UrlRequest<A> request, final Reason why, final String words) {
    standing(request).alert(why, words);
    tell(request, new Refused(why, words, Verdict.DOUBTED));
  }

  private void slowly(
      final UrlRequest<A> request,
      final Reason why,
      final String words,
      final Optional<Duration> asked) {
    if (asked.isPresent()) {
      tell(request, new TryAgain(why, words, pauses.asked(asked.get()), ServiceReply.MOMENT));
    } else {
      final var notBefore = pauses.later(RetryDelays.of(request.push));
      tell(request, new TryAgain(why, words, notBefore, ServiceReply.ANSWER));
    }
  }

  /// A call's first try is repeated at once, over another connection.
  private void backOff(
      final UrlRequest<A> request, final String words, final Optional<Duration> asked) {
    if (asked.isPresent()) {
      slowly(request, Reason.SERVICE_UNAVAILABLE, words, asked);
      return;
    }
    final boolean atOnce = request.push.lane() == Lane.URGENT && request.push.attempt() == 1;
    if (atOnce) {
      request.blame();
    }
    final var notBefore = atOnce ? Instant.EPOCH : pauses.later(RetryDelays.of(request.push));
    tell(request, new TryAgain(Reason.SERVICE_UNAVAILABLE, words, notBefore, ServiceReply.ANSWER));
  }

  private void signAnew(final UrlRequest<A> request, final String words) {
    final var token = service.token(request.app.account());
    final var used = request.access;
    if (request.askedAgain || used == null || token == null) {
      credentials(request, Reason.CREDENTIALS_EXPIRED, words);
      return;
    }
    request.askedAgain = true;
    token.refused(used);
    request.before = words + ", then ";
    onward.send(List.of(request));
  }

  private void credentials(final UrlRequest<A> request, final Reason why, final String words) {
    tell(request, standing(request).close(why, words));
  }

  private void shrink(final UrlRequest<A> request, final String words) {
    if (request.message.isSmallest()) {
      tell(request, new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
      return;
    }
    final UrlService.Prepared smallest;
    try {
      smallest = service.prepare(request.push, request.url, request.app.account(), true);
    } catch (RuntimeException e) {
      LOG.error("a push of event {} could not be made smaller", request.push.event(), e);
      tell(request, Refused.byUs(Reason.INTERNAL, words));
      return;
    }
    switch (smallest) {
      case UrlService.Prepared.Never(var outcome) -> tell(request, outcome);
      case UrlService.Prepared.Ready(var message) -> {
        request.message = message;
        request.before = words + ", then ";
        onward.send(List.of(request));
      }
    }
  }

  private CredentialStanding standing(final UrlRequest<A> request) {
    return request.app.standing(request.url.origin());
  }

  private static void tell(final UrlRequest<?> request, final DeliveryOutcome outcome) {
    request.outcomes.outcome(request.push, outcome);
  }
}
