package dev.reveille.sip.message;

import java.util.Locale;
import java.util.Optional;

/// The value of From, To, Contact, Route and their like: a display name, a URI of any scheme, and
/// the parameters of the field (RFC 3261 section 20.10). `*` of a Contact is one without a URI.
///
/// @param displayName as people read it; empty when there is none
/// @param uri as it is written
/// @param parameters those of the field, not of the URI
public record NameAddress(String displayName, String uri, SipParameters parameters) {
  /// Reads one value, which must not be a list.
  ///
  /// @return empty when it is malformed
  public static Optional<NameAddress> parse(final String value) {
    try {
      return Optional.of(read(WireText.bytesOf(value), WireFault.BAD_FIELD));
    } catch (SyntaxFault _) {
      return Optional.empty();
    }
  }

  /// A URI without a name and parameters.
  public static NameAddress of(final SipUri uri) {
    return new NameAddress("", uri.toString(), SipParameters.NONE);
  }

  static NameAddress read(final String value, final WireFault fault) {
    final var cursor = new Cursor(value, fault);
    cursor.space();
    final String name;
    final String uri;
    if (cursor.peek() == '"') {
      name = WireText.shown(cursor.quoted());
      cursor.space();
      cursor.expect('<');
      uri = bracketed(cursor);
    } else {
      final var from = cursor.at();
      final var isBracketed = cursor.skipTo('<', '"') == '<';
      if (cursor.peek() == '"') {
        throw cursor.fault();
      }
      if (isBracketed) {
        name = tokens(Cursor.trimmed(value, from, cursor.at()), cursor);
        cursor.expect('<');
        uri = bracketed(cursor);
      } else {
        name = "";
        cursor.to(from);
        uri = bare(cursor, value);
      }
    }
    final var parameters = SipParameters.read(cursor);
    cursor.expectEnd();
    return new NameAddress(name, uri, parameters);
  }

  /// Words without quotes: tokens with white space between them.
  private static String tokens(final String words, final Cursor at) {
    for (int i = 0; i < words.length(); i++) {
      final var c = words.charAt(i);
      if (!WireText.isTokenChar(c) && c != ' ' && c != '\t') {
        throw at.fault();
      }
    }
    return words;
  }

  private static String bracketed(final Cursor cursor) {
    final var from = cursor.at();
    final var _ = cursor.skipTo('>', '<');
    final var uri = cursor.substring(from, cursor.at());
    cursor.expect('>');
    checkUri(uri, cursor);
    return uri;
  }

  /// Without brackets the URI ends at the first semicolon, and may have neither comma nor question
  /// mark (section 20.10).
  private static String bare(final Cursor cursor, final String value) {
    final var from = cursor.at();
    final var _ = cursor.skipTo(';', ',');
    final var uri = Cursor.trimmed(value, from, cursor.at());
    if (uri.indexOf('?') >= 0) {
      throw cursor.fault();
    }
    if (!uri.equals("*")) {
      checkUri(uri, cursor);
    }
    return uri;
  }

  /// A scheme, a colon, and something without spaces and delimiters.
  static boolean isUri(final String uri) {
    final var colon = uri.indexOf(':');
    if (colon <= 0 || colon == uri.length() - 1) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      final var c = uri.charAt(i);
      final var isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      final var isOther = c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
      if (!isLetter && (i == 0 || !isOther)) {
        return false;
      }
    }
    for (int i = colon + 1; i < uri.length(); i++) {
      final var c = uri.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '"') {
        return false;
      }
    }
    return true;
  }

  private static void checkUri(final String uri, final Cursor at) {
    if (!isUri(uri)) {
      throw at.fault();
    }
  }

  /// The URI, if it is a SIP URI and well formed.
  public Optional<SipUri> sipUri() {
    return SipUri.parse(uri);
  }

  /// The domain of a SIP URI in lower case; empty for other schemes.
  public Optional<String> domain() {
    return sipUri().map(one -> one.host().toLowerCase(Locale.ROOT));
  }

  /// The tag of From or To.
  public Optional<String> tag() {
    return parameters.get("tag");
  }

  /// Whether it is the `*` of a Contact that removes all.
  public boolean isEverything() {
    return uri.equals("*");
  }

  /// This one with a parameter, which replaces one of its name.
  ///
  /// @param value a token or a host; what is neither is written between quotes
  /// @throws IllegalArgumentException when the name is no token
  public NameAddress withParameter(final String name, final String value) {
    if (!WireText.isToken(name)) {
      throw new IllegalArgumentException("not a name of a parameter: " + name);
    }
    final var bytes = WireText.checkedValue(name, value);
    final var written = WireText.isToken(bytes) ? bytes : Cursor.quote(bytes);
    return new NameAddress(displayName, uri, parameters.with(name, written));
  }

  /// This one with a display name.
  public NameAddress named(final String name) {
    final var _ = WireText.checkedValue("a display name", name);
    return new NameAddress(name, uri, parameters);
  }

  /// As it is written.
  @Override
  public String toString() {
    final var out = new StringBuilder(64);
    if (!displayName.isEmpty()) {
      out.append(Cursor.quote(displayName)).append(' ');
    }
    if (isEverything()) {
      out.append('*');
    } else {
      out.append('<').append(uri).append('>');
    }
    return out.append(WireText.shown(parameters.toString())).toString();
  }
}
