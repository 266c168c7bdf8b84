package dev.reveille.push.url;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.PushRequest;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One push as an HTTP request to the URL of its address. [UrlVerdicts] turns the result into the
/// push's outcome.
///
/// @param <A> what belongs to the app's credentials
final class UrlRequest<A extends KnownApps.Account> extends PushRequest<UrlRequest<A>> {
  final PublicUrl url;
  final UrlApp<A> app;
  private final UrlVerdicts<A> verdicts;

  UrlService.Message message;

  /// The access token that the next try carries, at least; a newer one takes its place.
  AccessToken.@Nullable Issued access;

  /// When the last try left.
  Instant leftAt = Instant.EPOCH;

  boolean askedAgain;

  UrlRequest(
      final Push push,
      final PublicUrl url,
      final UrlApp<A> app,
      final UrlService.Message message,
      final long sendBy,
      final Outcomes outcomes,
      final UrlVerdicts<A> verdicts) {
    super(push, sendBy, outcomes, verdicts);
    this.url = url;
    this.app = app;
    this.message = message;
    this.verdicts = verdicts;
  }

  @Override
  protected UrlRequest<A> self() {
    return this;
  }

  @Override
  protected void head(final RequestHeaders headers) {
    leftAt = verdicts.now();
    final long left = Math.max(0, Duration.between(leftAt, push().deadline()).toSeconds());
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
}
