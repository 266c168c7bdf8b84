package dev.reveille.http.client;

import io.netty.buffer.ByteBuf;
import java.util.IdentityHashMap;
import java.util.UUID;

/// Writes the headers of one request, compressed (RFC 7541), straight into the connection's buffer.
/// Belongs to the connection's event loop. A use out of order throws IllegalStateException.
///
/// A constant header enters the peer's table at its first use. As long as nothing enters the table,
/// the encoding of a whole [HeaderSet] stays the same run of bytes, so it is kept and copied.
final class HpackHeaders extends RequestHeaders {
  private static final int INDEXED = 0x80;
  private static final int LITERAL_INDEXED = 0x40;
  private static final int TABLE_SIZE_UPDATE = 0x20;
  private static final int LITERAL_NEVER = 0x10;
  private static final int LITERAL = 0x00;
  private static final int MOST_KEPT_SETS = 64;
  private static final byte[] HEX =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private static final int EXPECT_PATH = 0;
  private static final int EXPECT_CONSTANTS = 1;
  private static final int EXPECT_ONCE = 2;

  private final HeaderTable table = new HeaderTable();
  private final IdentityHashMap<HeaderSet, byte[]> kept = new IdentityHashMap<>();
  private HeaderSet lastSet = HeaderSet.post("");
  private byte[] lastBytes = new byte[0];
  private ByteBuf out = io.netty.buffer.Unpooled.EMPTY_BUFFER;
  private int pendingTableSize = -1;
  private int stage;

  HpackHeaders() {}

  void begin(final ByteBuf to) {
    out = to;
    stage = EXPECT_PATH;
    if (pendingTableSize >= 0) {
      integer(TABLE_SIZE_UPDATE, 5, pendingTableSize);
      pendingTableSize = -1;
    }
  }

  void end() {
    if (stage != EXPECT_ONCE) {
      throw new IllegalStateException("a request needs a path and constant headers");
    }
    out = io.netty.buffer.Unpooled.EMPTY_BUFFER;
  }

  /// The peer wants its table to be this small. It is never grown again: what we index fits in
  /// little, and a smaller table costs bytes, not correctness.
  void peerTableSize(final long size) {
    if (size < table.limit()) {
      table.limit((int) size);
      pendingTableSize = (int) size;
      forgetKept();
    }
  }

  @Override
  public RequestHeaders path(final byte[] front, final byte[] rest) {
    expect(EXPECT_PATH);
    stage = EXPECT_CONSTANTS;
    integer(LITERAL_NEVER, 4, StaticTable.PATH);
    integer(0, 7, front.length + rest.length);
    out.writeBytes(front).writeBytes(rest);
    return this;
  }

  @Override
  public RequestHeaders constants(final HeaderSet set) {
    expect(EXPECT_CONSTANTS);
    stage = EXPECT_ONCE;
    if (set == lastSet) {
      out.writeBytes(lastBytes);
      return this;
    }
    final byte[] known = kept.get(set);
    if (known != null) {
      lastSet = set;
      lastBytes = known;
      out.writeBytes(known);
      return this;
    }
    final int from = out.writerIndex();
    final int before = table.version();
    for (final var field : set.fields) {
      constant(field);
    }
    if (table.version() == before) {
      keep(set, from);
    } else {
      forgetKept();
    }
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final byte[] value) {
    onceName(name);
    integer(0, 7, value.length);
    out.writeBytes(value);
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final UUID value) {
    onceName(name);
    integer(0, 7, 36);
    final long high = value.getMostSignificantBits();
    final long low = value.getLeastSignificantBits();
    hex(high, 60, 32);
    out.writeByte('-');
    hex(high, 28, 16);
    out.writeByte('-');
    hex(high, 12, 0);
    out.writeByte('-');
    hex(low, 60, 48);
    out.writeByte('-');
    hex(low, 44, 0);
    return this;
  }

  @Override
  public RequestHeaders once(final HeaderName name, final long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a header number must not be negative: " + value);
    }
    onceName(name);
    int digits = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      digits++;
    }
    integer(0, 7, digits);
    final int end = out.writerIndex() + digits;
    out.ensureWritable(digits).writerIndex(end);
    long rest = value;
    for (int at = end - 1; at >= end - digits; at--) {
      out.setByte(at, '0' + (int) (rest % 10));
      rest /= 10;
    }
    return this;
  }

  private void onceName(final HeaderName name) {
    expect(EXPECT_ONCE);
    integer(LITERAL_NEVER, 4, name.staticIndex);
    if (name.staticIndex == 0) {
      string(name.bytes);
    }
  }

  private void constant(final HeaderSet.Field field) {
    if (field.staticIndex != 0) {
      integer(INDEXED, 7, field.staticIndex);
      return;
    }
    final int position = table.find(field);
    if (position >= 0) {
      integer(INDEXED, 7, StaticTable.LENGTH + 1 + position);
      return;
    }
    if (table.add(field)) {
      integer(LITERAL_INDEXED, 6, field.name.staticIndex);
    } else {
      integer(LITERAL, 4, field.name.staticIndex);
    }
    if (field.name.staticIndex == 0) {
      string(field.name.bytes);
    }
    string(field.value);
  }

  private void keep(final HeaderSet set, final int from) {
    if (kept.size() >= MOST_KEPT_SETS) {
      kept.clear();
    }
    final byte[] bytes = new byte[out.writerIndex() - from];
    out.getBytes(from, bytes);
    kept.put(set, bytes);
    lastSet = set;
    lastBytes = bytes;
  }

  private void forgetKept() {
    kept.clear();
    lastSet = HeaderSet.post("");
  }

  private void expect(final int wanted) {
    if (stage != wanted) {
      throw new IllegalStateException("headers go in the order path, constants, once");
    }
  }

  private void string(final byte[] text) {
    integer(0, 7, text.length);
    out.writeBytes(text);
  }

  private void hex(final long bits, final int from, final int to) {
    for (int shift = from; shift >= to; shift -= 4) {
      out.writeByte(HEX[(int) (bits >>> shift) & 0xf]);
    }
  }

  /// RFC 7541 section 5.1.
  private void integer(final int mask, final int prefixBits, final int value) {
    final int most = (1 << prefixBits) - 1;
    if (value < most) {
      out.writeByte(mask | value);
      return;
    }
    out.writeByte(mask | most);
    int rest = value - most;
    while (rest >= 0x80) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
