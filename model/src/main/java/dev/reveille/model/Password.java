package dev.reveille.model;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/// A user's password, prepared as RFC 8265 section 4.2 (OpaqueString) says: spaces of all kinds are
/// the common one, and what looks the same is the same (NFC); capitals count. It has 8 to 1,024
/// bytes of UTF-8 then, and no character that cannot be typed or seen. What prints it does not show
/// it.
///
/// Immutable.
public final class Password {
  /// In bytes of UTF-8.
  public static final int SHORTEST = 8;

  /// In bytes of UTF-8.
  public static final int LONGEST = 1_024;

  private final String text;

  private Password(final String text) {
    this.text = text;
  }

  /// @throws IllegalArgumentException with what is wrong, which never quotes it
  public static Password of(final String written) {
    if (written.length() > LONGEST) {
      throw new IllegalArgumentException(wrongLength(LONGEST + " bytes and more"));
    }
    if (Surrogates.halfIn(written)) {
      throw new IllegalArgumentException("must not have an unpaired surrogate: it is no character");
    }
    final var text = Normalizer.normalize(withPlainSpaces(written), Normalizer.Form.NFC);
    text.codePoints().forEach(Password::check);
    final int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < SHORTEST || length > LONGEST) {
      throw new IllegalArgumentException(wrongLength(length + " bytes"));
    }
    return new Password(text);
  }

  /// The same of what a client gives as a password: empty when it can be none.
  public static Optional<Password> read(final String written) {
    try {
      return Optional.of(of(written));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String wrongLength(final String length) {
    return "must have "
        + SHORTEST
        + " to "
        + LONGEST
        + " bytes in UTF-8 (a letter of English is one byte), not "
        + length;
  }

  private static String withPlainSpaces(final String written) {
    final var plain = new StringBuilder(written.length());
    written
        .codePoints()
        .forEach(c ->
            plain.appendCodePoint(Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c));
    return plain.toString();
  }

  private static void check(final int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          throw new IllegalArgumentException(
              "must not have control characters, such as a tab or the end of a line");
      case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE, Character.FORMAT ->
          throw new IllegalArgumentException(
              "must not have characters that Unicode does not assign or that are not seen");
      default -> {
        if (isIgnorable(c) || isConjoiningJamo(c)) {
          throw new IllegalArgumentException(
              "must not have characters that Unicode does not assign or that are not seen");
        }
      }
    }
  }

  /// Marks and fillers that are not seen (Default_Ignorable_Code_Point) and are of no class that is
  /// refused above.
  private static boolean isIgnorable(final int c) {
    return c == 0x034F
        || c == 0x115F
        || c == 0x1160
        || c == 0x17B4
        || c == 0x17B5
        || c >= 0x180B && c <= 0x180F
        || c == 0x3164
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFFA0
        || c >= 0xE0100 && c <= 0xE01EF;
  }

  /// Letters of old Korean, which are left when what is written today was composed.
  private static boolean isConjoiningJamo(final int c) {
    return c >= 0x1100 && c <= 0x11FF || c >= 0xA960 && c <= 0xA97C || c >= 0xD7B0 && c <= 0xD7FB;
  }

  /// As it is hashed, in clear.
  public String text() {
    return text;
  }

  /// The same in UTF-8, a copy.
  public byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Password[…]";
  }
}
