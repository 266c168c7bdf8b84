package dev.reveille.sip.transport;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/// Where to connect to, and who has to be there.
///
/// @param address resolved
/// @param tls empty for plain TCP
/// @param serverName what is asked for by SNI
/// @param acceptedNames the peer's certificate has to speak for one of them; none for plain TCP
public record SipTarget(
    InetSocketAddress address, Optional<SipTls> tls, String serverName, Set<String> acceptedNames) {
  public SipTarget {
    acceptedNames = Set.copyOf(acceptedNames);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("not resolved: " + address.getHostString());
    }
    if (tls.isPresent() == acceptedNames.isEmpty()) {
      throw new IllegalArgumentException(
          "TLS needs names that the peer may have, and TCP has none: " + acceptedNames);
    }
  }

  /// Over TCP.
  public static SipTarget plain(final InetSocketAddress address) {
    return new SipTarget(address, Optional.empty(), "", Set.of());
  }

  /// Over TLS.
  public static SipTarget secure(
      final InetSocketAddress address,
      final SipTls tls,
      final String serverName,
      final Set<String> acceptedNames) {
    return new SipTarget(address, Optional.of(tls), serverName, acceptedNames);
  }
}
