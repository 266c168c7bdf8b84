package dev.reveille.sip.message;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One hop of a message's way (RFC 3261 section 20.42).
///
/// @param version `SIP/2.0`, or what else the peer wrote
/// @param transport as it is written: `UDP`, `TCP`, `TLS` or another
/// @param host of sent-by, as it is written
/// @param port of sent-by; 0 when none is written
public record Via(
    String version, String transport, String host, int port, SipParameters parameters) {
  /// What the branch of an element of RFC 3261 begins with.
  public static final String COOKIE = "z9hG4bK";

  private static final String SIP_2 = "SIP/2.0";

  /// A hop of ours.
  ///
  /// @param transport `UDP`, `TCP` or `TLS`
  /// @param port 0 for none
  /// @param branch begins with [#COOKIE]
  public static Via of(
      final String transport, final String host, final int port, final String branch) {
    return new Via(SIP_2, transport, host, port, SipParameters.NONE.with("branch", branch));
  }

  /// Reads one value, which must not be a list.
  static Via read(final String value, final WireFault fault) {
    final var cursor = new Cursor(value, fault);
    cursor.space();
    final var name = cursor.token();
    slash(cursor);
    final var number = cursor.token();
    slash(cursor);
    final var transport = cursor.token();
    final var before = cursor.at();
    cursor.space();
    if (cursor.at() == before) {
      throw cursor.fault();
    }
    final var host = cursor.host();
    final var afterHost = cursor.at();
    cursor.space();
    int port = 0;
    if (cursor.take(':')) {
      cursor.space();
      port = cursor.port();
    } else {
      cursor.to(afterHost);
    }
    final var parameters = SipParameters.read(cursor);
    cursor.expectEnd();
    final var version = name + "/" + number;
    return new Via(version.equals(SIP_2) ? SIP_2 : version, transport, host, port, parameters);
  }

  private static void slash(final Cursor cursor) {
    cursor.space();
    cursor.expect('/');
    cursor.space();
  }

  /// The branch as it is written; empty when there is none.
  public String branch() {
    final var branch = parameters.raw("branch");
    return branch == null ? "" : branch;
  }

  /// Whether the branch identifies a transaction by the rules of RFC 3261: it begins with the
  /// cookie and goes on.
  public boolean hasBranchOfRfc3261() {
    final var branch = branch();
    return branch.startsWith(COOKIE) && branch.length() > COOKIE.length();
  }

  /// Host and port as they are compared: lower case, `host:port` only where a port is written.
  public String sentBy() {
    final var lower = host.toLowerCase(Locale.ROOT);
    return port == 0 ? lower : lower + ":" + port;
  }

  /// The address that the next hop saw, if it wrote one.
  public Optional<String> received() {
    return parameters.get("received");
  }

  /// This hop as the element that received the message forwards it: with the address it came from,
  /// unless sent-by says the same, and with the port where the peer asked for it (RFC 3261 section
  /// 18.2.1, RFC 3581).
  ///
  /// @param address an address, without brackets
  public Via receivedFrom(final String address, final int fromPort) {
    final var plainHost = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    final var asksForPort = parameters.has("rport");
    if (plainHost.equalsIgnoreCase(address) && !asksForPort) {
      return this;
    }
    var more = parameters.with("received", address);
    if (asksForPort) {
      more = more.with("rport", String.valueOf(fromPort));
    }
    return new Via(version, transport, host, port, more);
  }

  /// This hop with a parameter.
  ///
  /// @param value a token, or null for a name alone
  public Via withParameter(final String name, final @Nullable String value) {
    if (!WireText.isToken(name) || value != null && !WireText.isToken(value)) {
      throw new IllegalArgumentException("not a parameter of Via: " + name + "=" + value);
    }
    return new Via(version, transport, host, port, parameters.with(name, value));
  }

  /// As it is written.
  @Override
  public String toString() {
    final var out = new StringBuilder(80);
    out.append(version).append('/').append(transport).append(' ').append(host);
    if (port != 0) {
      out.append(':').append(port);
    }
    parameters.write(out);
    return out.toString();
  }
}
