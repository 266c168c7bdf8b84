package dev.reveille.push.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.push.payload.JsonBytes;
import org.junit.jupiter.api.Test;

/// What XML has no way to write does not make a document that no parser takes.
final class XmlTextTest {
  @Test
  void what_xml_cannot_hold_is_replaced() throws Exception {
    final var text = "a\u0000\u0007b\uFFFE\uFFFFc\uD83Dd\uD83D\uDE00e\tf";
    final var legal = "a\uFFFD\uFFFDb\uFFFD\uFFFDc\uFFFDd\uD83D\uDE00e\tf";
    assertEquals(legal, XmlText.legal(text));
    final byte[] written =
        XmlText.of(xml -> {
          xml.start("x").text(XmlText.legal(text)).end();
        });
    assertEquals(legal, Xml.root(written).getTextContent());
    final var usual = "Grüße <&> 한";
    assertSame(usual, XmlText.legal(usual));
  }

  @Test
  void json_says_the_same_in_xml() throws Exception {
    final var text = "a\u0007\uFFFE\uFFFF\"'<&>\n\uD83D\uDE00";
    final byte[] json = new JsonBytes().string(text).toBytes();
    final byte[] written =
        XmlText.declared(xml -> {
          xml.start("x").attribute("json", XmlText.legalJson(json)).end();
        });
    assertEquals(
        text, new ObjectMapper().readTree(Xml.root(written).getAttribute("json")).asText());
  }

  @Test
  void what_a_reader_would_take_for_markup_or_change_comes_back_as_it_was() throws Exception {
    final var text = "a\r\n\tb ]]> <x y='1'> &amp; \"q\" 'r'";
    final var root =
        Xml.root(XmlText.of(xml -> xml.start("x").attribute("a", text).text(text).start("e")));
    assertEquals(text, root.getAttribute("a"));
    assertEquals(text, root.getTextContent());
    assertEquals("e", root.getLastChild().getNodeName());
  }

  @Test
  void an_attribute_after_the_text_is_a_mistake_of_the_caller() {
    assertThrows(
        IllegalStateException.class,
        () -> XmlText.of(xml -> xml.start("x").text("t").attribute("a", "b")));
  }

  @Test
  void a_word_that_is_too_long_for_a_tag_becomes_another_one_always_the_same() {
    assertEquals("call-17", ToastTag.of("call-17"));
    assertEquals("1234567890123456", ToastTag.of("1234567890123456"));
    final var uuid = ToastTag.of("8f2c6a64-0000-4000-8000-000000000001");
    assertEquals(16, uuid.length());
    assertEquals(uuid, ToastTag.of("8f2c6a64-0000-4000-8000-000000000001"));
    assertEquals(16, ToastTag.of("ü").length());
  }
}
