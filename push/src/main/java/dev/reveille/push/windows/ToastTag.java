package dev.reveille.push.windows;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Makes the tag of a toast from any text: at most 16 characters, the limit of the oldest Windows
/// that is served; newer versions take 64.
public final class ToastTag {
  private static final Pattern FITS = Pattern.compile("[A-Za-z0-9._-]{1,16}");
  private static final int HASHED = 8;

  private ToastTag() {}

  /// The text itself where it fits, else the first 16 hexadecimal digits of its SHA-256.
  public static String of(final String text) {
    if (FITS.matcher(text).matches()) {
      return text;
    }
    try {
      final byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASHED);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
