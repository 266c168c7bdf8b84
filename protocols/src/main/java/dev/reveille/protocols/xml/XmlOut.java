package dev.reveille.protocols.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/// Writes one XML document into memory. Texts and attribute values are escaped, so that untrusted
/// text cannot add markup; characters that XML 1.0 cannot hold (section 2.2) become U+FFFD. Names
/// of elements and attributes are not escaped: pass constants, or names that were read from XML.
///
/// Not thread-safe.
public final class XmlOut {
  private static final char REPLACEMENT = '\uFFFD';
  private static final String END_OF_CDATA = "]]>";

  private final StringBuilder out = new StringBuilder(512);
  private final Deque<String> open = new ArrayDeque<>(8);
  private final boolean isOneLine;
  private boolean inTag;

  public XmlOut() {
    this(false);
  }

  private XmlOut(final boolean isOneLine) {
    this.isOneLine = isOneLine;
  }

  /// A document that is one line of a file: a line end in a text stands as a reference, CDATA as a
  /// text.
  public static XmlOut oneLine() {
    return new XmlOut(true);
  }

  /// Opens an element; its attributes come next. The name is ours, or one that was read from XML.
  public XmlOut start(final String name) {
    endTag();
    out.append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  /// Of the element that was opened last, before anything in it.
  public XmlOut attribute(final String name, final String value) {
    if (!inTag) {
      throw new IllegalStateException("attribute " + name + " comes too late");
    }
    out.append(' ').append(name).append("=\"");
    escaped(value, true);
    out.append('"');
    return this;
  }

  public XmlOut text(final String text) {
    if (!text.isEmpty()) {
      endTag();
      escaped(text, false);
    }
    return this;
  }

  /// A text that is shown as CDATA. Where it holds the end of one, it goes on in another; a
  /// carriage return, which a reader would change, stands between two.
  public XmlOut cdata(final String text) {
    if (isOneLine) {
      return text(text);
    }
    endTag();
    out.append("<![CDATA[")
        .append(
            legal(text).replace(END_OF_CDATA, "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA["))
        .append(END_OF_CDATA);
    return this;
  }

  /// An element that holds a text only.
  public XmlOut element(final String name, final String text) {
    return start(name).text(text).end();
  }

  /// The same, but nothing where there is no text.
  public XmlOut elementIfAny(final String name, final String text) {
    return text.isEmpty() ? this : element(name, text);
  }

  /// Closes the element that was opened last.
  public XmlOut end() {
    final var name = open.pop();
    if (inTag) {
      out.append("/>");
      inTag = false;
    } else {
      out.append("</").append(name).append('>');
    }
    return this;
  }

  /// The document, with all elements closed.
  public String document() {
    while (!open.isEmpty()) {
      end();
    }
    return out.toString();
  }

  /// The same in UTF-8.
  public byte[] bytes() {
    return document().getBytes(StandardCharsets.UTF_8);
  }

  private void endTag() {
    if (inTag) {
      out.append('>');
      inTag = false;
    }
  }

  /// White space that a reader would change stands as a reference (sections 2.11 and 3.3.3).
  private void escaped(final String text, final boolean inAttribute) {
    final var legal = legal(text);
    for (int i = 0; i < legal.length(); i++) {
      final char c = legal.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append(inAttribute ? "&quot;" : "\"");
        case '\r' -> out.append("&#13;");
        case '\n' -> out.append(inAttribute || isOneLine ? "&#10;" : "\n");
        case '\t' -> out.append(inAttribute ? "&#9;" : "\t");
        default -> out.append(c);
      }
    }
  }

  private static String legal(final String text) {
    final var legal = new StringBuilder(text.length());
    text.codePoints().forEach(point -> legal.appendCodePoint(isLegal(point) ? point : REPLACEMENT));
    return legal.toString();
  }

  private static boolean isLegal(final int point) {
    return point >= 0x20 && point < 0xD800
        || point >= 0xE000 && point < 0xFFFE
        || point >= 0x10000
        || point == '\t'
        || point == '\n'
        || point == '\r';
  }
}
