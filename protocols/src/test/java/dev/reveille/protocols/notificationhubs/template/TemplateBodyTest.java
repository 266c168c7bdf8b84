package dev.reveille.protocols.notificationhubs.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateBodyTest {
  private static final Map<String, String> MESSAGE = new HashMap<>();

  static {
    MESSAGE.put("Name", "Ann \"&<b>]]>");
    MESSAGE.put("long", "0123456789");
    MESSAGE.put("n", "-1.50e+2");
    MESSAGE.put("bad", "01");
    MESSAGE.put("path", "a b/ü*~+");
    MESSAGE.put("smile", "ab😀cd");
    MESSAGE.put("both", "message");
  }

  private static final TemplateProperties PROPERTIES =
      TemplateProperties.of(MESSAGE, Map.of("BOTH", "device", "own", "device"));

  private static String rendered(final String template) {
    return new String(
        TemplateBody.parse(template).render(PROPERTIES).orElseThrow(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      quoteCharacter = '^',
      value = {
        "plain <- plain",
        "Hello $(name) <- Hello $(name)",
        "$ 5 <- $ 5",
        ".. <- ..",
        "0123456789 <- $(long)",
        "0123456789 <- $( LONG )",
        "^^ <- $(absent)",
        "0123 <- $(long, 4)",
        "0123456789 <- $(long,10)",
        "^^ <- $(long, 0)",
        "0123456789 <- .(long, 10)",
        "012345... <- .(long, 9)",
        "... <- .(long, 3)",
        ".. <- .(long, 2)",
        "^^ <- .(absent, 2)",
        "ab <- $(smile, 3)",
        "ab😀 <- $(smile, 4)",
        "ab... <- .(smile, 5)",
        "a%20b%2F%C3%BC%2A~%2B <- %(path)",
        "-1.50e+2 <- #(n)",
        "message <- $(both)",
        "device <- $(own)",
        "Hi 0123456789! <- {'Hi ' + $(long) + ^!^}",
        "a'b^c <- {^a'b^ + '^c'}",
        "-1.50e+2 x <- {#(n)+' x'}",
        "^^ <- {''}",
        "} + $(x) <- {'} + $(x)'}",
        "012 <- ^ $(long, 3) ^",
      })
  void an_expression_gives_a_text(final String expected, final String expression) {
    final var text = TemplateText.parse("test", expression.replace('^', '"'));
    assertEquals(expected.replace('^', '"').replaceAll("^\"\"$", ""), text.render(PROPERTIES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "8: nothing may follow; to join texts write {'text' + $(name)} <- $(long)x y",
        "2: the parenthesis is not closed <- $(",
        "1: must be $(name) or $(name, length) <- $()",
        "1: must be $(name) or $(name, length) <- $( , 3)",
        "1: must be .(name, length) <- .(long)",
        "1: must be %(name) <- %(long, 3)",
        "1: must be #(name) <- #(long, 3)",
        "2: a length is a number of at most 6 digits <- $(a, x)",
        "2: a length is a number of at most 6 digits <- $(a, -1)",
        "2: a length is a number of at most 6 digits <- $(a, 1000000)",
        "2: a length is a number of at most 6 digits <- $(a, 1, 2)",
        "2: a text in quotes or a property must stand here <- {}",
        "2: a text in quotes or a property must stand here <- {",
        "2: a text in quotes or a property must stand here <- {a}",
        "2: the quote is not closed <- {'a}",
        "6: + or } must stand here <- {'a' 'b'}",
        "8: a text in quotes or a property must stand here <- {'a' + }",
        "5: + or } must stand here <- {'a'",
        "3: ( must stand here: $(name) or $(name, length) <- {$a}",
        "2: a text in quotes or a property must stand here <- {{'a'}}",
        "7: nothing may follow; to join texts write {'text' + $(name)} <- {'a'} b",
      })
  void a_wrong_expression_is_refused_with_its_place(
      final String complaint, final String expression) {
    final var refused =
        assertThrows(TemplateRefused.class, () -> TemplateText.parse("test", expression));
    assertEquals("test: expression, character " + complaint, refused.complaint());
  }

  @Test
  void json_is_rendered_on_its_tree() {
    assertEquals(
        "{\"aps\":{\"alert\":\"Ann"
            + " \\\"&<b>]]>\",\"badge\":-1.50e+2,\"s\":\"-1.50e+2\",\"x\":\"01\"},"
            + "\"$(name)\":[1.0,2E3,-0,true,false,null,\"x\",{}],\"z\":\"\"}",
        rendered(
            " {\"aps\":{\"alert\":\"$(name)\",\"badge\":\"#(n)\",\"s\":\"{#(n)}\",\"x\":\"#(bad)\"},\"$(name)\":[1.0,2E3,-0,true,false,null,\"x\",{}],\"z\":\"$(none)\"}\n"));
  }

  @Test
  void a_number_in_braces_stays_a_text() {
    assertEquals("{\"a\":\"-1.50e+2\"}", rendered("{\"a\":\"{#(n)}\"}"));
    assertEquals("{\"a\":\"1-1.50e+2\"}", rendered("{\"a\":\"{'1'+#(n)}\"}"));
    assertEquals("{\"a\":-1.50e+2}", rendered("{\"a\":\"#(n)\"}"));
    assertEquals("{\"a\":\"-1.50e+2\"}", rendered("{\"a\":\"$(n)\"}"));
    for (final var none : List.of("", "01", "1.", ".5", "+1", "NaN", "1e", "0x1", "1 ", "--1")) {
      final var written =
          TemplateBody.parse("{\"a\":\"#(v)\"}")
              .render(TemplateProperties.of(Map.of("v", none), Map.of()))
              .orElseThrow();
      assertEquals("{\"a\":\"" + none + "\"}", new String(written, StandardCharsets.UTF_8));
    }
  }

  @Test
  void xml_is_rendered_on_its_tree() {
    assertEquals(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><toast launch=\"Ann &quot;&amp;&lt;b&gt;]]&gt;\""
            + " x=\"a $(y)\"><visual><text id=\"1\">Ann \"&amp;&lt;b&gt;]]&gt;</text> <text>Hi "
            + "0123456789</text><e/></visual></toast>",
        rendered(
            "<?xml version='1.0'?><!-- $( --><toast launch='$(name)' x='a $(y)'><visual>"
                + "<text id='1'><![CDATA[$(na]]>me)</text> <text>{'Hi ' + $(long)}</text><e></e>"
                + "</visual></toast>"));
  }

  @Test
  void prefixes_and_namespaces_stay() {
    final var phone =
        "<wp:Notification xmlns:wp=\"WPNotification\" xmlns=\"urn:$(x)\"><wp:Toast wp:a=\"0123\">"
            + "<wp:Text1>device</wp:Text1></wp:Toast></wp:Notification>";
    assertEquals(phone, rendered(phone.replace("0123", "$(long, 4)").replace("device", "$(OWN)")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "the template must be XML or a JSON object <- ''",
        "the template must be XML or a JSON object <- []",
        "the template must be XML or a JSON object <- text",
        "template: a.b[1]: expression, character 1: must be .(name, length) <-"
            + " {\"a\":{\"b\":[1,\".(x)\"]}}",
        "template: a.b: is there twice <- {\"a\":{\"b\":1,\"b\":2}}",
        "template: t/@launch: expression, character 1: must be $(name) or $(name, length) <-"
            + " <t launch='$()'/>",
        "template: text: expression, character 2: the parenthesis is not closed <-"
            + " <t><text>$(a</text></t>",
        "template: document types and their entities are not taken <- <!DOCTYPE t><t/>",
        "template: not JSON: Unexpected end-of-input <- {\"a\":",
        "the template must be one JSON object <- {} {}",
        "template: not XML: <- <t>",
        "template: not XML: <- <a/><b/>",
        "template: not JSON: <- {\"a\":NaN}",
      })
  void a_template_that_is_none_is_refused(final String complaint, final String template) {
    final var refused = assertThrows(TemplateRefused.class, () -> TemplateBody.parse(template));
    final var told = refused.complaint();
    assertTrue(told.startsWith(complaint), told);
  }

  @Test
  void depth_size_and_number_of_expressions_are_bounded() {
    assertRefused("{\"a\":".repeat(17) + "1" + "}".repeat(17), "depth");
    assertRefused("{\"a\":".repeat(10_000), "depth");
    assertRefused("<a>".repeat(33) + "</a>".repeat(33), "32 deep");
    assertRefused("{\"a\":\"" + "x".repeat(TemplateBody.LONGEST) + "\"}", "65536 characters");
    final var many = "{\"a\":[" + "\"$(p)\",".repeat(200) + "%s]}";
    assertTrue(rendered(many.formatted("1")).length() > 400);
    assertRefused(many.formatted("\"$(p)\""), "201 expressions; at most 200");
    assertRefused("{\"a\":\"{" + "'a'+".repeat(32) + "'a'}\"}", "more than 32 parts");
  }

  private static void assertRefused(final String template, final String words) {
    final var refused = assertThrows(TemplateRefused.class, () -> TemplateBody.parse(template));
    assertTrue(refused.complaint().contains(words), refused.complaint());
  }

  @Test
  void a_result_that_no_service_takes_is_not_made() {
    final var properties = TemplateProperties.of(Map.of("p", "x".repeat(30_000)), Map.of());
    final var form = "{\"a\":[%s1]}";
    final var twice = TemplateBody.parse(form.formatted("\"$(p)\",".repeat(2)));
    assertEquals(60_000 + 15, twice.render(properties).orElseThrow().length);
    for (final int times : List.of(3, 200)) {
      final var template = TemplateBody.parse(form.formatted("\"$(p)\",".repeat(times)));
      assertEquals(Optional.empty(), template.render(properties));
    }
    final var quotes = TemplateProperties.of(Map.of("p", "\"".repeat(40_000)), Map.of());
    assertEquals(
        Optional.empty(), TemplateBody.parse("<a b=\"$(p)\"/>").render(quotes), "as it is written");
  }

  @Test
  void the_body_of_a_template_send_is_an_object_of_texts() {
    assertEquals(
        Map.of("a", "1", "b", ""),
        TemplateProperties.read(
            "{\"a\":\"1\",\"b\":\"\",\"c\":null}".getBytes(StandardCharsets.UTF_8)));
    for (final var body :
        List.of(
            "", "[]", "{\"a\":1}", "{\"a\":{}}", "{\"a\":\"\"\"}", "{\"a\":\"1\",\"a\":\"2\"}")) {
      final var refused =
          assertThrows(
              TemplateRefused.class,
              () -> TemplateProperties.read(body.getBytes(StandardCharsets.UTF_8)),
              body);
      assertTrue(!refused.complaint().isEmpty(), body);
    }
  }

  @Test
  void a_template_knows_its_language() {
    assertTrue(TemplateBody.parse(" <a/>").isXml());
    assertFalse(TemplateBody.parse(" {}").isXml());
    assertEquals(Optional.of("{}"), TemplateBody.parse("{}").render(PROPERTIES).map(String::new));
  }
}
