package dev.reveille.protocols.notificationhubs.template;

import dev.reveille.protocols.xml.XmlOut;
import dev.reveille.protocols.xml.XmlReading;
import dev.reveille.protocols.xml.XmlRefused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/// A template body in XML. Prefixes stay as they were written; comments and processing instructions
/// are left out. Immutable.
final class XmlTemplate implements TemplateBody.Form {
  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

  private final Node.Element root;
  private final boolean isDeclared;
  private final int expressions;

  private XmlTemplate(final Node.Element root, final boolean isDeclared, final int expressions) {
    this.root = root;
    this.isDeclared = isDeclared;
    this.expressions = expressions;
  }

  private sealed interface Node {
    record Element(String name, Map<String, TemplateText> attributes, List<Node> inside)
        implements Node {}

    record Words(TemplateText text) implements Node {}
  }

  static XmlTemplate parse(final String text) {
    try {
      final var reader = new Reader();
      return new XmlTemplate(
          reader.root(XmlReading.open(text)), text.startsWith("<?xml"), reader.expressions);
    } catch (final XmlRefused refused) {
      throw new TemplateRefused("template: " + refused.complaint());
    }
  }

  private static final class Reader {
    private final Deque<Node.Element> open = new ArrayDeque<>();
    private final StringBuilder words = new StringBuilder();
    private int expressions;

    /// The elements that are open hold lists that still grow; the tree is complete at the end.
    Node.Element root(final XmlReading in) {
      final var top = new Node.Element("", Map.of(), new ArrayList<>());
      open.push(top);
      while (true) {
        final int part = in.next();
        if (part != XMLStreamConstants.CHARACTERS) {
          endWords();
        }
        switch (part) {
          case XMLStreamConstants.START_ELEMENT -> {
            final var element = element(in.at());
            open.element().inside().add(element);
            open.push(element);
          }
          case XMLStreamConstants.END_ELEMENT -> open.pop();
          case XMLStreamConstants.CHARACTERS -> words.append(in.at().getText());
          case XMLStreamConstants.END_DOCUMENT -> {
            return (Node.Element) top.inside().getFirst();
          }
          default -> {}
        }
      }
    }

    private void endWords() {
      if (!words.isEmpty() && open.size() > 1) {
        final var text = text(open.element().name(), words.toString());
        open.element().inside().add(new Node.Words(text));
      }
      words.setLength(0);
    }

    private TemplateText text(final String where, final String value) {
      final var text = TemplateText.parse("template: " + where, value);
      expressions += text.expressions();
      return text;
    }

    private Node.Element element(final XMLStreamReader in) {
      final var name = qualified(in.getPrefix(), in.getLocalName());
      final Map<String, TemplateText> attributes = new LinkedHashMap<>();
      for (int i = 0; i < in.getNamespaceCount(); i++) {
        final var prefix = in.getNamespacePrefix(i);
        final var uri = in.getNamespaceURI(i);
        attributes.put(
            prefix == null || prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix,
            TemplateText.literal(uri == null ? "" : uri));
      }
      for (int i = 0; i < in.getAttributeCount(); i++) {
        final var attribute = qualified(in.getAttributePrefix(i), in.getAttributeLocalName(i));
        attributes.put(attribute, text(name + "/@" + attribute, in.getAttributeValue(i)));
      }
      return new Node.Element(name, attributes, new ArrayList<>());
    }

    private static String qualified(
        final @org.jspecify.annotations.Nullable String prefix, final String name) {
      return prefix == null || prefix.isEmpty() ? name : prefix + ":" + name;
    }
  }

  @Override
  public int expressions() {
    return expressions;
  }

  @Override
  public byte[] write(final Rendering rendering) {
    final var out = new XmlOut();
    write(out, root, rendering);
    return ((isDeclared ? DECLARATION : "") + out.document()).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(final XmlOut out, final Node node, final Rendering rendering) {
    switch (node) {
      case Node.Element(final var name, final var attributes, final var inside) -> {
        out.start(name);
        attributes.forEach((attribute, text) -> out.attribute(attribute, text.render(rendering)));
        inside.forEach(each -> write(out, each, rendering));
        out.end();
      }
      case Node.Words(final var text) -> out.text(text.render(rendering));
    }
  }
}
