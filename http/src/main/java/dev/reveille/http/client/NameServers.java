package dev.reveille.http.client;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The name servers to ask.
///
/// @param addresses in the order in which they are asked; the system's when there are none
public record NameServers(List<InetSocketAddress> addresses) {
  /// Those that the system is configured with.
  public static final NameServers OF_THE_SYSTEM = new NameServers(List.of());

  private static final InetSocketAddress THIS_MACHINE = new InetSocketAddress("127.0.0.1", 53);

  public NameServers {
    addresses = List.copyOf(addresses);
  }

  /// Empty where the resolver is to read `/etc/resolv.conf` by itself. Where that names no server,
  /// the one of this machine is asked, as resolv.conf(5) has it: Netty would ask a public one.
  Optional<DnsServerAddressStreamProvider> provider() {
    if (!addresses.isEmpty()) {
      return Optional.of(new SequentialDnsServerAddressStreamProvider(addresses));
    }
    return isAnyConfigured(Path.of("/etc/resolv.conf"))
        ? Optional.empty()
        : Optional.of(new SequentialDnsServerAddressStreamProvider(THIS_MACHINE));
  }

  /// Whether a file like `/etc/resolv.conf` names a server.
  static boolean isAnyConfigured(final Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
          .anyMatch(line -> line.matches("\\s*nameserver\\s+\\S.*"));
    } catch (final IOException _) {
      return false;
    }
  }
}
