package dev.reveille.protocols.xml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/// An element of a small XML document that was read whole, by names without prefixes: callers
/// choose prefixes, and some leave out namespaces.
///
/// @param name without a prefix
/// @param type the one that its attribute `xsi:type` names, without a prefix; "" when it has none
/// @param text all text directly in it, CDATA included, as it is written
public record XmlElement(String name, String type, List<XmlElement> children, String text) {
  public XmlElement {
    children = List.copyOf(children);
  }

  /// Reads a document in UTF-8.
  ///
  /// @throws XmlRefused when it is not well formed or beyond the limits of [XmlReading]
  public static XmlElement read(final byte[] bytes) {
    final var in = XmlReading.open(XmlReading.text(bytes));
    final Deque<Open> open = new ArrayDeque<>();
    final var top = new Open("", "");
    open.push(top);
    while (true) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT ->
            open.push(new Open(in.at().getLocalName(), type(in.at())));
        case XMLStreamConstants.END_ELEMENT -> {
          final var done = open.pop().closed();
          open.element().children.add(done);
        }
        case XMLStreamConstants.CHARACTERS -> open.element().text.append(in.at().getText());
        case XMLStreamConstants.END_DOCUMENT -> {
          return top.children.getFirst();
        }
        default -> {}
      }
    }
  }

  /// What XML Schema Part 1 section 2.6.1 lets an element say about itself.
  private static String type(final XMLStreamReader at) {
    final var type = at.getAttributeValue(XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI, "type");
    return type == null ? "" : type.substring(type.indexOf(':') + 1).strip();
  }

  /// The one child of this name.
  ///
  /// @throws XmlRefused when there are two
  public Optional<XmlElement> child(final String child) {
    Optional<XmlElement> found = Optional.empty();
    for (final var each : children) {
      if (each.name.equals(child)) {
        if (found.isPresent()) {
          throw new XmlRefused(name + ": holds " + child + " twice");
        }
        found = Optional.of(each);
      }
    }
    return found;
  }

  /// The text of the one child of this name; "" when there is none.
  public String textOf(final String child) {
    return child(child).map(XmlElement::text).orElse("");
  }

  private static final class Open {
    private final String name;
    private final String type;
    private final List<XmlElement> children = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    Open(final String name, final String type) {
      this.name = name;
      this.type = type;
    }

    XmlElement closed() {
      return new XmlElement(name, type, children, text.toString());
    }
  }
}
