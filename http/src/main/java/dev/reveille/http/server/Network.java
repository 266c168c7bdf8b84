package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A range of addresses, written as `10.0.0.0/8` or `fd00::/8`; an address alone is a range of one.
/// Immutable.
final class Network {
  private final byte[] first;
  private final int bits;

  private Network(final byte[] first, final int bits) {
    this.first = first;
    this.bits = bits;
  }

  /// @throws IllegalArgumentException when it is no range, or has bits set after its prefix
  static Network of(final String text) {
    final var slash = text.indexOf('/');
    final var address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw wrong(text);
    }
    final var bytes = address.getAddress();
    final var bits = slash < 0 ? bytes.length * 8 : length(text, text.substring(slash + 1));
    if (bits > bytes.length * 8 || !Arrays.equals(bytes, cut(bytes, bits))) {
      throw wrong(text);
    }
    return new Network(bytes, bits);
  }

  private static int length(final String text, final String digits) {
    if (!digits.matches("[0-9]{1,3}")) {
      throw wrong(text);
    }
    return Integer.parseInt(digits);
  }

  private static IllegalArgumentException wrong(final String text) {
    return new IllegalArgumentException(
        "a range of addresses reads 10.0.0.0/8 or fd00::/8, with nothing after its prefix, not "
            + text);
  }

  boolean contains(final InetAddress address) {
    final var bytes = address.getAddress();
    return bytes.length == first.length && Arrays.equals(first, cut(bytes, bits));
  }

  private static byte[] cut(final byte[] address, final int bits) {
    final var left = address.clone();
    for (var i = 0; i < left.length; i++) {
      final var kept = Math.clamp(bits - i * 8L, 0, 8);
      left[i] &= (byte) (0xFF << (8 - kept));
    }
    return left;
  }

  /// Reads an address as it is written in digits; a name is none, and is not looked up.
  static @Nullable InetAddress address(final String text) {
    final var isV4 = text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    if (!isV4 && (text.indexOf(':') < 0 || !text.matches("[0-9a-fA-F:.]{2,45}"))) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
