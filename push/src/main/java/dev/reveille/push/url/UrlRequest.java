package dev.reveille.push.url;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NoConnection;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.Urgency;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One push as an HTTP request to the URL of its address. [UrlVerdicts] turns the result into the
/// push's outcome.
///
/// @param <A> what belongs to the app's credentials
final class UrlRequest<A extends KnownApps.Account> extends ClientRequest {
  final Push push;
  final PublicUrl url;
  final UrlApp<A> app;
  final Outcomes outcomes;
  private final UrlVerdicts<A> verdicts;

  UrlService.Message message;

  /// The access token that the next try carries, at least; a newer one takes its place.
  AccessToken.@Nullable Issued access;

  /// When the last try left.
  Instant leftAt = Instant.EPOCH;

  /// What came before, when this is a repeat at once: the outcome's words tell of both tries.
  String before = "";

  boolean askedAgain;

  UrlRequest(
      final Push push,
      final PublicUrl url,
      final UrlApp<A> app,
      final UrlService.Message message,
      final long sendBy,
      final Outcomes outcomes,
      final UrlVerdicts<A> verdicts) {
    super(Urgency.of(push.lane()), sendBy);
    this.push = push;
    this.url = url;
    this.app = app;
    this.message = message;
    this.outcomes = outcomes;
    this.verdicts = verdicts;
    if (push.attempt() > 1) {
      preferAnotherConnection();
    }
  }

  @Override
  protected void head(final RequestHeaders headers) {
    leftAt = verdicts.now();
    final long left = Math.max(0, Duration.between(leftAt, push.deadline()).toSeconds());
    final var newest = verdicts.currentToken(app.account());
    if (newest != null) {
      access = newest;
    }
    message.head(headers, left, access == null ? "" : access.header());
  }

  @Override
  protected boolean isWanted() {
    return verdicts.isWanted(this);
  }

  @Override
  protected byte[] body() {
    return message.body();
  }

  @Override
  protected void answered(final ClientAnswer answer) {
    verdicts.answered(this, answer);
  }

  @Override
  protected void notSent(final NotSent why) {
    verdicts.notSent(this, why);
  }

  @Override
  protected void uncertain(final Doubt why) {
    verdicts.uncertain(this, why);
  }

  void blame() {
    blameConnection();
  }

  Optional<NoConnection> whyNoConnection() {
    return noConnection();
  }
}
