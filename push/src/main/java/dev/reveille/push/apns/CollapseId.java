package dev.reveille.push.apns;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Makes Apple's collapse id from a collapse word: at most 64 bytes that may stand in a header. A
/// longer word, or one with other characters, is replaced by its hash, by which alerts replace each
/// other as well.
final class CollapseId {
  private static final int LONGEST = 64;

  private CollapseId() {}

  static byte[] bytes(final String wanted) {
    boolean fits = wanted.length() <= LONGEST;
    for (int i = 0; fits && i < wanted.length(); i++) {
      fits = wanted.charAt(i) > 0x20 && wanted.charAt(i) < 0x7F;
    }
    return (fits ? wanted : hash(wanted)).getBytes(StandardCharsets.US_ASCII);
  }

  private static String hash(final String text) {
    try {
      final var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
