package dev.reveille.sip.message;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A `sip:` or `sips:` URI (RFC 3261 section 19.1). Its parts are kept as they are written, with
/// their escapes; the accessors resolve these.
///
/// @param isSecure `sips:`
/// @param rawUser with its escapes; empty when there is none
/// @param rawPassword with its escapes, or null; never log it
/// @param host as it is written, an IPv6 address in brackets
/// @param port 0 when none is written, which is not the same as the default one
/// @param rawHeaders what stands behind `?`, with its escapes; empty when there is none
public record SipUri(
    boolean isSecure,
    String rawUser,
    @Nullable String rawPassword,
    String host,
    int port,
    SipParameters parameters,
    String rawHeaders) {
  private static final int MOST_PORT = 65_535;

  /// Parameters that must be in both of two equal URIs or in neither (section 19.1.4).
  private static final List<String> DECISIVE = List.of("user", "ttl", "method", "maddr");

  /// Reads one.
  ///
  /// @return empty when it is malformed or has another scheme
  public static Optional<SipUri> parse(final String text) {
    try {
      return Optional.of(read(WireText.bytesOf(text), WireFault.BAD_FIELD));
    } catch (SyntaxFault _) {
      return Optional.empty();
    }
  }

  /// A URI of a user, or of a domain when the user is empty.
  ///
  /// @param user without escapes
  /// @throws IllegalArgumentException when the host is malformed
  public static SipUri of(final String user, final String host) {
    final var uri =
        parse(
            "sip:"
                + (user.isEmpty() ? "" : WireText.escapeUser(WireText.bytesOf(user)) + "@")
                + host);
    return uri.orElseThrow(() -> new IllegalArgumentException("not a host of a SIP URI: " + host));
  }

  static SipUri read(final String text, final WireFault fault) {
    final boolean isSecure = text.regionMatches(/* ignoreCase= */ true, 0, "sips:", 0, 5);
    if (!isSecure && !text.regionMatches(/* ignoreCase= */ true, 0, "sip:", 0, 4)) {
      throw new SyntaxFault(fault);
    }
    final int start = isSecure ? 5 : 4;
    final var at = text.indexOf('@', start);
    String user = "";
    String password = null;
    int from = start;
    if (at >= 0) {
      final var info = text.substring(start, at);
      final var colon = info.indexOf(':');
      user = colon < 0 ? info : info.substring(0, colon);
      password = colon < 0 ? null : info.substring(colon + 1);
      if (user.isEmpty()
          || !WireText.isUser(user)
          || password != null && !WireText.isPassword(password)) {
        throw new SyntaxFault(fault);
      }
      from = at + 1;
    }
    final var cursor = new Cursor(text, fault);
    cursor.to(from);
    final var host = cursor.host();
    final var port = cursor.take(':') ? cursor.port() : 0;
    if (!cursor.atEnd() && cursor.peek() != ';' && cursor.peek() != '?') {
      throw new SyntaxFault(fault);
    }
    final var question = text.indexOf('?', cursor.at());
    final var endOfParameters = question < 0 ? text.length() : question;
    final var parameters =
        SipParameters.readOfUri(text.substring(cursor.at(), endOfParameters), fault);
    final var headers = question < 0 ? "" : text.substring(question + 1);
    if (question >= 0 && !areHeaders(headers)) {
      throw new SyntaxFault(fault);
    }
    return new SipUri(isSecure, user, password, host, port, parameters, headers);
  }

  private static boolean areHeaders(final String headers) {
    for (final var one : headers.split("&", -1)) {
      final var equals = one.indexOf('=');
      if (equals <= 0
          || !WireText.isUriHeader(one.substring(0, equals))
          || !WireText.isUriHeader(one.substring(equals + 1))) {
        return false;
      }
    }
    return true;
  }

  /// The user part without escapes; empty when there is none.
  public String user() {
    return WireText.shown(WireText.unescape(rawUser));
  }

  /// What the parameter says, without escapes.
  public Optional<String> parameter(final String name) {
    final var raw = parameters.raw(name);
    return raw == null ? Optional.empty() : Optional.of(WireText.shown(WireText.unescape(raw)));
  }

  /// This URI with a parameter, which replaces one of its name.
  ///
  /// @param value without escapes, or null for a name alone
  public SipUri withParameter(final String name, final @Nullable String value) {
    return withParameters(
        parameters.with(
            WireText.escapeParameter(WireText.bytesOf(name)),
            value == null ? null : WireText.escapeParameter(WireText.bytesOf(value))));
  }

  /// This URI without a parameter.
  public SipUri withoutParameter(final String name) {
    return withParameters(parameters.without(name));
  }

  private SipUri withParameters(final SipParameters others) {
    return new SipUri(isSecure, rawUser, rawPassword, host, port, others, rawHeaders);
  }

  /// This URI with another port.
  public SipUri withPort(final int other) {
    if (other < 0 || other > MOST_PORT) {
      throw new IllegalArgumentException("not a port: " + other);
    }
    return new SipUri(isSecure, rawUser, rawPassword, host, other, parameters, rawHeaders);
  }

  /// Whether both mean the same by the rules of RFC 3261 section 19.1.4, which are not transitive:
  /// therefore this is not `equals`.
  public boolean isEquivalentTo(final SipUri other) {
    return isSecure == other.isSecure
        && WireText.unescape(rawUser).equals(WireText.unescape(other.rawUser))
        && Objects.equals(plainPassword(), other.plainPassword())
        && WireText.sameIgnoringCase(host, other.host)
        && port == other.port
        && haveSameParameters(other)
        && headers().equals(other.headers());
  }

  private @Nullable String plainPassword() {
    return rawPassword == null ? null : WireText.unescape(rawPassword);
  }

  private boolean haveSameParameters(final SipUri other) {
    for (final var name : DECISIVE) {
      if (parameters.has(name) != other.parameters.has(name)) {
        return false;
      }
    }
    for (final var raw : parameters.names()) {
      final var name = WireText.unescape(raw);
      final var isSame =
          !other.parameters.has(name)
              || WireText.sameIgnoringCase(
                  parameter(name).orElse(""), other.parameter(name).orElse(""));
      if (!isSame) {
        return false;
      }
    }
    // `transport` counts as one that is in both when it is written in one
    return parameters.has("transport") == other.parameters.has("transport");
  }

  private Map<String, String> headers() {
    final var headers = new HashMap<String, String>();
    if (!rawHeaders.isEmpty()) {
      for (final var one : rawHeaders.split("&", -1)) {
        final var equals = one.indexOf('=');
        headers.put(
            WireText.unescape(one.substring(0, equals)).toLowerCase(Locale.ROOT),
            WireText.unescape(one.substring(equals + 1)));
      }
    }
    return headers;
  }

  /// As it is written.
  @Override
  public String toString() {
    final var out = new StringBuilder(64).append(isSecure ? "sips:" : "sip:");
    if (!rawUser.isEmpty()) {
      out.append(rawUser);
      if (rawPassword != null) {
        out.append(':').append(rawPassword);
      }
      out.append('@');
    }
    out.append(host);
    if (port != 0) {
      out.append(':').append(port);
    }
    parameters.write(out);
    if (!rawHeaders.isEmpty()) {
      out.append('?').append(rawHeaders);
    }
    return out.toString();
  }
}
