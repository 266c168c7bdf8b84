package dev.reveille.push.app;

import dev.reveille.http.client.ConnectFailure;
import dev.reveille.http.client.NoConnection;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.Cause;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import java.time.Instant;
import java.util.Optional;

/// Turns failures of the HTTP client to reach a push service into the cause and the words that a
/// trail shows.
public final class Unreachable {
  private Unreachable() {}

  /// One to one.
  public static Cause cause(final ConnectFailure failure) {
    return switch (failure) {
      case NAME_UNKNOWN -> Cause.NAME_UNKNOWN;
      case NAME_SERVER_SILENT -> Cause.DNS_SILENT;
      case REFUSED -> Cause.REFUSED;
      case TIMED_OUT -> Cause.TIMED_OUT;
      case NO_ROUTE -> Cause.NO_ROUTE;
      case NOT_TLS -> Cause.PROXY;
      case UNTRUSTED -> Cause.TLS_AUTHORITY;
      case EXPIRED -> Cause.TLS_EXPIRED;
      case OTHER_NAME -> Cause.TLS_NAME;
      case IDENTITY_REFUSED -> Cause.TLS_IDENTITY;
      case NO_HTTP2 -> Cause.NO_HTTP2;
      case FORBIDDEN_ADDRESS -> Cause.FORBIDDEN_ADDRESS;
      case PROXY_FAILED -> Cause.PROXY_FAILED;
    };
  }

  /// Whether the other side refused the certificate that the connection showed: its word about that
  /// certificate, and no sign that it is out of reach.
  public static boolean isRefusedIdentity(final Optional<NoConnection> why) {
    return why.flatMap(NoConnection::failure)
        .filter(ConnectFailure.IDENTITY_REFUSED::equals)
        .isPresent();
  }

  /// The outcome of a push for which there was no connection.
  ///
  /// @param before what came before in this try, "" when nothing did
  public static TryAgain outcome(
      final String before, final Optional<NoConnection> why, final Instant notBefore) {
    return TryAgain.unreachable(
        before + words(why), notBefore, why.flatMap(NoConnection::failure).map(Unreachable::cause));
  }

  /// Where no connection came about and what it ran into, in one line.
  public static String words(final Optional<NoConnection> why) {
    return why.map(NoConnection::toString).orElse(NotSent.NO_CONNECTION.toString());
  }
}
