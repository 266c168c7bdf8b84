package dev.reveille.http.websocket;

/// Checks whether bytes are valid UTF-8 (RFC 3629) without making a string of them.
final class Utf8 {
  private Utf8() {}

  static boolean isValid(final byte[] bytes, final int from, final int to) {
    var at = from;
    while (at < to) {
      int lead = bytes[at++];
      if (lead >= 0) {
        continue;
      }
      lead &= 0xFF;
      int more;
      // The second byte has a narrower range where a shorter form or a surrogate could hide.
      var low = 0x80;
      var high = 0xBF;
      if (lead >= 0xC2 && lead <= 0xDF) {
        more = 1;
      } else if (lead >= 0xE0 && lead <= 0xEF) {
        more = 2;
        low = lead == 0xE0 ? 0xA0 : low;
        high = lead == 0xED ? 0x9F : high;
      } else if (lead >= 0xF0 && lead <= 0xF4) {
        more = 3;
        low = lead == 0xF0 ? 0x90 : low;
        high = lead == 0xF4 ? 0x8F : high;
      } else {
        return false;
      }
      for (; more > 0; more--) {
        if (at == to) {
          return false;
        }
        final var next = bytes[at++] & 0xFF;
        if (next < low || next > high) {
          return false;
        }
        low = 0x80;
        high = 0xBF;
      }
    }
    return true;
  }
}
