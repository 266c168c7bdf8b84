package dev.reveille.push.windows;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.xml.sax.helpers.DefaultHandler;

/// Reads XML with the JDK's parser, which takes nothing that is not well formed.
public final class Xml {
  private Xml() {}

  public static Element root(final byte[] body) throws Exception {
    final var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    factory.setNamespaceAware(true);
    final var builder = factory.newDocumentBuilder();
    builder.setErrorHandler(new DefaultHandler()); // otherwise it prints
    return builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
  }

  public static Element root(final String body) throws Exception {
    return root(body.getBytes(StandardCharsets.UTF_8));
  }

  /// The text of the first element of this name; "" where there is none.
  public static String text(final Element root, final String name) {
    return text(root, name, 0);
  }

  public static String text(final Element root, final String name, final int at) {
    final var found = root.getElementsByTagName(name);
    return found.getLength() <= at ? "" : found.item(at).getTextContent();
  }
}
