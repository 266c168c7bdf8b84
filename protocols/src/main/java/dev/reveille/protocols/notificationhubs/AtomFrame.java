package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.xml.XmlElement;
import dev.reveille.protocols.xml.XmlOut;
import dev.reveille.protocols.xml.XmlRefused;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads and writes the parts that all Atom entries and feeds of Azure Notification Hubs share.
final class AtomFrame {
  static final String CONNECT =
      "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
  static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";
  private static final String ATOM = "http://www.w3.org/2005/Atom";

  /// To the millisecond: not all clients read more.
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private AtomFrame() {}

  static String moment(final Instant moment) {
    return MOMENT.format(moment);
  }

  /// Reads the description in an entry.
  ///
  /// @param reader is given the first element in the entry's content
  static <T> T read(final byte[] body, final Function<XmlElement, T> reader) {
    try {
      final var entry = XmlElement.read(body);
      if (!entry.name().equals("entry")) {
        throw new XmlRefused("the body must be an Atom entry, not " + entry.name());
      }
      final var content =
          entry.child("content").orElseThrow(() -> new XmlRefused("entry: must hold content"));
      if (content.children().size() != 1) {
        throw new XmlRefused("content: must hold one description");
      }
      return reader.apply(content.children().getFirst());
    } catch (final XmlRefused refused) {
      throw HubRefused.of(refused);
    }
  }

  /// Reads a description that stands alone, or in an entry.
  static <T> T readLine(final byte[] line, final Function<XmlElement, T> reader) {
    try {
      final var whole = XmlElement.read(line);
      return whole.name().equals("entry") ? read(line, reader) : reader.apply(whole);
    } catch (final XmlRefused refused) {
      throw HubRefused.of(refused);
    }
  }

  static byte[] entry(final AtomItem item, final Consumer<XmlOut> description) {
    final var xml = new XmlOut();
    entry(xml, item, description);
    return xml.bytes();
  }

  /// @param writer writes one entry, with [#entry]
  static <T> byte[] feed(
      final AtomItem head,
      final List<T> items,
      final java.util.function.BiConsumer<XmlOut, T> writer) {
    final var xml = new XmlOut().start("feed").attribute("xmlns", ATOM);
    head(xml, head);
    items.forEach(item -> writer.accept(xml, item));
    return xml.end().bytes();
  }

  static void entry(final XmlOut xml, final AtomItem item, final Consumer<XmlOut> description) {
    xml.start("entry").attribute("xmlns", ATOM);
    head(xml, item);
    xml.start("content").attribute("type", "application/xml");
    description.accept(xml);
    xml.end().end();
  }

  private static void head(final XmlOut xml, final AtomItem item) {
    xml.element("id", item.url());
    xml.start("title").attribute("type", "text").text(item.title()).end();
    xml.element("updated", moment(item.updated()));
    xml.start("link").attribute("rel", "self").attribute("href", item.url()).end();
  }

  /// Opens an element of the service's own language.
  static XmlOut open(final XmlOut xml, final String name) {
    return xml.start(name).attribute("xmlns", CONNECT).attribute("xmlns:i", INSTANCE);
  }
}
