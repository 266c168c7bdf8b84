package dev.reveille.push.hub;

import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.PushService;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.hub.LinkedHubs.Signature;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender.Outcomes;
import java.nio.charset.StandardCharsets;

/// One push as an HTTP request to a foreign notification hub (Direct Send, `POST
/// /{hub}/messages?direct=true`). [HubVerdicts] turns the result into the push's outcome.
///
/// A repeat names the same `TrackingId`, by which the hub knows that it is the same send.
final class HubRequest extends PushRequest<HubRequest> {
  private static final byte[] NOTHING = new byte[0];
  private static final String QUERY = "?api-version=2020-06&direct=true";
  private static final HeaderName TYPE = HeaderName.of("content-type");
  private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName FORMAT = HeaderName.of("servicebusnotification-format");
  private static final HeaderName HANDLE = HeaderName.of("servicebusnotification-devicehandle");
  private static final HeaderName TRACKING = HeaderName.of("trackingid");
  private static final HeaderName PUSH_TYPE = HeaderName.of("apns-push-type");
  private static final HeaderName PRIORITY = HeaderName.of("apns-priority");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");

  /// Of the app's link when it left: what is answered speaks of no other.
  final CredentialStanding standing;

  private final PublicUrl url;
  private final PushContent.Native content;
  private final Signature signature;
  private final HubVerdicts verdicts;

  HubRequest(
      final Push push,
      final PublicUrl url,
      final PushContent.Native content,
      final Signature signature,
      final long sendBy,
      final CredentialStanding standing,
      final Outcomes outcomes,
      final HubVerdicts verdicts) {
    super(push, sendBy, outcomes, verdicts);
    this.standing = standing;
    this.url = url;
    this.content = content;
    this.signature = signature;
    this.verdicts = verdicts;
  }

  @Override
  protected HubRequest self() {
    return this;
  }

  @Override
  protected void head(final RequestHeaders headers) {
    final var apple = push().to().scope().equals(PushService.APPLE);
    headers
        .path(ascii(url.path() + QUERY), NOTHING)
        .constants(
            HeaderSet.of("POST", url.https() ? "https" : "http", url.authority())
                .with(TYPE, "application/json;charset=utf-8"))
        .once(AUTHORIZATION, ascii(signature.at(verdicts.now())))
        .once(FORMAT, ascii(push().to().scope()))
        .once(HANDLE, ascii(push().to().token().value()))
        .once(TRACKING, push().id());
    if (apple) {
      header(headers, PUSH_TYPE);
      header(headers, PRIORITY);
      headers.once(EXPIRATION, push().deadline().getEpochSecond());
    }
  }

  private void header(final RequestHeaders headers, final HeaderName name) {
    final var value = content.headers().get(name.toString());
    if (value != null) {
      headers.once(name, ascii(value));
    }
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  protected byte[] body() {
    return content.body().toArray();
  }
}
