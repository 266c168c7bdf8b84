package dev.reveille.sip.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a failed handshake says about certificates. Those that loopback can make are in
/// [TlsConnectionTest].
class TlsFaultTest {
  private static SSLHandshakeException failure(final Throwable cause) {
    final var failure = new SSLHandshakeException("the handshake failed");
    failure.initCause(new CertificateException("the path is wrong", cause));
    return failure;
  }

  @ParameterizedTest
  @CsvSource({
    "EXPIRED, EXPIRED",
    "NOT_YET_VALID, NOT_YET_VALID",
    "REVOKED, REVOKED",
    "UNDETERMINED_REVOCATION_STATUS, REVOCATION_UNKNOWN",
    "INVALID_SIGNATURE, BAD_CERTIFICATE"
  })
  void our_own_check_tells_why(final BasicReason reason, final TlsFault.Kind kind) {
    final var path = new CertPathValidatorException("no", null, null, -1, reason);
    assertEquals(new TlsFault(kind, false), TlsFault.of(failure(path)));
  }

  @Test
  void a_path_that_leads_nowhere_is_of_an_unknown_authority() {
    assertEquals(
        new TlsFault(TlsFault.Kind.UNKNOWN_AUTHORITY, false),
        TlsFault.of(failure(new CertPathBuilderException("unable to find a path"))));
  }

  @ParameterizedTest
  @CsvSource({
    "certificate_expired, EXPIRED",
    "certificate_revoked, REVOKED",
    "unknown_ca, UNKNOWN_AUTHORITY",
    "certificate_required, NO_CERTIFICATE",
    "certificate_unknown, BAD_CERTIFICATE",
    "protocol_version, NOTHING_IN_COMMON",
    "handshake_failure, NOTHING_IN_COMMON",
    "internal_error, OTHER"
  })
  void an_alert_of_the_peer_tells_less(final String alert, final TlsFault.Kind kind) {
    final var failure = new SSLHandshakeException("Received fatal alert: " + alert);
    assertEquals(new TlsFault(kind, true), TlsFault.of(failure));
  }

  @Test
  void another_failure_says_nothing_about_certificates() {
    assertEquals(
        new TlsFault(TlsFault.Kind.OTHER, false),
        TlsFault.of(new SSLHandshakeException("Connection closed")));
  }
}
