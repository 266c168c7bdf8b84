package dev.reveille.http.client;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// The address blocks that are not public hosts: the special-purpose registries of RFC 6890, and
/// every IPv6 block that carries an IPv4 address within, which would lead around the other rules.
final class SpecialAddresses {
  /// @param prefix the first bytes of the block
  /// @param bits how many of them count
  private record Block(String kind, byte[] prefix, int bits) {
    static Block v4(final String kind, final int bits, final int... bytes) {
      return new Block(kind, bytes(4, bytes), bits);
    }

    static Block v6(final String kind, final int bits, final int... groups) {
      final int[] bytes = new int[groups.length * 2];
      for (int i = 0; i < groups.length; i++) {
        bytes[2 * i] = groups[i] >> 8;
        bytes[2 * i + 1] = groups[i] & 0xFF;
      }
      return new Block(kind, bytes(16, bytes), bits);
    }

    private static byte[] bytes(final int length, final int... given) {
      final byte[] all = new byte[length];
      for (int i = 0; i < given.length; i++) {
        all[i] = (byte) given[i];
      }
      return all;
    }

    boolean holds(final byte[] address) {
      for (int bit = 0; bit < bits; bit += 8) {
        final int mask = bits - bit >= 8 ? 0xFF : 0xFF << (8 - (bits - bit)) & 0xFF;
        if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Block> V4 =
      List.of(
          Block.v4("unspecified", 8, 0),
          Block.v4("private", 8, 10),
          Block.v4("carrier NAT", 10, 100, 64),
          Block.v4("loopback", 8, 127),
          Block.v4("link-local", 16, 169, 254),
          Block.v4("private", 12, 172, 16),
          Block.v4("protocol assignments", 24, 192, 0, 0),
          Block.v4("documentation", 24, 192, 0, 2),
          Block.v4("6to4 relay", 24, 192, 88, 99),
          Block.v4("private", 16, 192, 168),
          Block.v4("benchmarking", 15, 198, 18),
          Block.v4("documentation", 24, 198, 51, 100),
          Block.v4("documentation", 24, 203, 0, 113),
          Block.v4("multicast", 4, 224),
          Block.v4("reserved", 4, 240));

  private static final List<Block> V6 =
      List.of(
          Block.v6("unspecified", 128, 0),
          Block.v6("loopback", 128, 0, 0, 0, 0, 0, 0, 0, 1),
          Block.v6("IPv4 inside IPv6", 96, 0, 0, 0, 0, 0, 0xFFFF),
          Block.v6("IPv4 inside IPv6", 96, 0, 0, 0, 0, 0xFFFF),
          Block.v6("IPv4 inside IPv6", 96, 0),
          Block.v6("NAT64", 96, 0x64, 0xFF9B),
          Block.v6("NAT64", 48, 0x64, 0xFF9B, 1),
          Block.v6("IPv4 inside IPv6", 32, 0x2001, 0),
          Block.v6("protocol assignments", 23, 0x2001),
          Block.v6("documentation", 32, 0x2001, 0xDB8),
          Block.v6("IPv4 inside IPv6", 16, 0x2002),
          Block.v6("documentation", 20, 0x3FFF),
          Block.v6("private", 7, 0xFC00),
          Block.v6("link-local", 10, 0xFE80),
          Block.v6("site-local", 10, 0xFEC0),
          Block.v6("multicast", 8, 0xFF00));

  /// What the Internet routes (RFC 4291 section 2.4).
  private static final Block GLOBAL_UNICAST = Block.v6("", 3, 0x2000);

  private SpecialAddresses() {}

  /// The kind of a special address; empty for a public one.
  static Optional<String> kind(final InetAddress address) {
    final byte[] bytes = address.getAddress();
    for (final var block : address instanceof Inet4Address ? V4 : V6) {
      if (block.holds(bytes)) {
        return Optional.of(block.kind());
      }
    }
    return address instanceof Inet4Address || GLOBAL_UNICAST.holds(bytes)
        ? Optional.empty()
        : Optional.of("reserved");
  }
}
