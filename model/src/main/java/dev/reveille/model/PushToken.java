package dev.reveille.model;

import java.net.URI;
import java.util.Locale;

/// A push service's address of an installation, as the app reported it. It is a secret: a sender
/// that knows it may be able to send.
///
/// One address in two spellings would count as two, so [#of] accepts one spelling per service. The
/// constructor takes any text, for rows that an older version wrote.
public record PushToken(String value) {
  private static final int LONGEST = 4096;

  /// Apple's tokens have 32 bytes today. Apple guarantees no length; a shorter one never was.
  private static final int SHORTEST_HEX = 64;

  private static final int LONGEST_HEX = 200;

  /// Google guarantees no length either; all that was ever handed out is far longer, and words such
  /// as `null`, `undefined` or `SERVICE_NOT_AVAILABLE` are shorter.
  private static final int SHORTEST_WORD = 32;

  public PushToken {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a push token has 1 to " + LONGEST + " characters, not " + value.length());
    }
  }

  /// The address in its service's one spelling.
  ///
  /// @throws IllegalArgumentException when it is none of this service's; says what to do, and shows
  ///   none of it
  public static PushToken of(final PushService service, final String written) {
    return new PushToken(
        switch (service) {
          case APNS -> hex(written);
          case FCM -> word(written);
          case WNS, WEB_PUSH -> address(written, false);
          case MPNS -> address(written, true);
          case HUB ->
              throw new IllegalArgumentException("is spelled as the platform behind it does");
        });
  }

  /// As apps print Apple's bytes: `<740f4707 bebcf74f>` is the description of an old `NSData`.
  private static String hex(final String written) {
    final var digits = new StringBuilder(written.length());
    for (int i = 0; i < written.length(); i++) {
      final char c = written.charAt(i);
      if (isHex(c)) {
        digits.append(c >= 'A' && c <= 'F' ? (char) (c + ('a' - 'A')) : c);
      } else if (c != ' ' && !(c == '<' && i == 0) && !(c == '>' && i == written.length() - 1)) {
        throw new IllegalArgumentException(
            "is not hexadecimal: give the bytes that Apple handed to the app as digits 0-9 and a-f"
                + " ("
                + bytes()
                + ")");
      }
    }
    if (digits.length() % 2 != 0
        || digits.length() < SHORTEST_HEX
        || digits.length() > LONGEST_HEX) {
      throw new IllegalArgumentException(
          "must have an even number of "
              + SHORTEST_HEX
              + " to "
              + LONGEST_HEX
              + " hexadecimal digits, not "
              + digits.length()
              + ": give all bytes that Apple handed to the app ("
              + bytes()
              + ")");
    }
    return digits.toString();
  }

  private static String bytes() {
    return "in Swift: token.map { String(format: \"%02x\", $0) }.joined()";
  }

  private static boolean isHex(final char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  private static String word(final String written) {
    final var word = withoutBlanks(written);
    if (word.length() < SHORTEST_WORD || word.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must have "
              + SHORTEST_WORD
              + " to "
              + LONGEST
              + " characters, not "
              + word.length()
              + ": give what FirebaseMessaging.getToken() answered, whole");
    }
    for (int i = 0; i < word.length(); i++) {
      final char c = word.charAt(i);
      if (!isLetterOrDigit(c) && ":_-.".indexOf(c) < 0) {
        throw new IllegalArgumentException(
            "has a character other than letters, digits and : _ - . : give what"
                + " FirebaseMessaging.getToken() answered, as it is");
      }
    }
    return word;
  }

  private static boolean isLetterOrDigit(final char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /// Scheme and host know no case; what follows them does.
  private static String address(final String written, final boolean plainToo) {
    final var text = withoutBlanks(written);
    try {
      final var uri = new URI(text);
      final var host = uri.getHost();
      final var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (host != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && (scheme.equals("https") || plainToo && scheme.equals("http"))) {
        final int from = text.indexOf(host, text.indexOf("://"));
        return scheme
            + "://"
            + host.toLowerCase(Locale.ROOT)
            + text.substring(from + host.length());
      }
    } catch (java.net.URISyntaxException _) {
      // said below
    }
    throw new IllegalArgumentException(
        "must be an address with "
            + (plainToo ? "http or https" : "https")
            + ": give the channel's URI or the subscription's endpoint, as the system handed it to"
            + " the app");
  }

  private static String withoutBlanks(final String written) {
    int from = 0;
    int to = written.length();
    while (from < to && written.charAt(from) == ' ') {
      from++;
    }
    while (to > from && written.charAt(to - 1) == ' ') {
      to--;
    }
    return written.substring(from, to);
  }

  @Override
  public String toString() {
    return "PushToken[…]";
  }
}
