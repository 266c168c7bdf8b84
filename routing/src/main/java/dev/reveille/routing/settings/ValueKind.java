package dev.reveille.routing.settings;

import dev.reveille.model.HostNameSyntax;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The values that a property of a setting takes. A value is a list of texts, as it is stored; all
/// kinds but [Texts] have exactly one. Immutable.
public sealed interface ValueKind {
  /// `true` or `false`.
  record Flag() implements ValueKind {}

  /// A whole number, both bounds included.
  record Number(long least, long most) implements ValueKind {}

  /// One of these words, compared without regard to case and kept in this spelling.
  record Word(List<String> words) implements ValueKind {
    public Word {
      words = List.copyOf(words);
    }
  }

  /// A text without control characters.
  ///
  /// @param longest in characters
  record Text(int longest) implements ValueKind {}

  /// A host name or domain, kept in lower case.
  record HostName() implements ValueKind {}

  /// A SIP address with a user part, such as `sip:push@push.example.org`; the scheme and the host
  /// are kept in lower case.
  record SipUri() implements ValueKind {}

  /// An absolute URL with the scheme https.
  record HttpsUrl() implements ValueKind {}

  /// A list of texts without white space, each once: they are compared without regard to case.
  ///
  /// @param most in the list
  /// @param longest each, in characters
  record Texts(int most, int longest) implements ValueKind {}

  /// The values as they are stored: one spelling for what means the same.
  ///
  /// @throws IllegalArgumentException when the kind does not take them; its message follows the
  ///   property's name and a colon
  default List<String> read(final List<String> given) {
    if (this instanceof final Texts texts) {
      return read(given, texts);
    }
    if (given.size() != 1) {
      throw refused();
    }
    return List.of(one(given.getFirst()));
  }

  /// Whether "" says that there is none, where a property is not required.
  default boolean mayBeEmpty() {
    return switch (this) {
      case Flag _, Number _, Word _, Texts _ -> false;
      case Text _, HostName _, SipUri _, HttpsUrl _ -> true;
    };
  }

  /// What is taken, to be read after "must be".
  default String inWords() {
    return switch (this) {
      case Flag _ -> "true or false";
      case Number(var least, var most) -> "a whole number from " + least + " to " + most;
      case Word(var words) -> "one of " + String.join(", ", words);
      case Text(var longest) ->
          "a text of at most " + longest + " characters, without control characters";
      case HostName _ -> "a host name such as edge.example.org";
      case SipUri _ -> "a SIP address such as sip:push@push.example.org";
      case HttpsUrl _ -> "a URL that begins with https://";
      case Texts(var most, var longest) ->
          "a list of at most "
              + most
              + " texts, each of 1 to "
              + longest
              + " characters without white space";
    };
  }

  private String one(final String given) {
    return switch (this) {
      case Flag _ -> checked(given, given.equals("true") || given.equals("false"));
      case Number(var least, var most) -> number(given, least, most);
      case Word(var words) ->
          words.stream()
              .filter(word -> word.equalsIgnoreCase(given))
              .findFirst()
              .orElseThrow(this::refused);
      case Text(var longest) ->
          checked(
              given, given.length() <= longest && given.chars().noneMatch(Character::isISOControl));
      case HostName _ -> HostNameSyntax.canonical(given).orElseThrow(this::refused);
      case SipUri _ -> sipUri(given);
      case HttpsUrl _ -> checked(given, isHttps(given));
      case Texts _ -> given;
    };
  }

  private String checked(final String given, final boolean isTaken) {
    if (!isTaken) {
      throw refused();
    }
    return given;
  }

  private IllegalArgumentException refused() {
    return new IllegalArgumentException("must be " + inWords());
  }

  private String number(final String given, final long least, final long most) {
    checked(given, DIGITS.matcher(given).matches());
    final long number = Long.parseLong(given);
    checked(given, number >= least && number <= most);
    return Long.toString(number);
  }

  private String sipUri(final String given) {
    final Matcher parts = SIP.matcher(given);
    checked(given, parts.matches());
    final var host = HostNameSyntax.canonical(parts.group("host")).orElseThrow(this::refused);
    final var port = parts.group("port");
    checked(given, port == null || isPort(port));
    return parts.group("scheme").toLowerCase(Locale.ROOT)
        + ":"
        + parts.group("user")
        + "@"
        + host
        + (port == null ? "" : ":" + Integer.parseInt(port));
  }

  private static boolean isPort(final String digits) {
    final int port = Integer.parseInt(digits);
    return port > 0 && port <= 65_535;
  }

  private static boolean isHttps(final String given) {
    try {
      final var url = new URI(given);
      return given.length() <= LONGEST_URL
          && "https".equalsIgnoreCase(url.getScheme())
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  private List<String> read(final List<String> given, final Texts bounds) {
    final var once = new LinkedHashMap<String, String>();
    for (final var text : given) {
      checked(
          text,
          !text.isEmpty()
              && text.length() <= bounds.longest
              && text.codePoints()
                  .noneMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each)));
      once.putIfAbsent(text.toLowerCase(Locale.ROOT), text);
    }
    if (once.size() > bounds.most) {
      throw refused();
    }
    return List.copyOf(new ArrayList<>(once.values()));
  }

  int LONGEST_URL = 2_048;
  Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  /// RFC 3261 (25.1) without a password, parameters and headers: an address that is configured
  /// needs none.
  Pattern SIP =
      Pattern.compile(
          "(?<scheme>[Ss][Ii][Pp][Ss]?):(?<user>[A-Za-z0-9_.!~*'()&=+$,;?/%-]{1,128})"
              + "@(?<host>[A-Za-z0-9.-]{1,254})(?::(?<port>[0-9]{1,5}))?");
}
