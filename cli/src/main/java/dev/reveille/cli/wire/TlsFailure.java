package dev.reveille.cli.wire;

import dev.reveille.cli.terminal.Failure;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/// Turns a failed TLS handshake into a [Failure]: each mistake has its own remedy.
final class TlsFailure {
  private TlsFailure() {}

  static Failure of(final String server, final SSLException failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      final String words = String.valueOf(at.getMessage());
      switch (at) {
        case CertificateExpiredException _, CertificateNotYetValidException _ -> {
          return Failure.missing(
              "The certificate shown at " + server + " is not valid now.",
              "Check the clock of this machine; if it is right, renew the server's certificate.");
        }
        case CertPathBuilderException _ -> {
          return untrusted(server);
        }
        case CertificateException _
            when words.startsWith("No subject alternative")
                || words.startsWith("No name matching") -> {
          return Failure.missing(
              "The certificate shown at " + server + " is for another name.",
              "Use a name that stands in the certificate, or give the server one for this name.");
        }
        default -> {
          if (words.contains("nrecognized SSL message")) {
            return Failure.missing(
                "What answers at " + server + " does not speak HTTPS.",
                "Correct the address: the API's port is 8443 unless it is configured; the metrics"
                    + " listener speaks plain HTTP and is none.");
          }
        }
      }
    }
    return untrusted(server);
  }

  private static Failure untrusted(final String server) {
    return Failure.missing(
        "The certificate shown at " + server + " is not trusted.",
        "Give the server's CA certificate with --ca FILE or REVEILLE_CA; it is tls/ca.pem in"
            + " the server's data directory.");
  }
}
