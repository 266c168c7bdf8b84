package dev.reveille.http.client;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Headers that many requests share. They live in the peer's header table, so that a request
/// repeats them in a byte each. Make a set once per combination and use the same object again:
/// connections remember its encoded form by identity. Immutable; a value with a control or
/// non-ASCII character throws IllegalArgumentException.
public final class HeaderSet {
  final Field[] fields;

  private HeaderSet(final List<Field> fields) {
    this.fields = fields.toArray(Field[]::new);
  }

  /// The pseudo headers of a POST over https, apart from the path.
  public static HeaderSet post(final String authority) {
    return of("POST", "https", authority);
  }

  /// The pseudo headers of a request, apart from the path (RFC 9113 section 8.3.1). HTTP/1.1 makes
  /// the request line and `host` of them.
  ///
  /// @param authority `host` or `host:port`
  public static HeaderSet of(final String method, final String scheme, final String authority) {
    return new HeaderSet(
        List.of(
            new Field(HeaderName.of(":method"), method),
            new Field(HeaderName.of(":scheme"), scheme),
            new Field(HeaderName.of(":authority"), authority)));
  }

  /// This set and one more header.
  public HeaderSet with(final HeaderName name, final String value) {
    final var more = new ArrayList<>(Arrays.asList(fields));
    more.add(new Field(name, value));
    return new HeaderSet(more);
  }

  /// One header that the peer's table may keep.
  static final class Field {
    /// What an entry costs in the table besides its text (RFC 7541 section 4.1).
    private static final int ENTRY_OVERHEAD = 32;

    final HeaderName name;
    final byte[] value;
    final AsciiString text;
    final int staticIndex;
    final int tableSize;
    private final int hash;

    Field(final HeaderName name, final String value) {
      this.name = name;
      this.value = text(value);
      this.text = new AsciiString(this.value, false);
      this.staticIndex = StaticTable.index(name.toString(), value);
      this.tableSize = name.bytes.length + this.value.length + ENTRY_OVERHEAD;
      this.hash = 31 * Arrays.hashCode(name.bytes) + Arrays.hashCode(this.value);
    }

    boolean same(final Field other) {
      return this == other
          || (hash == other.hash
              && Arrays.equals(name.bytes, other.name.bytes)
              && Arrays.equals(value, other.value));
    }
  }

  /// Bytes of a header value; refuses what would break the header apart.
  static byte[] text(final String value) {
    for (int i = 0; i < value.length(); i++) {
      final char c = value.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        throw new IllegalArgumentException("a header value holds a control or non-ASCII character");
      }
    }
    return value.getBytes(StandardCharsets.ISO_8859_1);
  }
}
