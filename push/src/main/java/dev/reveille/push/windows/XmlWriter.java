package dev.reveille.push.windows;

import java.util.ArrayDeque;
import java.util.Deque;

/// Writes the elements of one small XML 1.0 document. Texts and attribute values are escaped, so
/// that they cannot add markup; characters that XML cannot contain must be removed before
/// ([XmlText#legal]).
///
/// By hand, since a document is written for each push to Windows: the JDK's writer took a quarter
/// of the time in which a push was made. Not safe for use by several threads.
public final class XmlWriter {
  private final StringBuilder out;
  private final Deque<String> open = new ArrayDeque<>(4);
  private boolean inTag;

  XmlWriter(final String declaration) {
    this.out = new StringBuilder(512).append(declaration);
  }

  /// Opens an element; its attributes come next.
  public XmlWriter start(final String name) {
    endTag();
    out.append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  /// Of the element that was opened last, before anything in it.
  public XmlWriter attribute(final String name, final String value) {
    if (!inTag) {
      throw new IllegalStateException("attribute " + name + " comes too late");
    }
    out.append(' ').append(name).append("=\"");
    escaped(value, true);
    out.append('"');
    return this;
  }

  public XmlWriter text(final String text) {
    endTag();
    escaped(text, false);
    return this;
  }

  /// Closes the element that was opened last.
  public XmlWriter end() {
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
  String document() {
    while (!open.isEmpty()) {
      end();
    }
    return out.toString();
  }

  private void endTag() {
    if (inTag) {
      out.append('>');
      inTag = false;
    }
  }

  /// White space that a reader would change stands as a reference (sections 2.11 and 3.3.3).
  private void escaped(final String text, final boolean inAttribute) {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      final var reference =
          switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> inAttribute ? "&quot;" : "";
            case '\r' -> "&#13;";
            case '\n' -> inAttribute ? "&#10;" : "";
            case '\t' -> inAttribute ? "&#9;" : "";
            default -> "";
          };
      if (!reference.isEmpty()) {
        out.append(text, from, i).append(reference);
        from = i + 1;
      }
    }
    out.append(text, from, text.length());
  }
}
