package dev.reveille.protocols.device;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Exchange;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.util.Set;

/// Decides which web pages may call this listener (CORS: the Fetch standard, §3.2).
///
/// A browser sends the origin of the page. Pages of this server's own origin may call; those of
/// another only when the operator named it. WebSockets are included, because browsers do not
/// restrict them. Apps send no origin and are not affected.
final class Origins {
  private static final String LONGEST_REMEMBERED_SECONDS = "7200";

  private final Set<String> allowed;

  Origins(final Set<String> allowed) {
    this.allowed = allowed;
  }

  /// Checks the request before anything else does.
  ///
  /// @return whether it was only a browser's question, and is answered
  /// @throws Refusal when the page's origin is not allowed
  boolean settles(final Exchange exchange) {
    final var given = exchange.header("origin");
    if (given.isEmpty() || isOwn(given.get(), exchange)) {
      return false;
    }
    final var origin = given.get();
    if (!allowed.contains(origin)) {
      throw new Refusal(Reason.ORIGIN_NOT_ALLOWED, "");
    }
    exchange.alsoSay(
        "Access-Control-Allow-Origin",
        origin,
        "Access-Control-Expose-Headers",
        "Date, Retry-After", // a phone measures its clock by the former
        "Vary",
        "Origin");
    if (!exchange.method().equals("OPTIONS")
        || exchange.header("access-control-request-method").isEmpty()) {
      return false;
    }
    exchange.answer(
        Answer.empty(
            204,
            "Access-Control-Allow-Methods",
            "GET, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Last-Event-ID",
            "Access-Control-Max-Age",
            LONGEST_REMEMBERED_SECONDS));
    return true;
  }

  /// The page came from the host that it asks, in the way that it asks: a page without TLS may be
  /// of any machine on the network. Where this listener has no TLS, a proxy may end it before.
  private static boolean isOwn(final String origin, final Exchange exchange) {
    final var host = exchange.host();
    final int at = origin.indexOf("://");
    final boolean isOwnScheme =
        origin.startsWith("https:") || !exchange.isSecure() && origin.startsWith("http:");
    return isOwnScheme
        && withoutPort(origin.substring(at + 3), origin.startsWith("https:"))
            .equalsIgnoreCase(withoutPort(host, origin.startsWith("https:")));
  }

  private static String withoutPort(final String host, final boolean isSecure) {
    final var usual = isSecure ? ":443" : ":80";
    return host.endsWith(usual) ? host.substring(0, host.length() - usual.length()) : host;
  }
}
