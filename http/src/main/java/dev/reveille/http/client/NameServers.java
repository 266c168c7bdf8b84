package dev.reveille.http.client;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// The name servers to ask.
///
/// @param addresses in the order in which they are asked; the system's when there are none
public record NameServers(List<InetSocketAddress> addresses) {
  /// Those that the system is configured with.
  public static final NameServers OF_THE_SYSTEM = new NameServers(List.of());

  public NameServers {
    addresses = List.copyOf(addresses);
  }

  Optional<DnsServerAddressStreamProvider> provider() {
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(new SequentialDnsServerAddressStreamProvider(addresses));
  }
}
