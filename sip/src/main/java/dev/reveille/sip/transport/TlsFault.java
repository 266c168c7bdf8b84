package dev.reveille.sip.transport;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What was wrong with the certificates of a failed TLS handshake.
///
/// @param kind what is wrong
/// @param isSaidByPeer the peer refused us with an alert; otherwise we refused the peer
public record TlsFault(Kind kind, boolean isSaidByPeer) {
  /// What is wrong. The alerts of TLS tell fewer kinds apart than our own check does.
  public enum Kind {
    EXPIRED,
    NOT_YET_VALID,
    REVOKED,
    REVOCATION_UNKNOWN,
    UNKNOWN_AUTHORITY,
    /// The certificate must not be used for this side of a connection (extended key usage).
    WRONG_USE,
    /// No certificate was shown where one is demanded.
    NO_CERTIFICATE,
    /// Another fault of a certificate.
    BAD_CERTIFICATE,
    /// No version or cipher suite in common.
    NOTHING_IN_COMMON,
    /// Not about certificates.
    OTHER
  }

  /// Looks through the causes of a failure.
  public static TlsFault of(final Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      final var ours = ours(one);
      if (ours != null) {
        return new TlsFault(ours, /* isSaidByPeer= */ false);
      }
    }
    for (Throwable one = failure; one != null; one = one.getCause()) {
      final var message = one.getMessage() == null ? "" : one.getMessage().toLowerCase(Locale.ROOT);
      if (message.contains("received fatal alert")) {
        return new TlsFault(ofAlert(message), /* isSaidByPeer= */ true);
      }
      if (message.contains("no appropriate protocol")
          || message.contains("no cipher suites in common")
          || message.contains("protocol versions")) {
        return new TlsFault(Kind.NOTHING_IN_COMMON, /* isSaidByPeer= */ false);
      }
    }
    return new TlsFault(Kind.OTHER, /* isSaidByPeer= */ false);
  }

  private static @Nullable Kind ours(final Throwable one) {
    return switch (one) {
      case CertificateExpiredException _ -> Kind.EXPIRED;
      case CertificateNotYetValidException _ -> Kind.NOT_YET_VALID;
      case CertificateRevokedException _ -> Kind.REVOKED;
      case CertPathValidatorException invalid -> ofReason(invalid);
      case CertPathBuilderException path -> path.getCause() == null ? Kind.UNKNOWN_AUTHORITY : null;
      default -> {
        final var message = one.getMessage();
        yield message != null && message.startsWith("Extended key usage") ? Kind.WRONG_USE : null;
      }
    };
  }

  private static @Nullable Kind ofReason(final CertPathValidatorException invalid) {
    if (invalid.getReason() == BasicReason.EXPIRED) {
      return Kind.EXPIRED;
    }
    if (invalid.getReason() == BasicReason.NOT_YET_VALID) {
      return Kind.NOT_YET_VALID;
    }
    if (invalid.getReason() == BasicReason.REVOKED) {
      return Kind.REVOKED;
    }
    if (invalid.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
      return Kind.REVOCATION_UNKNOWN;
    }
    return invalid.getCause() == null ? Kind.BAD_CERTIFICATE : null;
  }

  private static Kind ofAlert(final String message) {
    final var alert = message.substring(message.indexOf(':') + 1).strip();
    return switch (alert) {
      case "certificate_expired" -> Kind.EXPIRED;
      case "certificate_revoked" -> Kind.REVOKED;
      case "unknown_ca" -> Kind.UNKNOWN_AUTHORITY;
      case "certificate_required" -> Kind.NO_CERTIFICATE;
      case "bad_certificate", "certificate_unknown", "unsupported_certificate" ->
          Kind.BAD_CERTIFICATE;
      case "protocol_version", "handshake_failure", "insufficient_security" ->
          Kind.NOTHING_IN_COMMON;
      default -> Kind.OTHER;
    };
  }
}
