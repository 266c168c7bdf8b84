package dev.reveille.http.client;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A URL that a device, an app or a caller of the API handed in, to be sent to later: `https`, and
/// a host that reads the same to everything that looks at it. Where the host is written as an
/// address it is judged here; a name is judged at each connection, when its addresses are known.
///
/// Immutable, and a value: two with the same parts are equal.
public final class PublicUrl {
  /// A URL longer than this is refused; push endpoints have some hundred characters.
  public static final int LONGEST = 2_048;

  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final int LAST_PORT = 65_535;
  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /// What programs read as the last part of an IPv4 address.
  private static final Pattern NUMERIC = Pattern.compile("[0-9]+|0x[0-9a-f]*");

  /// What may stand in a path or a query as it is (RFC 3986, section 3.3 and 3.4).
  private static final String PLAIN = "-._~!$&'()*+,;=:@/?";

  private final boolean https;
  private final String host;
  private final int port;
  private final String path;
  private final String authority;
  private final String origin;

  private PublicUrl(final boolean https, final String host, final int port, final String path) {
    this.https = https;
    this.host = host;
    this.port = port;
    this.path = path;
    final var named = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    this.authority = port == (https ? HTTPS : HTTP) ? named : named + ":" + port;
    this.origin = (https ? "https://" : "http://") + authority;
  }

  private PublicUrl(final PublicUrl sameOrigin, final String path) {
    this.https = sameOrigin.https;
    this.host = sameOrigin.host;
    this.port = sameOrigin.port;
    this.path = path;
    this.authority = sameOrigin.authority;
    this.origin = sameOrigin.origin;
  }

  /// Why a URL is refused.
  public enum Fault {
    MALFORMED,
    TOO_LONG,
    NOT_HTTPS,
    USER_INFO,
    /// A spelling of an address that programs read in different ways, such as `0x7f.1`.
    NUMERIC_HOST,
    FORBIDDEN_ADDRESS
  }

  /// Thrown when nothing may be sent to a URL; [Fault] says why.
  public static final class Refused extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final Fault fault;

    Refused(final Fault fault, final String words) {
      super(words);
      this.fault = fault;
    }

    public Fault fault() {
      return fault;
    }
  }

  /// What a caller throws that has rules of its own for URLs.
  public static Refused refused(final Fault fault, final String words) {
    return new Refused(fault, words);
  }

  /// Reads a URL; an address as host must be public.
  ///
  /// @throws Refused with what is wrong, in words that begin with a verb: `must be …`
  public static PublicUrl of(final String text) {
    return of(text, AddressGuard.STRANGER, false);
  }

  /// Reads a URL.
  ///
  /// @param guard judges a host that is written as an address
  /// @param plainToo whether `http` is taken, too
  /// @throws Refused with what is wrong
  public static PublicUrl of(final String text, final AddressGuard guard, final boolean plainToo) {
    if (text.length() > LONGEST) {
      throw new Refused(
          Fault.TOO_LONG, "must have at most " + LONGEST + " characters, not " + text.length());
    }
    final var uri = parsed(text);
    final var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    final boolean https = scheme.equals("https");
    if (!https && !(plainToo && scheme.equals("http"))) {
      throw new Refused(Fault.NOT_HTTPS, "must begin with https://");
    }
    final var authority = uri.getRawAuthority();
    if (authority == null || authority.isEmpty()) {
      throw new Refused(Fault.MALFORMED, "must name a host");
    }
    if (authority.indexOf('@') >= 0) {
      throw new Refused(Fault.USER_INFO, "must hold no user name and no password");
    }
    if (uri.getRawFragment() != null) {
      throw new Refused(Fault.MALFORMED, "must hold no fragment (#…)");
    }
    final var host = host(authority, guard);
    final int port = port(authority, https);
    final var path =
        uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    final var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new PublicUrl(https, host, port, path + query);
  }

  private static URI parsed(final String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7F || text.charAt(i) == '\\') {
        throw new Refused(
            Fault.MALFORMED, "must hold ASCII characters only, without spaces and backslashes");
      }
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new Refused(Fault.MALFORMED, "is no URL: " + e.getReason());
    }
  }

  private static String host(final String authority, final AddressGuard guard) {
    if (authority.startsWith("[")) {
      final int end = authority.indexOf(']');
      final var inside = end < 0 ? "" : authority.substring(1, end);
      if (!NetUtil.isValidIpV6Address(inside) || inside.indexOf('%') >= 0) {
        throw new Refused(Fault.MALFORMED, "holds an IPv6 address that cannot be read");
      }
      return judged(inside.toLowerCase(Locale.ROOT), guard);
    }
    final int colon = authority.indexOf(':');
    final var host =
        (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
    final var last = host.substring(host.lastIndexOf('.') + 1);
    if (IPV4.matcher(host).matches() && NetUtil.isValidIpV4Address(host)) {
      return judged(host, guard);
    }
    if (NUMERIC.matcher(last).matches()) {
      throw new Refused(
          Fault.NUMERIC_HOST,
          "must write an IPv4 address as four decimal numbers without leading zeros, not " + host);
    }
    if (host.length() > 253 || !NAME.matcher(host).matches()) {
      throw new Refused(Fault.MALFORMED, "must name a host of letters, digits, hyphens and dots");
    }
    return host;
  }

  private static String judged(final String literal, final AddressGuard guard) {
    final byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
    try {
      // an IPv4 address that is written inside an IPv6 one is read as such
      final var address = InetAddress.getByAddress(bytes);
      final var kind =
          literal.indexOf(':') >= 0 && address.getAddress().length == 4
              ? guard.refusal(address).map(_ -> "IPv4 inside IPv6")
              : guard.refusal(address);
      if (kind.isPresent()) {
        throw new Refused(
            Fault.FORBIDDEN_ADDRESS,
            "must be a public host; " + literal + " is a " + kind.get() + " address");
      }
    } catch (UnknownHostException e) {
      throw new Refused(Fault.MALFORMED, "holds an address that cannot be read");
    }
    return literal;
  }

  private static int port(final String authority, final boolean https) {
    final int from = authority.indexOf(':', Math.max(0, authority.indexOf(']')));
    if (from < 0) {
      return https ? HTTPS : HTTP;
    }
    final var digits = authority.substring(from + 1);
    if (PORT.matcher(digits).matches()) {
      final int port = Integer.parseInt(digits);
      if (port > 0 && port <= LAST_PORT) {
        return port;
      }
    }
    throw new Refused(Fault.MALFORMED, "must have a port of 1 to " + LAST_PORT);
  }

  /// The length of what stands before the path: scheme and authority as they are written. Texts
  /// with the same such beginning have the same origin.
  ///
  /// @return 0 when the text has no `//`, or no `/` after it
  public static int lengthBeforePath(final String text) {
    final int slashes = text.indexOf("//");
    return slashes < 0 ? 0 : Math.max(0, text.indexOf('/', slashes + 2));
  }

  /// The same origin with another path and query. It reads none that need a closer look.
  ///
  /// @param text the path from its `/` on
  /// @return null when [#of] has to read the whole text, because it holds other characters than a
  ///   path and a query have as they are
  public @Nullable PublicUrl withPlainPath(final String text) {
    if (!text.startsWith("/")) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        return null;
      }
    }
    return new PublicUrl(this, text);
  }

  private static boolean isPlain(final char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PLAIN.indexOf(c) >= 0;
  }

  public boolean https() {
    return https;
  }

  /// Lower case; an IPv6 address without brackets.
  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /// With the query, at least `/`.
  public String path() {
    return path;
  }

  /// `host` or `host:port`, as the `host` header has it.
  public String authority() {
    return authority;
  }

  /// Scheme, host and port (RFC 6454): what may share connections, and the audience of VAPID.
  public String origin() {
    return origin;
  }

  @Override
  public boolean equals(final @Nullable Object other) {
    return other instanceof PublicUrl url && origin.equals(url.origin) && path.equals(url.path);
  }

  @Override
  public int hashCode() {
    return origin.hashCode() * 31 + path.hashCode();
  }

  @Override
  public String toString() {
    return origin + "/…";
  }
}
