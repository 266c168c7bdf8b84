package dev.reveille.push.windows;

import java.nio.charset.StandardCharsets;

/// Writes XML 1.0 as UTF-8 bytes. What XML cannot hold at all is replaced before.
public final class XmlText {
  private static final char REPLACEMENT = '\uFFFD';

  private XmlText() {}

  /// Writes the elements of a document.
  @FunctionalInterface
  public interface Content {
    void write(XmlWriter xml);
  }

  /// A document without a declaration, which means UTF-8.
  public static byte[] of(final Content content) {
    return bytes("", content);
  }

  /// A document that declares UTF-8.
  public static byte[] declared(final Content content) {
    return bytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>", content);
  }

  private static byte[] bytes(final String declaration, final Content content) {
    final var xml = new XmlWriter(declaration);
    content.write(xml);
    return xml.document().getBytes(StandardCharsets.UTF_8);
  }

  /// The text with U+FFFD for each character that XML 1.0 has no way to write (section 2.2): most
  /// control characters, U+FFFE, U+FFFF and an unpaired surrogate.
  public static String legal(final String text) {
    int at = 0;
    while (at < text.length() && isLegal(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    final var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          final boolean single = point <= Character.MAX_VALUE;
          out.appendCodePoint(single && !isLegal((char) point) ? REPLACEMENT : point);
        });
    return out.toString();
  }

  /// JSON that XML can hold, and that says the same: U+FFFE and U+FFFF stand as escapes.
  public static String legalJson(final byte[] json) {
    final var text = new String(json, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFE') < 0 && text.indexOf('\uFFFF') < 0
        ? text
        : text.replace("\uFFFE", "\\ufffe").replace("\uFFFF", "\\uffff");
  }

  /// Halves of pairs count as illegal here, so that the slow way looks at pairs.
  private static boolean isLegal(final char c) {
    return c >= 0x20 && c < 0xD800
        || c >= 0xE000 && c < 0xFFFE
        || c == '\t'
        || c == '\n'
        || c == '\r';
  }
}
