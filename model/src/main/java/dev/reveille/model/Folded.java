package dev.reveille.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Makes the form in which names and addresses are compared, everywhere: a user's name and
/// addresses, the recipients of an event, the callers who are let through, and the callers whose
/// rings are counted. Two texts name the same person when [#of] gives the same for both. Stored and
/// shown is the text as it was written.
///
/// A name, a mail address or `DOMAIN\name` is compared without regard to case. A SIP address is
/// compared by RFC 3261 §19.1.4, a telephone number by RFC 3966 §4, with these rules where the
/// standards leave a choice, or are made for requests and not for people:
///
/// - A display name and the angle brackets around an address are no part of it.
/// - The part before the `@` is compared without regard to case, as the rest is: two people whose
///   addresses differ in case only would be taken for each other by all who dial them.
/// - `sips:` is `sip:`: it says how a call travels, not to whom.
/// - A port counts as it is written: 5060 is not the same as none.
/// - `user`, `ttl`, `method` and `maddr` must be in both or in neither, with the same value, and
///   the headers behind `?` too. Every other parameter (`transport`, `lr`, `gr`, …) says how a call
///   travels and is ignored, also where both have it: only so is the comparison transitive, which a
///   unique address and the count of a caller's rings need.
/// - Of a telephone number the visual separators `-`, `.`, `(` and `)` do not count; its parameters
///   do (`ext`, `isub`, `phone-context`, …), in any order. The same holds for the number of a SIP
///   address with `user=phone`.
public final class Folded {
  private static final Set<String> COUNT = Set.of("user", "ttl", "method", "maddr");

  /// What stands in the place of an address that is withheld (RFC 3323 §4.1.1.3).
  private static final String WITHHELD = ".invalid";

  private Folded() {}

  /// The form that is compared.
  public static String of(final String nameOrAddress) {
    final var address = withoutName(nameOrAddress);
    if (hasScheme(address, "sip:")) {
      return sip(address.substring(4));
    }
    if (hasScheme(address, "sips:")) {
      return sip(address.substring(5));
    }
    if (hasScheme(address, "tel:")) {
      return "tel:" + telephone(address.substring(4), true);
    }
    return lower(nameOrAddress);
  }

  /// Whether the address is one of no person: empty, or in the domain that stands for "withheld".
  public static boolean isWithheld(final String address) {
    final var folded = of(address);
    if (folded.isEmpty()) {
      return true;
    }
    if (!folded.startsWith("sip:")) {
      return folded.endsWith(WITHHELD);
    }
    final var host = host(folded);
    return host.endsWith(WITHHELD);
  }

  private static String host(final String folded) {
    int end = folded.length();
    for (final char delimiter : new char[] {'?', ';'}) {
      final int at = folded.indexOf(delimiter, folded.indexOf('@') + 1);
      end = at < 0 ? end : Math.min(end, at);
    }
    final var hostAndPort = folded.substring(Math.max(folded.indexOf('@') + 1, 4), end);
    final int port = hostAndPort.lastIndexOf(':');
    return port < 0 || hostAndPort.endsWith("]") ? hostAndPort : hostAndPort.substring(0, port);
  }

  private static String lower(final String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean hasScheme(final String address, final String scheme) {
    return address.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /// What stands between `<` and `>`, where that is a SIP address or a number; else the text.
  private static String withoutName(final String text) {
    if (text.isEmpty() || text.charAt(text.length() - 1) != '>' && text.indexOf('<') < 0) {
      return text.strip();
    }
    final int end = text.lastIndexOf('>');
    final int begin = end < 0 ? -1 : text.lastIndexOf('<', end);
    if (begin < 0) {
      return text.strip();
    }
    final var inside = text.substring(begin + 1, end).strip();
    return hasScheme(inside, "sip:") || hasScheme(inside, "sips:") || hasScheme(inside, "tel:")
        ? inside
        : text.strip();
  }

  private static String sip(final String rest) {
    final int question = rest.indexOf('?');
    final var headers = question < 0 ? "" : rest.substring(question + 1);
    final var address = question < 0 ? rest : rest.substring(0, question);
    // a semicolon may stand before the @ (of a telephone number), so the @ is looked for first
    final int at = address.lastIndexOf('@');
    final int semicolon = address.indexOf(';', at + 1);
    final var host = lower(address.substring(at + 1, semicolon < 0 ? address.length() : semicolon));
    final var parameters =
        semicolon < 0 ? List.<String>of() : counted(address.substring(semicolon + 1));
    final var user = at < 0 ? "" : unescaped(address.substring(0, at));
    final var folded = new StringBuilder("sip:");
    if (at >= 0) {
      folded
          .append(parameters.contains("user=phone") ? telephone(user, false) : lower(user))
          .append('@');
    }
    folded.append(host);
    parameters.forEach(one -> folded.append(';').append(one));
    if (!headers.isEmpty()) {
      folded.append('?').append(String.join("&", sorted(headers.split("&", -1))));
    }
    return folded.toString();
  }

  private static List<String> counted(final String parameters) {
    final var counted = new ArrayList<String>();
    for (final var one : sorted(parameters.split(";", -1))) {
      final int equals = one.indexOf('=');
      if (COUNT.contains(equals < 0 ? one : one.substring(0, equals))) {
        counted.add(one);
      }
    }
    return counted;
  }

  private static List<String> sorted(final String[] parts) {
    final var all = new ArrayList<String>(parts.length);
    for (final var part : parts) {
      if (!part.isBlank()) {
        all.add(lower(unescaped(part.strip())));
      }
    }
    all.sort(null);
    return all;
  }

  /// @param own whether the parameters are the number's own, which count all
  private static String telephone(final String text, final boolean own) {
    final int semicolon = text.indexOf(';');
    final var number = new StringBuilder(text.length());
    withoutSeparators(semicolon < 0 ? text : text.substring(0, semicolon), number);
    if (semicolon >= 0) {
      for (final var one : sorted(text.substring(semicolon + 1).split(";", -1))) {
        number.append(';');
        if (own && isNumber(one)) {
          final int equals = one.indexOf('=') + 1;
          number.append(one, 0, equals);
          withoutSeparators(one.substring(equals), number);
        } else {
          number.append(one);
        }
      }
    }
    return number.toString();
  }

  /// An extension, or a context that is a number and no domain.
  private static boolean isNumber(final String parameter) {
    return parameter.startsWith("ext=") || parameter.startsWith("phone-context=+");
  }

  private static void withoutSeparators(final String text, final StringBuilder into) {
    final var folded = lower(text);
    for (int i = 0; i < folded.length(); i++) {
      final char c = folded.charAt(i);
      if (c != '-' && c != '.' && c != '(' && c != ')') {
        into.append(c);
      }
    }
  }

  /// A character that need not be escaped is the same as its escape (RFC 3261 §19.1.4); one that
  /// must be stays as it is.
  private static String unescaped(final String text) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return text;
    }
    final var plain = new StringBuilder(text.length());
    int from = 0;
    for (; percent >= 0 && percent + 2 < text.length(); percent = text.indexOf('%', percent + 1)) {
      final int high = Character.digit(text.charAt(percent + 1), 16);
      final int low = Character.digit(text.charAt(percent + 2), 16);
      final char c = (char) (high * 16 + low);
      if (high >= 0 && low >= 0 && isUnreserved(c)) {
        plain.append(text, from, percent).append(c);
        from = percent + 3;
      }
    }
    return plain.append(text, from, text.length()).toString();
  }

  private static boolean isUnreserved(final char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-_.!~*'()".indexOf(c) >= 0;
  }
}
