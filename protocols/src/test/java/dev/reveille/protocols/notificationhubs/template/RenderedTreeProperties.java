package dev.reveille.protocols.notificationhubs.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.xml.XmlElement;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/// Whatever a property holds, it is one text of the document and nothing else.
class RenderedTreeProperties {
  private static final TemplateBody JSON =
      TemplateBody.parse(
          "{\"a\":\"$(p)\",\"b\":[\"{'x' + $(p)}\"],\"c\":\"%(p)\",\"d\":\".(p, 7)\"}");
  private static final TemplateBody XML =
      TemplateBody.parse("<a><b c=\"$(p)\">$(p)</b><d>{'x' + $(p)}</d><e>x</e></a>");

  private static TemplateProperties of(final String value) {
    return TemplateProperties.of(Map.of("P", value), Map.of());
  }

  @Property(tries = 1_000)
  void json_holds_it_as_a_text(@ForAll @StringLength(max = 40) final String value) {
    assertJson(value);
  }

  @Property(tries = 1_000)
  void json_holds_what_it_is_made_of_itself(
      @ForAll
          @Chars({'"', '\\', '{', '}', '[', ':', ',', '\u0000', '\n', '$', '(', 'u'})
          @StringLength(max = 20)
          final String value) {
    assertJson(value);
  }

  private static void assertJson(final String value) {
    final var tree = JsonParsers.tree(JSON.render(of(value)).orElseThrow());
    final var mended = Surrogates.mended(value);
    assertEquals(4, tree.size());
    assertEquals(mended, tree.path("a").textValue());
    assertEquals("x" + mended, tree.path("b").path(0).textValue());
    assertEquals(true, tree.path("d").textValue().length() <= 7);
    assertEquals(true, tree.path("c").textValue().matches("[A-Za-z0-9%._~-]*"));
  }

  @Property(tries = 1_000)
  void xml_holds_it_as_a_text(@ForAll @StringLength(max = 40) final String value) {
    assertXml(value);
  }

  @Property(tries = 1_000)
  void xml_holds_what_it_is_made_of_itself(
      @ForAll
          @Chars({'<', '>', '&', ']', '"', '\'', '!', '-', '/', 'a', ';', '\r', '\n', '\t'})
          @StringLength(max = 20)
          final String value) {
    assertXml(value);
  }

  private static void assertXml(final String value) {
    final var tree = XmlElement.read(XML.render(of(value)).orElseThrow());
    final var legal = new StringBuilder();
    value.codePoints().forEach(point -> legal.appendCodePoint(isLegal(point) ? point : 0xFFFD));
    assertEquals(3, tree.children().size());
    assertEquals(legal.toString(), tree.textOf("b"));
    assertEquals("x" + legal, tree.textOf("d"));
  }

  /// XML 1.0, section 2.2.
  private static boolean isLegal(final int point) {
    return point == 9
        || point == 10
        || point == 13
        || point >= 0x20 && point <= 0xD7FF
        || point >= 0xE000 && point <= 0xFFFD
        || point >= 0x10000 && point <= 0x10FFFF;
  }
}
