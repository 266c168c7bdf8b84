package dev.reveille.push.fcm;

import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One push as an HTTP request to FCM. [FcmVerdicts] turns the result into the push's outcome, or
/// sends the same object a second time.
///
/// Mutable: once handed to the pool it belongs to the pool's event loop, which reads headers and
/// body just before it writes them, so that access token and time to live are current.
final class FcmRequest extends PushRequest<FcmRequest> {
  private static final byte[] NOTHING = {};

  final FcmApp app;
  private final FcmVerdicts verdicts;
  private final byte[] token;

  FcmPayload.Shared payload;

  /// The access token that the next try carries, at least; a newer one takes its place.
  AccessToken.@Nullable Issued access;

  /// When the last try left.
  Instant leftAt = Instant.EPOCH;

  boolean askedAgain;

  FcmRequest(
      final Push push,
      final FcmApp app,
      final FcmPayload.Shared payload,
      final long sendBy,
      final Outcomes outcomes,
      final FcmVerdicts verdicts) {
    super(push, sendBy, outcomes, verdicts);
    this.app = app;
    this.payload = payload;
    this.verdicts = verdicts;
    this.token = new JsonBytes().string(push.to().token().value()).toBytes();
  }

  @Override
  protected FcmRequest self() {
    return this;
  }

  @Override
  protected void head(final RequestHeaders headers) {
    final var account = app.account();
    final var newest = account.token().current();
    if (newest != null) {
      access = newest;
    }
    final var issued = access;
    if (issued == null) {
      throw new IllegalStateException("a request without an access token");
    }
    headers.path(account.path(), NOTHING).constants(account.headers(issued));
  }

  /// Asked right before it is written, so the time to live is what remains then.
  @Override
  protected byte[] body() {
    leftAt = verdicts.now();
    return FcmPayload.message(token, payload, FcmVerdicts.timeToLive(push(), leftAt));
  }
}
