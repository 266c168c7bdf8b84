package dev.reveille.simulators.apple;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides the simulated Apple's answer to a request: [AppleReason#Accepted], or the first rule
/// that its path, method, token or certificate, headers, size or device breaks. There is one per
/// connection, used on its event loop only, because a connection is bound to the team and key of
/// its first valid token. A token that is the same object as before (header compression returns it)
/// is checked again after a second only; with [AppleOptions#quick], type, topic and priority that
/// are the same objects as before are not checked again.
final class RequestValidator {
  private static final String BEARER = "bearer ";
  private static final long RECHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ProviderTokens tokens;
  private final Devices devices;
  private final AppleOptions options;
  private final boolean sandbox;
  private final Supplier<@Nullable ClientCertificate> shown;

  private @Nullable ClientCertificate certificate;
  private boolean askedForCertificate;
  private ProviderTokens.@Nullable Key bound;
  private @Nullable Instant boundIssuedAt;
  private Instant boundSince = Instant.EPOCH;
  private @Nullable CharSequence goodAuthorization;
  private long goodUntil;
  private @Nullable CharSequence goodType;
  private @Nullable CharSequence goodTopic;
  private @Nullable CharSequence goodPriority;

  RequestValidator(
      final ProviderTokens tokens,
      final Devices devices,
      final AppleOptions options,
      final boolean sandbox,
      final Supplier<@Nullable ClientCertificate> shown) {
    this.tokens = tokens;
    this.devices = devices;
    this.options = options;
    this.sandbox = sandbox;
    this.shown = shown;
  }

  /// The sender showed a certificate.
  boolean hasCertificate() {
    return certificate != null;
  }

  /// A valid provider token has been seen on this connection, or a certificate.
  boolean isBound() {
    return bound != null || certificate != null;
  }

  /// @param token of the path: "" where it ends there, null for another path
  /// @param bytes of the body
  AppleReason judge(final PushHeaders headers, final @Nullable String token, final int bytes) {
    if (token == null) {
      return AppleReason.BadPath;
    }
    final var method = headers.method();
    if (method == null || !method.toString().equals("POST")) {
      return AppleReason.MethodNotAllowed;
    }
    final var presented = certificate();
    var refusal =
        presented == null ? authorization(headers.authorization()) : certificate(presented);
    if (refusal == null) {
      refusal = headers(headers);
    }
    if (refusal == null) {
      refusal =
          presented == null
              ? topicOfKey(headers.topic())
              : topicOfCertificate(presented, headers.topic());
    }
    if (refusal == null) {
      refusal = PushRules.size(headers.type(), bytes);
    }
    if (refusal == null) {
      refusal = device(token, headers.topic());
    }
    return refusal == null ? AppleReason.Accepted : refusal;
  }

  /// What the sender showed, where this simulator asks for it. A token beside it is not looked at.
  private @Nullable ClientCertificate certificate() {
    if (!askedForCertificate && options.clientAuthority().isPresent()) {
      askedForCertificate = true;
      certificate = shown.get();
    }
    return certificate;
  }

  private @Nullable AppleReason certificate(final ClientCertificate presented) {
    return options
        .clientAuthority()
        .map(issuer -> presented.fault(issuer, sandbox, options.clock().instant()))
        .orElse(null);
  }

  private static @Nullable AppleReason topicOfCertificate(
      final ClientCertificate presented, final @Nullable CharSequence topic) {
    return topic == null || presented.topics().contains(topic.toString())
        ? null
        : AppleReason.TopicDisallowed;
  }

  private @Nullable AppleReason authorization(final @Nullable CharSequence header) {
    if (header == null) {
      return AppleReason.MissingProviderToken;
    }
    final long now = System.nanoTime();
    if (header == goodAuthorization && now - goodUntil < 0) {
      return null;
    }
    final String text = header.toString();
    if (!text.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return AppleReason.InvalidProviderToken;
    }
    final var verdict = tokens.check(text.substring(BEARER.length()), sandbox);
    final var known = verdict.known();
    if (known == null) {
      return verdict.refusal();
    }
    final var key = known.key();
    final var before = bound;
    if (before != null && !before.team().equals(key.team())) {
      return AppleReason.InvalidProviderToken;
    }
    if (before != null && !before.keyId().equals(key.keyId())) {
      return AppleReason.UnrelatedKeyIdInToken;
    }
    if (isTooFrequent(known.issuedAt())) {
      return AppleReason.TooManyProviderTokenUpdates;
    }
    bound = key;
    goodAuthorization = header;
    goodUntil = now + RECHECK_NANOS;
    return null;
  }

  /// Another token on the same connection comes too early.
  private boolean isTooFrequent(final Instant issuedAt) {
    if (issuedAt.equals(boundIssuedAt)) {
      return false;
    }
    final var now = options.clock().instant();
    if (boundIssuedAt != null && now.isBefore(boundSince.plus(options.tokenUpdateInterval()))) {
      return true;
    }
    boundIssuedAt = issuedAt;
    boundSince = now;
    return false;
  }

  private @Nullable AppleReason headers(final PushHeaders headers) {
    final boolean sameAsBefore =
        headers.type() == goodType
            && headers.topic() == goodTopic
            && headers.priority() == goodPriority
            && headers.topic() != null;
    if (sameAsBefore && options.quick() && !headers.hasDuplicate()) {
      return null;
    }
    final var refusal = PushRules.headers(headers);
    if (refusal == null) {
      goodType = headers.type();
      goodTopic = headers.topic();
      goodPriority = headers.priority();
    }
    return refusal;
  }

  private @Nullable AppleReason topicOfKey(final @Nullable CharSequence topic) {
    final var key = bound;
    if (key == null || key.topics().isEmpty() || topic == null) {
      return null;
    }
    final String text = topic.toString();
    for (final String allowed : key.topics()) {
      if (text.equals(allowed) || text.startsWith(allowed + ".")) {
        return null;
      }
    }
    return AppleReason.TopicDisallowed;
  }

  private @Nullable AppleReason device(final String token, final @Nullable CharSequence topic) {
    if (token.isEmpty()) {
      return AppleReason.MissingDeviceToken;
    }
    final var known = devices.token(token);
    if (known == null) {
      return options.unknownTokens() && PushRules.isHex(token) ? null : AppleReason.BadDeviceToken;
    }
    if (known.sandbox() != sandbox) {
      return AppleReason.BadDeviceToken;
    }
    if (topic != null && !known.topic().isEmpty() && !known.topic().equals(topic.toString())) {
      return AppleReason.DeviceTokenNotForTopic;
    }
    return switch (known.state()) {
      case ACTIVE -> null;
      case UNREGISTERED -> AppleReason.Unregistered;
      case EXPIRED -> AppleReason.ExpiredToken;
    };
  }
}
