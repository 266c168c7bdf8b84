package dev.reveille.http.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Maps an address to the network under which limits per address count it: an IPv4 address stands
/// for itself, an IPv6 address for its /64, because a site has a whole /64 for each of its links
/// (RFC 6177) and can take any address of it.
public final class Subnet {
  private static final int PREFIX_BYTES = 8;

  private Subnet() {}

  /// The address that stands for all of its network.
  public static InetAddress of(final InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    final var bytes = address.getAddress();
    Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IPv6 address has 16 bytes", e);
    }
  }
}
