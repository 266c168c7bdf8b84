package dev.reveille.http.client;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/// The name of a request header, encoded once for HTTP/2 and HTTP/1.1. Immutable; keep it in a
/// constant.
public final class HeaderName {
  final byte[] bytes;

  /// The same for Netty, which copies it whole.
  final AsciiString text;

  final int staticIndex;

  private HeaderName(final String name) {
    this.bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    this.text = new AsciiString(bytes, false);
    this.staticIndex = StaticTable.nameIndex(name);
  }

  /// @param name lower case, as HTTP/2 wants it
  public static HeaderName of(final String name) {
    for (int i = 0; i < name.length(); i++) {
      final char c = name.charAt(i);
      final boolean pseudo = i == 0 && c == ':';
      if (!pseudo && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
        throw new IllegalArgumentException("not a lower-case header name: " + name);
      }
    }
    return new HeaderName(name);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
