package dev.reveille.http.client;

import java.io.IOException;
import java.net.InetAddress;

/// Thrown when a name resolves to an address that [AddressGuard] refuses. No connection was opened.
final class AddressRefused extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param kind of address, such as `loopback`
  AddressRefused(final String host, final InetAddress address, final String kind) {
    super(host + " is at " + address.getHostAddress() + ", a " + kind + " address");
  }
}
