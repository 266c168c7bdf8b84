package dev.reveille.http.client;

import java.net.InetAddress;
import java.util.Optional;

/// Says which addresses a connection may go to, after the name was looked up. Who chose the host
/// decides which of the two applies.
@FunctionalInterface
public interface AddressGuard {
  /// The operator of this server named the host: it may stand in a private network.
  AddressGuard OPERATOR = _ -> Optional.empty();

  /// A device, an app or a caller of the API handed the host in: it must be public, so that this
  /// server cannot be made to speak to the machines beside it.
  AddressGuard STRANGER = SpecialAddresses::kind;

  /// @return what kind of address it is when no connection may go there, such as `loopback`
  Optional<String> refusal(InetAddress address);
}
