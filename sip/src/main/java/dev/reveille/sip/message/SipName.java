package dev.reveille.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The names of header fields that we know, spelled as they are written, and their compact forms
/// (RFC 3261 section 7.3.3 and the registry of IANA). Names that came over the wire are turned into
/// these, so that two known names are equal exactly when they are the same object.
public final class SipName {
  public static final String ACCEPT = "Accept";
  public static final String ALLOW = "Allow";
  public static final String AUTHENTICATION_INFO = "Authentication-Info";
  public static final String AUTHORIZATION = "Authorization";
  public static final String CALL_ID = "Call-ID";
  public static final String CONTACT = "Contact";
  public static final String CONTENT_ENCODING = "Content-Encoding";
  public static final String CONTENT_LENGTH = "Content-Length";
  public static final String CONTENT_TYPE = "Content-Type";
  public static final String CSEQ = "CSeq";
  public static final String DATE = "Date";
  public static final String EVENT = "Event";
  public static final String EXPIRES = "Expires";
  public static final String FEATURE_CAPS = "Feature-Caps";
  public static final String FROM = "From";
  public static final String MAX_FORWARDS = "Max-Forwards";
  public static final String MIN_EXPIRES = "Min-Expires";
  public static final String PATH = "Path";
  public static final String PRIORITY = "Priority";
  public static final String PROXY_AUTHENTICATE = "Proxy-Authenticate";
  public static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  public static final String PROXY_REQUIRE = "Proxy-Require";
  public static final String REASON = "Reason";
  public static final String RECORD_ROUTE = "Record-Route";
  public static final String REQUIRE = "Require";
  public static final String RETRY_AFTER = "Retry-After";
  public static final String ROUTE = "Route";
  public static final String SERVER = "Server";
  public static final String SUBJECT = "Subject";
  public static final String SUPPORTED = "Supported";
  public static final String TIMESTAMP = "Timestamp";
  public static final String TO = "To";
  public static final String UNSUPPORTED = "Unsupported";
  public static final String USER_AGENT = "User-Agent";
  public static final String VIA = "Via";
  public static final String WARNING = "Warning";
  public static final String WWW_AUTHENTICATE = "WWW-Authenticate";

  private static final List<String> KNOWN =
      List.of(
          ACCEPT,
          ALLOW,
          AUTHENTICATION_INFO,
          AUTHORIZATION,
          CALL_ID,
          CONTACT,
          CONTENT_ENCODING,
          CONTENT_LENGTH,
          CONTENT_TYPE,
          CSEQ,
          DATE,
          EVENT,
          EXPIRES,
          FEATURE_CAPS,
          FROM,
          MAX_FORWARDS,
          MIN_EXPIRES,
          PATH,
          PRIORITY,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          PROXY_REQUIRE,
          REASON,
          RECORD_ROUTE,
          REQUIRE,
          RETRY_AFTER,
          ROUTE,
          SERVER,
          SUBJECT,
          SUPPORTED,
          TIMESTAMP,
          TO,
          UNSUPPORTED,
          USER_AGENT,
          VIA,
          WARNING,
          WWW_AUTHENTICATE);

  private static final @Nullable String[] COMPACT = compact();

  /// A power of two, several times as many as there are names.
  private static final int SLOTS = 256;

  private static final @Nullable String[] TABLE = table();

  private SipName() {}

  private static @Nullable String[] compact() {
    final var compact = new @Nullable String[26];
    compact['a' - 'a'] = "Accept-Contact";
    compact['b' - 'a'] = "Referred-By";
    compact['c' - 'a'] = CONTENT_TYPE;
    compact['d' - 'a'] = "Request-Disposition";
    compact['e' - 'a'] = CONTENT_ENCODING;
    compact['f' - 'a'] = FROM;
    compact['i' - 'a'] = CALL_ID;
    compact['j' - 'a'] = "Reject-Contact";
    compact['k' - 'a'] = SUPPORTED;
    compact['l' - 'a'] = CONTENT_LENGTH;
    compact['m' - 'a'] = CONTACT;
    compact['o' - 'a'] = EVENT;
    compact['r' - 'a'] = "Refer-To";
    compact['s' - 'a'] = SUBJECT;
    compact['t' - 'a'] = TO;
    compact['u' - 'a'] = "Allow-Events";
    compact['v' - 'a'] = VIA;
    compact['x' - 'a'] = "Session-Expires";
    compact['y' - 'a'] = "Identity";
    return compact;
  }

  private static @Nullable String[] table() {
    final var table = new @Nullable String[SLOTS];
    for (final var name : KNOWN) {
      final var bytes = name.getBytes(StandardCharsets.US_ASCII);
      int slot = hash(bytes, 0, bytes.length);
      while (table[slot] != null) {
        slot = (slot + 1) % SLOTS;
      }
      table[slot] = name;
    }
    return table;
  }

  private static int hash(final byte[] bytes, final int from, final int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + (bytes[i] | 0x20);
    }
    return (hash ^ hash >>> 8) & (SLOTS - 1);
  }

  /// The name that these bytes spell: the long form of a compact one, ours of a known one,
  /// otherwise as it came.
  static String of(final byte[] bytes, final int from, final int to) {
    if (to - from == 1) {
      final int letter = (bytes[from] | 0x20) - 'a';
      final var name = letter >= 0 && letter < COMPACT.length ? COMPACT[letter] : null;
      if (name != null) {
        return name;
      }
    }
    int slot = hash(bytes, from, to);
    for (var name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (spells(name, bytes, from, to)) {
        return name;
      }
      slot = (slot + 1) % SLOTS;
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /// The same for a name that a program wrote.
  ///
  /// @throws IllegalArgumentException when it is no token
  static String of(final String name) {
    if (!WireText.isToken(name)) {
      throw new IllegalArgumentException("not a name of a header field: " + name);
    }
    final var bytes = name.getBytes(StandardCharsets.US_ASCII);
    return of(bytes, 0, bytes.length);
  }

  private static boolean spells(
      final String name, final byte[] bytes, final int from, final int to) {
    if (name.length() != to - from) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      final int expected = name.charAt(i);
      final int actual = bytes[from + i];
      if (expected != actual && (expected | 0x20) != (actual | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /// Whether two names, each known or as it came, mean the same field.
  static boolean same(final String one, final String other) {
    // strings of one object first: nearly all names are known
    return one.equals(other) || WireText.sameIgnoringCase(one, other);
  }
}
