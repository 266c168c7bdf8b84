package dev.reveille.push.apns;

import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.push.app.CredentialStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The credentials with which pushes of one app are sent under one topic, one per environment, and
/// whether they may be used now. Read from many threads; the parts guard themselves.
final class ApnsApp {
  private static final int MOST_LINES = 64;

  /// How long a push waits that no certificate is for. It is no more than a look at what we know.
  private static final Duration UNTIL_CORRECTED = TimeScale.divide(Duration.ofSeconds(30));

  /// What tells native pushes' headers of one app apart.
  private record Line(String type, String topic, String priority, boolean inSandbox) {}

  private record Headers(ProviderToken.Signed signed, HeaderSet set) {}

  private final String topic;
  private final KeyState production;
  private final KeyState sandbox;
  private final boolean narrow;
  private final Map<Line, Headers> lines = new ConcurrentHashMap<>();
  private final Headers[] headers = new Headers[PushForm.values().length * 2];

  /// @param topic the bundle id
  /// @param narrow other pushes to the same addresses may go out with other credentials
  ApnsApp(
      final String topic, final KeyState production, final KeyState sandbox, final boolean narrow) {
    this.topic = topic;
    this.production = production;
    this.sandbox = sandbox;
    this.narrow = narrow;
  }

  private KeyState key(final boolean inSandbox) {
    return inSandbox ? sandbox : production;
  }

  ApnsAccount account(final boolean inSandbox) {
    final var known = key(inSandbox).account();
    if (known == null) {
      throw new IllegalStateException("an app with wrong credentials has no account");
    }
    return known;
  }

  ClientPool pool(final boolean inSandbox) {
    return account(inSandbox).pool(inSandbox);
  }

  /// Whether the two environments are two services, as far as is known; a stand-in may be one for
  /// both.
  boolean hasTwoSites() {
    final var live = production.account();
    final var test = sandbox.account();
    return live == null || test == null || !live.authority(false).equals(test.authority(true));
  }

  /// Whether one of the app's credentials is for this environment, be it a bad one.
  boolean hasCredential(final boolean inSandbox) {
    return !standing(inSandbox).isAbsent();
  }

  /// It is not used any more.
  void dropped() {
    standing(false).dropped();
    standing(true).dropped();
  }

  /// What becomes of a push now without asking Apple; null while it may be asked.
  @Nullable DeliveryOutcome closed(final boolean inSandbox, final Instant now) {
    final var standing = standing(inSandbox);
    if (narrow && standing.isAbsent()) {
      standing.refused(Reason.CERTIFICATE_UNFIT, standing.absence());
      return new TryAgain(Reason.CERTIFICATE_UNFIT, standing.absence(), now.plus(UNTIL_CORRECTED));
    }
    final var shut = standing.closed();
    if (shut != null) {
      return shut instanceof final Withheld withheld ? alone(withheld) : shut;
    }
    final var untimely = account(inSandbox).outOfTime(now);
    return untimely.isEmpty() ? null : alone(standing.withhold(Reason.CERTIFICATE_UNFIT, untimely));
  }

  /// What becomes of a push whose credential is refused or cannot be used. A push that is withheld
  /// holds up all pushes to its receiver: where some of them go out with another credential, each
  /// waits for itself.
  DeliveryOutcome alone(final Withheld withheld) {
    return narrow
        ? new TryAgain(
            withheld.why(), withheld.theirWords(), withheld.notBefore(), withheld.reply())
        : withheld;
  }

  /// How the credential of one environment stands there.
  CredentialStanding standing(final boolean inSandbox) {
    return key(inSandbox).standing(inSandbox);
  }

  /// The same object for as long as the provider token lasts, because connections remember its
  /// compressed form. A race makes two equal ones, which costs nothing but a moment.
  HeaderSet headers(
      final ProviderToken.Signed signed, final ApnsForm form, final boolean inSandbox) {
    return switch (form) {
      case PushForm ours -> headers(signed, ours, inSandbox);
      case NativeForm given -> headers(signed, given, inSandbox);
    };
  }

  private HeaderSet headers(
      final ProviderToken.Signed signed, final NativeForm form, final boolean inSandbox) {
    final var line = new Line(form.type(), form.topic(topic), form.priority(), inSandbox);
    final var known = lines.get(line);
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account(inSandbox).headers(signed, form, topic, inSandbox);
    if (lines.size() >= MOST_LINES) { // callers name them, so they may name any number
      lines.clear();
    }
    lines.put(line, new Headers(signed, made));
    return made;
  }

  private HeaderSet headers(
      final ProviderToken.Signed signed, final PushForm form, final boolean inSandbox) {
    final int index = form.ordinal() * 2 + (inSandbox ? 1 : 0);
    final var known = headers[index];
    if (known != null && known.signed() == signed) {
      return known.set();
    }
    final var made = account(inSandbox).headers(signed, form, topic, inSandbox);
    headers[index] = new Headers(signed, made);
    return made;
  }
}
