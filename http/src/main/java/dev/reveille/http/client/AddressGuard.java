package dev.reveille.http.client;

import java.net.InetAddress;
import java.util.Optional;

/// Decides whether an outgoing connection may go to an address that a name was resolved to:
/// protection against server-side request forgery. [#OPERATOR] is for hosts that the operator
/// named, [#STRANGER] for those that came from outside. Called on event loops; must not block.
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
