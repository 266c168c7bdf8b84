package dev.reveille.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The NetBIOS name of a domain, the first part of `DOMAIN\name`: 1 to 15 characters, letters,
/// digits and some signs, no dot at its beginning. Compared without regard to case.
///
/// @param value in capitals; made by [#of] from what a person writes
public record NetbiosName(String value) implements Comparable<NetbiosName> {
  private static final Pattern NAME = Pattern.compile("(?!\\.)[A-Z0-9!@#$%^&()\\-_'{}.~]{1,15}");

  /// @throws IllegalArgumentException with what is wrong, to be read behind the field's name
  public NetbiosName {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "must have 1 to 15 characters, letters (A to Z), digits and - _ . ! @ # $ % ^ & ( ) ' { }"
              + " ~, and must not begin with a dot");
    }
  }

  /// Reads what a person writes, in any case.
  ///
  /// @throws IllegalArgumentException with what is wrong, to be read behind the field's name
  public static NetbiosName of(final String written) {
    return new NetbiosName(capitals(written));
  }

  /// The same of a text that may be none: empty then.
  public static Optional<NetbiosName> read(final String written) {
    final var capitals = capitals(written);
    return NAME.matcher(capitals).matches()
        ? Optional.of(new NetbiosName(capitals))
        : Optional.empty();
  }

  /// Of ASCII letters alone: no other letter has a capital that is one of these.
  private static String capitals(final String written) {
    return written.chars().allMatch(c -> c < 0x80) ? written.toUpperCase(Locale.ROOT) : written;
  }

  @Override
  public int compareTo(final NetbiosName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
