package dev.reveille.push.apns;

import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.payload.Extent;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.nio.charset.StandardCharsets;

/// One push as an HTTP request to Apple. [ApnsVerdicts] turns the result into the push's outcome,
/// or sends the same object once more. Once handed to the pool it belongs to the pool's event loop.
final class ApnsRequest extends PushRequest<ApnsRequest> {
  private static final byte[] PATH = "/3/device/".getBytes(StandardCharsets.US_ASCII);
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");
  private static final HeaderName COLLAPSE = HeaderName.of("apns-collapse-id");

  ApnsApp app;
  final ApnsForm form;
  private final ApnsVerdicts verdicts;
  private final byte[] token;
  private final byte[] collapse;

  byte[] payload;
  Extent extent;

  /// The provider token that the last try carried.
  String lastAuthorization = "";

  /// To which of Apple's environments this try goes.
  boolean sandbox;

  boolean signedAgain;

  /// How often the app's credentials were changed while it was on its way.
  int credentialChanges;

  boolean repeated;

  ApnsRequest(
      final Push push,
      final ApnsApp app,
      final ApnsForm form,
      final byte[] payload,
      final Extent extent,
      final byte[] collapse,
      final long sendBy,
      final Outcomes outcomes,
      final ApnsVerdicts verdicts) {
    super(push, sendBy, outcomes, verdicts);
    this.app = app;
    this.form = form;
    this.payload = payload;
    this.extent = extent;
    this.collapse = collapse;
    this.verdicts = verdicts;
    this.sandbox = push.to().sandbox();
    this.token = push.to().token().value().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  protected ApnsRequest self() {
    return this;
  }

  @Override
  protected void head(final RequestHeaders headers) {
    if (outcomes() instanceof final BackgroundLimit.Leaving background) {
      background.leaves();
    }
    final var signed = account().signed();
    lastAuthorization = signed.header();
    headers.path(PATH, token).constants(app.headers(signed, form, sandbox));
    if (form instanceof final NativeForm given) {
      given.write(headers, push().id(), verdicts.expiration(push()));
      return;
    }
    headers.once(ID, push().id()).once(EXPIRATION, verdicts.expiration(push()));
    if (collapse.length > 0) {
      headers.once(COLLAPSE, collapse);
    }
  }

  /// The name under which Apple knows this push.
  String id() {
    return form instanceof final NativeForm given ? given.id(push().id()) : push().id().toString();
  }

  @Override
  protected byte[] body() {
    return payload;
  }

  /// Whose key signs the try, which may be another in the other environment.
  ApnsAccount account() {
    return app.account(sandbox);
  }

  /// Whether this try goes to the other environment than the app named.
  boolean isElsewhere() {
    return sandbox != push().to().sandbox();
  }

  /// The same push again, on another connection where one can be had.
  void elsewhere() {
    preferAnotherConnection();
  }
}
