package dev.reveille.protocols.device;

import java.util.HexFormat;

/// Tokens that Apple could have given out.
final class AppleToken {
  private AppleToken() {}

  /// The same for the same word.
  static String of(final String word) {
    return HexFormat.of().formatHex(DeviceTokens.sha256(word));
  }
}
