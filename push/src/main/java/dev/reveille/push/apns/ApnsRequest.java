package dev.reveille.push.apns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.NoConnection;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.app.Urgency;
import dev.reveille.push.payload.Extent;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One push as an HTTP request to Apple. [ApnsVerdicts] turns the result into the push's outcome,
/// or sends the same object once more. Once handed to the pool it belongs to the pool's event loop.
final class ApnsRequest extends ClientRequest {
  private static final byte[] PATH = "/3/device/".getBytes(StandardCharsets.US_ASCII);
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");
  private static final HeaderName COLLAPSE = HeaderName.of("apns-collapse-id");

  final Push push;
  ApnsApp app;
  final ApnsForm form;
  final Outcomes outcomes;
  private final ApnsVerdicts verdicts;
  private final byte[] token;
  private final byte[] collapse;

  byte[] payload;
  Extent extent;

  /// The provider token that the last try carried.
  String lastAuthorization = "";

  /// What came before, when this is a repeat at once: the outcome's words tell of both tries.
  String before = "";

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
    super(Urgency.of(push.lane()), sendBy);
    this.push = push;
    this.app = app;
    this.form = form;
    this.payload = payload;
    this.extent = extent;
    this.collapse = collapse;
    this.outcomes = outcomes;
    this.verdicts = verdicts;
    this.sandbox = push.to().sandbox();
    this.token = push.to().token().value().getBytes(StandardCharsets.US_ASCII);
    if (push.attempt() > 1) {
      preferAnotherConnection();
    }
  }

  @Override
  protected void head(final RequestHeaders headers) {
    if (outcomes instanceof final BackgroundLimit.Leaving background) {
      background.leaves();
    }
    final var signed = account().signed();
    lastAuthorization = signed.header();
    headers.path(PATH, token).constants(app.headers(signed, form, sandbox));
    if (form instanceof final NativeForm given) {
      given.write(headers, push.id(), verdicts.expiration(push));
      return;
    }
    headers.once(ID, push.id()).once(EXPIRATION, verdicts.expiration(push));
    if (collapse.length > 0) {
      headers.once(COLLAPSE, collapse);
    }
  }

  /// The name under which Apple knows this push.
  String id() {
    return form instanceof final NativeForm given ? given.id(push.id()) : push.id().toString();
  }

  @Override
  protected boolean isWanted() {
    return push.wanted().getAsBoolean();
  }

  @Override
  protected byte[] body() {
    return payload;
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

  /// Whose key signs the try, which may be another in the other environment.
  ApnsAccount account() {
    return app.account(sandbox);
  }

  Optional<NoConnection> whyNoConnection() {
    return noConnection();
  }

  /// Whether this try goes to the other environment than the app named.
  boolean isElsewhere() {
    return sandbox != push.to().sandbox();
  }

  void blame() {
    blameConnection();
  }

  /// The same push again, on another connection where one can be had.
  void elsewhere() {
    preferAnotherConnection();
  }
}
