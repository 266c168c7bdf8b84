package dev.reveille.simulators.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The records that a simulated name server answers with. Thread-safe.
final class Zone {
  private static final int SECONDS_TO_LIVE = 1; // so that a change is seen soon

  private final List<ZoneRecord> records = new CopyOnWriteArrayList<>();

  void put(final ZoneRecord record) {
    if (!records.contains(record)) {
      records.add(record);
    }
  }

  /// Removes all records of a name.
  void remove(final String name) {
    final var folded = ZoneRecord.folded(name);
    records.removeIf(record -> record.name().equals(folded));
  }

  /// Whether a name has a record of any type.
  boolean knows(final String name) {
    final var folded = ZoneRecord.folded(name);
    return records.stream().anyMatch(record -> record.name().equals(folded));
  }

  /// The records of a name and type, and of the names that it is an alias of (RFC 1034 3.6.2).
  List<ZoneRecord> find(final String asked, final DnsRecordType type) {
    final var found = new ArrayList<ZoneRecord>();
    final var seen = new HashSet<String>();
    var name = ZoneRecord.folded(asked);
    while (seen.add(name)) { // aliases may go round in a circle
      String next = name;
      for (final var record : records) {
        if (!record.name().equals(name)) {
          continue;
        }
        if (record.type().equals(type) || type.equals(DnsRecordType.ANY)) {
          found.add(record);
        } else if (record instanceof ZoneRecord.Alias(_, var target)) {
          found.add(record);
          next = target;
        }
      }
      name = next;
    }
    return found;
  }

  /// A record in the form of the wire (RFC 1035 3.2.1). The caller releases it.
  static DnsRawRecord raw(final ZoneRecord record) {
    final ByteBuf data = Unpooled.buffer();
    switch (record) {
      case ZoneRecord.Address(_, var address) -> data.writeBytes(address.getAddress());
      case ZoneRecord.Alias(_, var target) -> writeName(data, target);
      case ZoneRecord.Service(_, var priority, var weight, var port, var target) -> {
        data.writeShort(priority).writeShort(weight).writeShort(port);
        writeName(data, target);
      }
    }
    return new DefaultDnsRawRecord(record.name() + ".", record.type(), SECONDS_TO_LIVE, data);
  }

  /// The labels of a name, each behind its length, without compression.
  private static void writeName(final ByteBuf data, final String name) {
    if (!name.isEmpty()) {
      for (final var label : name.split("\\.")) {
        final var bytes = label.getBytes(StandardCharsets.US_ASCII);
        data.writeByte(bytes.length).writeBytes(bytes);
      }
    }
    data.writeByte(0);
  }
}
