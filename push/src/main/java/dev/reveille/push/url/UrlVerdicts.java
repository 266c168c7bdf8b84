package dev.reveille.push.url;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.KnownApps.Unsent;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RejectedPush;
import dev.reveille.push.app.RetryAfter;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.push.app.Unreachable;
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
final class UrlVerdicts<A extends KnownApps.Account>
    implements PushRequest.Verdicts<UrlRequest<A>> {
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
    return request.push().wanted().getAsBoolean() && !current.isReplaced(request);
  }

  Instant now() {
    return pauses.now();
  }

  AccessToken.@Nullable Issued currentToken(final A account) {
    final var token = service.token(account);
    return token == null ? null : token.current();
  }

  @Override
  public void answered(final UrlRequest<A> request, final ClientAnswer answer) {
    final var word = service.word(answer);
    final var said = service.said(answer);
    final var words =
        request.before()
            + answer.status()
            + (word.isEmpty() ? "" : " " + word)
            + (said.isEmpty() ? "" : " " + said);
    if (request.message.changesAfter(answer.status())) {
      request.repeats(words);
      onward.send(List.of(request));
      return;
    }
    final var row = service.answers().find(answer.status(), word);
    final var asked = RetryAfter.read(answer.header("retry-after").orElse("")).or(row::pause);
    switch (row.action()) {
      case ACCEPTED -> accepted(request, answer, said);
      case NOT_SHOWN -> {
        standing(request).open();
        request.tell(new Refused(row.reason().orElse(Reason.NOT_SHOWN), words, Verdict.NOTHING));
      }
      case GONE -> gone(request, words);
      case DOUBT -> doubted(request, row.reason().orElse(Reason.TOKEN_BAD), words);
      case SLOW_ADDRESS ->
          request.tell(pauses.again(request.push(), Reason.DEVICE_THROTTLED, words, asked));
      case SLOW_APP -> {
        standing(request).alert(Reason.SERVICE_THROTTLED, words);
        request.tell(pauses.again(request.push(), Reason.SERVICE_THROTTLED, words, asked));
      }
      case BACK_OFF -> request.tell(pauses.serviceFailed(request, words, asked));
      case SIGN_ANEW -> signAnew(request, words);
      case SHRINK -> shrink(request, words);
      case FIX_REQUEST -> {
        RejectedPush.log(LOG, request.push(), service.service().word(), words);
        request.tell(new Refused(Reason.BAD_REQUEST, words, Verdict.NOTHING));
      }
      case ASK_OPERATOR -> {
        final var why = row.reason().orElse(Reason.CREDENTIALS_REFUSED);
        standing(request).alert(why, words);
        request.tell(pauses.again(request.push(), why, words, Optional.empty()));
      }
    }
  }

  private void accepted(final UrlRequest<A> request, final ClientAnswer answer, final String said) {
    standing(request).open();
    final var receipt = service.receipt(answer);
    final var words =
        request.before() + receipt + (said.isEmpty() ? "" : receipt.isEmpty() ? said : " " + said);
    request.tell(new HandedOver(words + request.message.promisedBy(answer)));
    request.message.taken(request.push(), answer);
  }

  @Override
  public void notSent(final UrlRequest<A> request, final NotSent why) {
    final boolean replaced = why == NotSent.NOT_WANTED && current.isReplaced(request);
    if (why == NotSent.CLOSED || replaced) {
      unsent.back(request.push(), request.outcomes());
      return;
    }
    final var unconnected = request.whyNoConnection();
    if (why == NotSent.NO_CONNECTION
        && service.connections(request.app.account()) != null
        && Unreachable.isRefusedIdentity(unconnected)) {
      credentials(
          request, Reason.CREDENTIALS_REFUSED, request.before() + Unreachable.words(unconnected));
      return;
    }
    request.tell(pauses.unsent(request, why));
  }

  /// The caller repeats it, and its trail shows both tries.
  @Override
  public void uncertain(final UrlRequest<A> request, final Doubt why) {
    LOG.debug("no answer to a push: {}", why);
    request.tell(new Uncertain(Reason.NO_ANSWER));
  }

  /// There is no access token, so nothing was sent.
  void noToken(final UrlRequest<A> request, final AccessToken.Failure failure) {
    if (failure.why() == Reason.SHUTTING_DOWN) { // these credentials were replaced
      unsent.back(request.push(), request.outcomes());
      return;
    }
    if (failure.lasting()) {
      credentials(request, failure.why(), request.before() + failure.words());
    } else {
      request.tell(pauses.withoutToken(request, failure));
    }
  }

  /// These services tell no moment: the address was dead when the try left. One that the app
  /// registered after that lives.
  private void gone(final UrlRequest<A> request, final String words) {
    standing(request).open();
    request.tell(RetryDelays.dead(request.push(), words, request.leftAt));
  }

  private void doubted(final UrlRequest<A> request, final Reason why, final String words) {
    standing(request).alert(why, words);
    request.tell(new Refused(why, words, Verdict.DOUBTED));
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
    request.repeats(words);
    onward.send(List.of(request));
  }

  private void credentials(final UrlRequest<A> request, final Reason why, final String words) {
    request.tell(standing(request).close(why, words));
  }

  private void shrink(final UrlRequest<A> request, final String words) {
    if (request.message.isSmallest()) {
      request.tell(new Refused(Reason.PAYLOAD_TOO_LARGE, words, Verdict.NOTHING));
      return;
    }
    final UrlService.Prepared smallest;
    try {
      smallest = service.prepare(request.push(), request.url, request.app.account(), true);
    } catch (RuntimeException e) {
      LOG.error("a push of event {} could not be made smaller", request.push().event(), e);
      request.tell(Refused.byUs(Reason.INTERNAL, words));
      return;
    }
    switch (smallest) {
      case UrlService.Prepared.Never(var outcome) -> request.tell(outcome);
      case UrlService.Prepared.Ready(var message) -> {
        request.message = message;
        request.repeats(words);
        onward.send(List.of(request));
      }
    }
  }

  private CredentialStanding standing(final UrlRequest<A> request) {
    return request.app.standing(request.url.origin());
  }
}
