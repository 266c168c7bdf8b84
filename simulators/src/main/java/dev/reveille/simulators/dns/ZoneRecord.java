package dev.reveille.simulators.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/// One record of the simulated zone. Names are compared without regard to case (RFC 4343) and are
/// kept in lower case, without the dot at the end.
public sealed interface ZoneRecord {
  String name();

  DnsRecordType type();

  /// An IPv4 or IPv6 address.
  ///
  /// @param address in numbers; a name is refused
  record Address(String name, InetAddress address) implements ZoneRecord {
    public Address {
      name = folded(name);
    }

    @Override
    public DnsRecordType type() {
      return address.getAddress().length == 4 ? DnsRecordType.A : DnsRecordType.AAAA;
    }
  }

  /// Another name of a host.
  record Alias(String name, String target) implements ZoneRecord {
    public Alias {
      name = folded(name);
      target = folded(target);
    }

    @Override
    public DnsRecordType type() {
      return DnsRecordType.CNAME;
    }
  }

  /// Where a service is (RFC 2782).
  ///
  /// @param priority the smallest is tried first
  /// @param weight share among those of one priority
  record Service(String name, int priority, int weight, int port, String target)
      implements ZoneRecord {
    public Service {
      name = folded(name);
      target = folded(target);
      if (priority >>> 16 != 0 || weight >>> 16 != 0 || port >>> 16 != 0) {
        throw new IllegalArgumentException(
            "priority, weight and port of an SRV record lie between 0 and 65535");
      }
    }

    @Override
    public DnsRecordType type() {
      return DnsRecordType.SRV;
    }
  }

  /// A name as it is compared.
  static String folded(final String name) {
    final var lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /// Reads a record as zone files write it: `host.example A 127.0.0.1`, `alias.example CNAME
  /// host.example`, `_sip._tcp.example SRV 0 10 5061 host.example`.
  ///
  /// @throws IllegalArgumentException says what is wrong
  static ZoneRecord parse(final String line) {
    final var words = List.of(line.strip().split("\\s+"));
    if (words.size() < 3) {
      throw new IllegalArgumentException("\"" + line + "\" is no record: NAME TYPE DATA");
    }
    final var name = words.getFirst();
    final var data = words.subList(2, words.size());
    return switch (words.get(1).toUpperCase(Locale.ROOT)) {
      case "A", "AAAA" -> new Address(name, numeric(data.getFirst()));
      case "CNAME" -> new Alias(name, data.getFirst());
      case "SRV" -> {
        if (data.size() != 4) {
          throw new IllegalArgumentException("an SRV record has PRIORITY WEIGHT PORT TARGET");
        }
        yield new Service(
            name, number(data.get(0)), number(data.get(1)), number(data.get(2)), data.get(3));
      }
      default ->
          throw new IllegalArgumentException(
              "type " + words.get(1) + " is none of A, AAAA, CNAME and SRV");
    };
  }

  private static int number(final String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("\"" + text + "\" is no number");
    }
  }

  private static InetAddress numeric(final String text) {
    if (!text.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) { // or it would be looked up
      throw new IllegalArgumentException("\"" + text + "\" is no address in numbers");
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException("\"" + text + "\" is no address in numbers");
    }
  }
}
