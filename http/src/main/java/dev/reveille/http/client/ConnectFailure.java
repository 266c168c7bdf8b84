package dev.reveille.http.client;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The reasons why no connection to a peer could be made, each with a remedy of its own. Only this
/// class interprets the exceptions of the JDK and of Netty.
public enum ConnectFailure {
  /// The name servers say that there is no such name, or that it has no address.
  NAME_UNKNOWN,
  /// No name server answers, or none can say anything about the name.
  NAME_SERVER_SILENT,
  /// The host answers that nothing listens at the port.
  REFUSED,
  /// Nothing answers: neither the connection nor the TLS handshake.
  TIMED_OUT,
  /// The network knows no way there, or does not let us.
  NO_ROUTE,
  /// Plain text was answered where TLS was expected: a proxy or a captive portal is in between.
  NOT_TLS,
  /// The certificate's issuer is not trusted.
  UNTRUSTED,
  /// The certificate's time is over, or has not begun.
  EXPIRED,
  /// The certificate was issued for other names.
  OTHER_NAME,
  /// The peer refuses the certificate that we show in the TLS handshake, or wants one and gets
  /// none: its own word, by an alert (RFC 8446 section 6.2). What we find wrong with the peer's
  /// certificate is one of the three before.
  IDENTITY_REFUSED,
  /// The peer does not speak HTTP/2.
  NO_HTTP2,
  /// The name leads to an address that must not be connected to.
  FORBIDDEN_ADDRESS,
  /// The configured proxy cannot be reached, refuses us, or does not reach the host.
  PROXY_FAILED;

  /// How the JDK begins its sentence about a certificate for other names; it has no exception of
  /// its own for it.
  private static final List<String> OTHER_NAME_WORDS =
      List.of("No subject alternative", "No name matching");

  /// How the JDK tells of an alert that came from the peer. Of an alert that we send it tells what
  /// we found instead.
  private static final Pattern RECEIVED =
      Pattern.compile("(?:\\([a-z_]+\\) )?Received fatal alert: ([a-z_]+)");

  /// Alerts that only the receiver of a certificate sends.
  private static final Set<String> ABOUT_OUR_CERTIFICATE =
      Set.of(
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied",
          "certificate_required");

  private static final int DEEPEST = 16;

  /// What an exception says, if it says one of these. The innermost knows best.
  public static Optional<ConnectFailure> of(final @Nullable Throwable failure) {
    final var chain = new ArrayList<Throwable>();
    for (var at = failure; at != null && chain.size() < DEEPEST; at = at.getCause()) {
      chain.add(at);
    }
    for (final var each : chain) {
      if (each instanceof ProxyConnectException) {
        return Optional.of(PROXY_FAILED); // whatever the proxy ran into: it is the proxy's word
      }
      if (each instanceof UnknownHostException || each instanceof UnresolvedAddressException) {
        return Optional.of(ofName(chain));
      }
    }
    for (final var each : chain.reversed()) {
      final var found = one(each);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /// NXDOMAIN is a definite answer; any other failure means that no name server answered.
  private static ConnectFailure ofName(final List<Throwable> chain) {
    for (final var each : chain) {
      final boolean otherCode =
          each instanceof DnsErrorCauseException answer
              && !DnsResponseCode.NXDOMAIN.equals(answer.getCode());
      if (otherCode
          || each instanceof DnsNameResolverException
          || each instanceof NameServerSilent) {
        return NAME_SERVER_SILENT;
      }
    }
    return NAME_UNKNOWN;
  }

  private static @Nullable ConnectFailure one(final Throwable failure) {
    return switch (failure) {
      case ConnectTimeoutException _,
          SocketTimeoutException _,
          SslHandshakeTimeoutException _,
          HttpTimeoutException _,
          TimeoutException _ ->
          TIMED_OUT;
      case AddressRefused _ -> FORBIDDEN_ADDRESS;
      case NoRouteToHostException _ -> NO_ROUTE;
      case ConnectException refused -> connecting(words(refused), REFUSED);
      case SocketException other -> connecting(words(other), null);
      case NotSslRecordException _ -> NOT_TLS;
      case CertificateExpiredException _, CertificateNotYetValidException _ -> EXPIRED;
      case CertPathBuilderException _, CertPathValidatorException _ -> UNTRUSTED;
      case CertificateException certificate ->
          OTHER_NAME_WORDS.stream().anyMatch(words(certificate)::startsWith)
              ? OTHER_NAME
              : UNTRUSTED;
      case SSLException tls -> tls(words(tls));
      default -> null;
    };
  }

  /// The system's words: Java has one class for most of what can go wrong with a socket.
  private static @Nullable ConnectFailure connecting(
      final String words, final @Nullable ConnectFailure otherwise) {
    if (words.contains("timed out")) {
      return TIMED_OUT;
    }
    return words.contains("nreachable")
            || words.contains("No route")
            || words.contains("is down")
            || words.contains("not permitted")
            || words.contains("ermission denied")
        ? NO_ROUTE
        : otherwise;
  }

  private static @Nullable ConnectFailure tls(final String words) {
    final var received = RECEIVED.matcher(words);
    if (received.matches() && ABOUT_OUR_CERTIFICATE.contains(received.group(1))) {
      return IDENTITY_REFUSED;
    }
    if (words.contains("no_application_protocol")) {
      return NO_HTTP2;
    }
    return words.contains("nrecognized SSL message") ? NOT_TLS : null;
  }

  private static String words(final Throwable failure) {
    return failure.getMessage() == null ? "" : failure.getMessage();
  }
}
