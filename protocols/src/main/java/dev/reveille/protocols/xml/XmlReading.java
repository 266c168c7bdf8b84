package dev.reveille.protocols.xml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads one XML document in memory with the JDK's parser, within limits.
///
/// A document type is refused where it begins, so no entity but the five of XML itself is known,
/// and nothing is ever fetched. Elements lie at most [#DEEPEST] in each other and there are at most
/// [#MOST_PARTS] parts (tags, texts, attributes), so that the time is bounded too. Not safe for use
/// by several threads.
public final class XmlReading {
  /// How deep elements may lie in each other.
  public static final int DEEPEST = 32;

  /// Of elements, attributes and pieces of text together.
  public static final int MOST_PARTS = 20_000;

  /// In characters.
  public static final int LONGEST = 256 * 1024;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /// Opens parsers from several threads: reuse of parsers, which would not be safe, is off by
  /// default.
  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader in;
  private int depth;
  private int parts;

  private XmlReading(final XMLStreamReader in) {
    this.in = in;
  }

  private static XMLInputFactory factory() {
    final var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setXMLResolver((_, _, _, _) -> {
      throw new XMLStreamException("nothing outside of the document is read");
    });
    return factory;
  }

  /// The text of a document in UTF-8, whatever its declaration says.
  ///
  /// @throws XmlRefused when it is not UTF-8
  public static String text(final byte[] bytes) {
    try {
      final var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.isEmpty() || text.charAt(0) != BYTE_ORDER_MARK ? text : text.substring(1);
    } catch (final CharacterCodingException _) {
      throw new XmlRefused("not XML in UTF-8");
    }
  }

  /// @throws XmlRefused when it is too long to be looked at
  public static XmlReading open(final String text) {
    if (text.length() > LONGEST) {
      throw new XmlRefused("the document has more than " + LONGEST + " characters");
    }
    try {
      return new XmlReading(FACTORY.createXMLStreamReader(new StringReader(text)));
    } catch (final XMLStreamException e) {
      throw new XmlRefused("not XML: " + reason(e));
    } catch (final RuntimeException e) { // as #advance says
      throw new XmlRefused("not XML: the parser failed with " + e.getClass().getSimpleName());
    }
  }

  /// Where the parser stands: names, attributes and text of the part that [#next] stopped at.
  public XMLStreamReader at() {
    return in;
  }

  /// The next tag or piece of text; comments and instructions are passed over.
  ///
  /// @return `START_ELEMENT`, `END_ELEMENT`, `CHARACTERS` or `END_DOCUMENT` of [XMLStreamConstants]
  /// @throws XmlRefused for what is not well formed, or goes beyond a limit
  public int next() {
    while (true) {
      final int part = advance();
      parts++;
      switch (part) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          parts += in.getAttributeCount() + in.getNamespaceCount();
          if (depth > DEEPEST) {
            throw new XmlRefused(
                "elements lie more than " + DEEPEST + " deep in each other", in.getLocation());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XmlRefused(
                "document types and their entities are not taken", in.getLocation());
        default -> {}
      }
      if (parts > MOST_PARTS) {
        throw new XmlRefused("the document has more than " + MOST_PARTS + " parts");
      }
      switch (part) {
        case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
        case XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          return XMLStreamConstants.CHARACTERS;
        }
        default -> {
          return part;
        }
      }
    }
  }

  /// Moves the JDK's parser on. On malformed text it throws more than its own exception: those of
  /// its buffers and tables are answers to the caller as well.
  private int advance() {
    try {
      return in.next();
    } catch (final XMLStreamException e) {
      throw new XmlRefused("not XML: " + reason(e));
    } catch (final IndexOutOfBoundsException
        | NullPointerException
        | IllegalArgumentException
        | IllegalStateException
        | java.util.NoSuchElementException e) {
      throw new XmlRefused("not XML: the parser failed with " + e.getClass().getSimpleName());
    }
  }

  /// The parser's complaint on one line, with its place.
  private static String reason(final XMLStreamException e) {
    final var message = String.valueOf(e.getMessage());
    final int words = message.indexOf("Message: ");
    final var complaint = words < 0 ? message : message.substring(words + "Message: ".length());
    final var at = e.getLocation();
    return complaint.replaceAll("\\s+", " ")
        + (at == null
            ? ""
            : " (line " + at.getLineNumber() + ", column " + at.getColumnNumber() + ")");
  }
}
