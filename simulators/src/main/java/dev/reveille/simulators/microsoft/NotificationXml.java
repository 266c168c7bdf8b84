package dev.reveille.simulators.microsoft;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// Reads the XML of toasts, tiles and badges as strictly as the services' pages describe it.
final class NotificationXml {
  private static final String PHONE = "WPNotification";
  private static final Set<String> GLYPHS =
      Set.of(
          "none",
          "activity",
          "alarm",
          "alert",
          "attention",
          "available",
          "away",
          "busy",
          "error",
          "newMessage",
          "paused",
          "playing",
          "unavailable");
  private static final Set<String> TOAST = Set.of("Text1", "Text2", "Param", "Sound");

  private NotificationXml() {}

  /// Whether it is a document of WNS for this type.
  static boolean isForWindows(final String type, final byte[] body) {
    final var root = root(body);
    if (root.isEmpty() || !type.equals(root.get().getNodeName())) {
      return false;
    }
    if (!type.equals("badge")) {
      return root.get().getElementsByTagName("visual").getLength() == 1
          && root.get().getElementsByTagName("binding").getLength() > 0;
    }
    final String value = root.get().getAttribute("value");
    return GLYPHS.contains(value) || value.matches("\\d{1,9}");
  }

  /// Whether it is a document of MPNS for `toast` or `tile`.
  static boolean isForPhone(final String type, final byte[] body) {
    final var root = root(body);
    if (root.isEmpty()
        || !PHONE.equals(root.get().getNamespaceURI())
        || !"Notification".equals(root.get().getLocalName())) {
      return false;
    }
    final var inside = root.get().getElementsByTagNameNS(PHONE, "*");
    final boolean toast = type.equals("toast");
    if (inside.getLength() == 0
        || !(toast ? "Toast" : "Tile").equals(inside.item(0).getLocalName())
        || inside.item(0).getParentNode() != root.get()) {
      return false;
    }
    for (Node one = inside.item(0).getFirstChild(); one != null; one = one.getNextSibling()) {
      if (one.getNodeType() == Node.ELEMENT_NODE && toast && !TOAST.contains(one.getLocalName())) {
        return false;
      }
    }
    return true;
  }

  /// Empty when it is no XML; nothing outside of it is ever read.
  private static Optional<Element> root(final byte[] body) {
    try {
      final var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setNamespaceAware(true);
      final var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // otherwise it prints
      return Optional.ofNullable(
          builder.parse(new ByteArrayInputStream(body)).getDocumentElement());
    } catch (SAXException | IOException _) {
      return Optional.empty();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every JDK reads XML", e);
    }
  }
}
