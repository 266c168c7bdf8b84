package dev.reveille.model;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A domain of an organisation, as DNS compares it: what stands behind the `@` of SIP and mail
/// addresses. In lower case, in its ASCII form (`xn--`, RFC 5890), without the dot of the root.
///
/// @param value canonical; made by [#of] from what a person writes
public record DomainName(String value) implements Comparable<DomainName> {
  private static final int LONGEST = 253;

  /// What may be written: three characters of another script can be one of ours.
  private static final int LONGEST_WRITTEN = 1_024;

  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")+");
  private static final Pattern SINGLE = Pattern.compile(LABEL);
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:0x)?[0-9]+");

  /// Letters that the JDK (RFC 3490) maps to others, and the standard of today (RFC 5891) does not:
  /// which of two names is meant cannot be told.
  private static final Pattern AMBIGUOUS = Pattern.compile("[\\u00df\\u03c2\\u200c\\u200d]");

  /// @throws IllegalArgumentException when it is not canonical
  public DomainName {
    if (value.length() > LONGEST
        || !NAME.matcher(value).matches()
        || ENDS_IN_NUMBER.matcher(value).matches()) {
      throw new IllegalArgumentException("is no domain in its canonical form");
    }
  }

  /// Reads what a person writes: capitals, other scripts and a dot at the end are well.
  ///
  /// @throws IllegalArgumentException with what is wrong, to be read behind the field's name
  public static DomainName of(final String written) {
    final var canonical = canonical(written);
    if (ENDS_IN_NUMBER.matcher(canonical).matches() || canonical.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "must be a domain such as example.org, neither an address nor one with a port");
    }
    if (SINGLE.matcher(canonical).matches()) {
      throw new IllegalArgumentException(
          "must have at least two parts, such as example.org; \""
              + canonical
              + "\" could be a name in any network");
    }
    try {
      return new DomainName(canonical);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "must be a domain such as example.org: parts of 1 to 63 letters, digits and dashes, at"
              + " most "
              + LONGEST
              + " characters in its ASCII form");
    }
  }

  /// The same of a text that may be none: empty then.
  public static Optional<DomainName> read(final String written) {
    try {
      return Optional.of(of(written));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String canonical(final String written) {
    if (written.length() > LONGEST_WRITTEN) {
      throw new IllegalArgumentException("must have at most " + LONGEST + " characters");
    }
    if (AMBIGUOUS.matcher(written).find()) {
      throw new IllegalArgumentException(
          "has a letter that two standards read differently; write its ASCII form (xn--…)");
    }
    return withoutRoot(ascii(written)).toLowerCase(Locale.ROOT);
  }

  private static String ascii(final String written) {
    if (written.chars().allMatch(c -> c < 0x80)) {
      return written;
    }
    try {
      return IDN.toASCII(written, IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "has no ASCII form that is known here; write it as its registry does (xn--…)");
    }
  }

  private static String withoutRoot(final String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  @Override
  public int compareTo(final DomainName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
