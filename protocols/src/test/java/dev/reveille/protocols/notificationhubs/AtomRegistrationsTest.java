package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Tag;
import dev.reveille.protocols.notificationhubs.HubRegistration.TemplateParts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AtomRegistrationsTest {
  private static final String CONNECT =
      "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final AtomItem ITEM =
      new AtomItem(
          "https://h/news/registrations/1-2-3?api-version=2020-06",
          "1-2-3",
          Instant.parse("2026-11-20T10:00:00.123456Z"));

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String entry(final String inside) {
    return "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\">"
        + inside
        + "</content></entry>";
  }

  private static HubRegistration read(final String inside) {
    return AtomRegistrations.read(utf8(entry(inside)));
  }

  private static PnsHandle handle(final RegistrationKind kind) {
    return switch (kind.handle().size()) {
      case 1 -> new PnsHandle.Single("h&<1>");
      case 2 -> new PnsHandle.Baidu("u", "c");
      default -> new PnsHandle.Browser("https://b.example/x?a=1&b=2", "BP", "au");
    };
  }

  private static HubRegistration apple(final Optional<TemplateParts> template) {
    return new HubRegistration(
        RegistrationKind.APPLE,
        "1-2-3",
        "7",
        Optional.of(NEVER),
        List.of(new Tag("a"), new Tag("B")),
        Map.of("k", "v", "a", "<\"&"),
        new PnsHandle.Single("ABCD"),
        template);
  }

  @Test
  void an_entry_is_written_exactly_so() {
    assertEquals(
        "<entry xmlns=\"http://www.w3.org/2005/Atom\">"
            + "<id>https://h/news/registrations/1-2-3?api-version=2020-06</id>"
            + "<title type=\"text\">1-2-3</title><updated>2026-11-20T10:00:00.123Z</updated>"
            + "<link rel=\"self\" href=\"https://h/news/registrations/1-2-3?api-version=2020-06\"/>"
            + "<content type=\"application/xml\"><AppleRegistrationDescription xmlns=\""
            + CONNECT
            + "\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><ETag>7</ETag>"
            + "<ExpirationTime>9999-12-31T23:59:59.999</ExpirationTime>"
            + "<RegistrationId>1-2-3</RegistrationId><Tags>a,B</Tags>"
            + "<PushVariables>{\"a\":\"&lt;\\\"&amp;\",\"k\":\"v\"}</PushVariables>"
            + "<DeviceToken>ABCD</DeviceToken></AppleRegistrationDescription></content></entry>",
        text(AtomRegistrations.entry(ITEM, apple(Optional.empty()))));
  }

  @Test
  void a_template_is_written_in_the_order_of_the_data_contract() {
    final var headers = new LinkedHashMap<String, String>();
    headers.put("apns-priority", "5");
    headers.put("apns-expiration", "$(e)");
    final var template = new TemplateParts("{\"a\":\"]]>\r\"}", "name", "$(exp)", "10", headers);
    final var written = text(AtomRegistrations.entry(ITEM, apple(Optional.of(template))));
    assertEquals(
        "<DeviceToken>ABCD</DeviceToken><BodyTemplate><![CDATA[{\"a\":\"]]]]><![CDATA[>]]>&#13;"
            + "<![CDATA[\"}]]></BodyTemplate><Expiry>$(exp)</Expiry><TemplateName>name"
            + "</TemplateName><Priority>10</Priority><ApnsHeaders><ApnsHeader><Header>apns-priority"
            + "</Header><Value>5</Value></ApnsHeader><ApnsHeader><Header>apns-expiration</Header>"
            + "<Value>$(e)</Value></ApnsHeader></ApnsHeaders></AppleTemplateRegistrationDescription>",
        written.substring(written.indexOf("<DeviceToken>"), written.indexOf("</content>")));
    final var windows =
        new HubRegistration(
            RegistrationKind.WINDOWS,
            "",
            "",
            Optional.empty(),
            List.of(),
            Map.of(),
            new PnsHandle.Single("https://w"),
            Optional.of(new TemplateParts("<a/>", "n", "", "", Map.of("X-WNS-Type", "wns/toast"))));
    assertTrue(
        text(AtomRegistrations.entry(ITEM, windows))
            .contains(
                "<ChannelUri>https://w</ChannelUri><BodyTemplate><![CDATA[<a/>]]></BodyTemplate>"
                    + "<WnsHeaders><WnsHeader><Header>X-WNS-Type</Header><Value>wns/toast</Value>"
                    + "</WnsHeader></WnsHeaders><TemplateName>n</TemplateName>"
                    + "</WindowsTemplateRegistrationDescription>"));
  }

  @Test
  void some_clients_write_the_kind_as_the_type_of_their_element() {
    final var inside =
        "<RegistrationDescription xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
            + " i:type=\"%sRegistrationDescription\" xmlns=\""
            + CONNECT
            + "\"><Tags>a</Tags><DeviceToken>AB</DeviceToken>"
            + "<BodyTemplate><![CDATA[{}]]></BodyTemplate></RegistrationDescription>";
    final var plain = read(inside.formatted("Apple"));
    assertEquals(RegistrationKind.APPLE, plain.kind());
    assertEquals(Optional.empty(), plain.template());
    assertEquals("{}", read(inside.formatted("q1:AppleTemplate")).template().orElseThrow().body());
    assertEquals(
        "NokiaRegistrationDescription: is no kind of registration",
        refused(entry(inside.formatted("Nokia"))).replaceFirst(";.*", ""));
    assertEquals(
        "RegistrationDescription: is no kind of registration",
        refused(
                entry(
                    "<RegistrationDescription><DeviceToken>AB</DeviceToken></RegistrationDescription>"))
            .replaceFirst(";.*", ""));
  }

  private static String text(final byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(RegistrationKind.class)
  void every_kind_is_read_as_it_was_written_with_a_template_and_without(
      final RegistrationKind kind) {
    for (final boolean withTemplate : new boolean[] {false, true}) {
      final var headers =
          kind.headers().isEmpty() ? Map.<String, String>of() : Map.of("X-One", "a&b<c");
      final var template =
          withTemplate
              ? Optional.of(new TemplateParts(" {\"x\":\"]]]>>\"} \n\r\n", "t", "", "", headers))
              : Optional.<TemplateParts>empty();
      final var registration =
          new HubRegistration(
              kind,
              "1-2-3",
              "9",
              Optional.of(NEVER),
              List.of(new Tag("$InstallationId:{x}"), new Tag("ü")),
              Map.of("p", "v"),
              handle(kind),
              template);
      final var written = AtomRegistrations.entry(ITEM, registration);
      assertEquals(registration, AtomRegistrations.read(written), text(written));
      assertTrue(text(written).contains("<" + kind.element(withTemplate) + " "));
    }
  }

  @Test
  void a_feed_holds_entries_and_may_be_empty() {
    final var one = apple(Optional.empty());
    final var head = new AtomItem("https://h/news/registrations", "Registrations", NEVER);
    final var two = text(AtomRegistrations.feed(head, List.of(one, one), _ -> ITEM));
    assertTrue(two.startsWith("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>https://h/news/"));
    assertEquals(3, two.split("<entry ", -1).length);
    assertTrue(two.contains(text(AtomRegistrations.entry(ITEM, one))));
    final var none = text(AtomRegistrations.feed(head, List.of(), _ -> ITEM));
    assertTrue(!none.contains("entry") && none.endsWith("</feed>"), none);
  }

  /// What the clients in JavaScript and Java write, and what none of them writes but XML allows.
  @Test
  void what_clients_write_is_read_whatever_its_prefixes_and_order() {
    final var java =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            + entry(
                "<AppleTemplateRegistrationDescription"
                    + " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\""
                    + CONNECT
                    + "\"><Tags>a, b,,A</Tags><DeviceToken>ABCD</DeviceToken>"
                    + "<BodyTemplate><![CDATA[{\"aps\":{\"alert\":\"$(m)\"}}]]></BodyTemplate>"
                    + "</AppleTemplateRegistrationDescription>");
    final var other =
        "\uFEFF<?xml version=\"1.0\" encoding=\"utf-16\"?><!-- a --><a:entry"
            + " xmlns:a=\"urn:a\"><a:id>x</a:id><a:content a:type=\"any\"> <?p i?>"
            + " <b:AppleTemplateRegistrationDescription"
            + " xmlns:b=\"urn:b\"><b:BodyTemplate>{\"aps\":{<!-- c"
            + " -->&quot;alert&#x22;:<![CDATA[\"$(m)]]>"
            + "\"}}</b:BodyTemplate><b:Unknown><b:Tags>z</b:Tags></b:Unknown><b:Unknown/><b:DeviceToken>"
            + " ABCD\n"
            + "</b:DeviceToken><b:Tags>a,b</b:Tags>"
            + "</b:AppleTemplateRegistrationDescription></a:content></a:entry>";
    final var read = AtomRegistrations.read(utf8(java));
    assertEquals(List.of(new Tag("a"), new Tag("b")), read.tags());
    assertEquals("{\"aps\":{\"alert\":\"$(m)\"}}", read.template().orElseThrow().body());
    assertEquals("", read.id());
    assertEquals(read, AtomRegistrations.read(utf8(other)));
  }

  @Test
  void what_the_hub_sets_is_read_in_every_form_that_is_written() {
    for (final var moment :
        List.of(
            "2026-11-20T10:00:00.5",
            "2026-11-20T10:00:00.5000000Z",
            "2026-11-20T12:00:00.5+02:00")) {
      final var read =
          read(
              "<GcmRegistrationDescription><ETag>W/\"5\"</ETag><ExpirationTime>"
                  + moment
                  + "</ExpirationTime><GcmRegistrationId>g</GcmRegistrationId>"
                  + "</GcmRegistrationDescription>");
      assertEquals(Optional.of(Instant.parse("2026-11-20T10:00:00.500Z")), read.expiresAt());
      assertEquals("5", read.eTag());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "AppleRegistrationDescription: must hold DeviceToken <- <AppleRegistrationDescription/>",
        "AppleRegistrationDescription: must hold DeviceToken <-"
            + " <AppleRegistrationDescription><DeviceToken>"
            + " </DeviceToken></AppleRegistrationDescription>",
        "BrowserRegistrationDescription: must hold Auth <- <BrowserRegistrationDescription>"
            + "<Endpoint>e</Endpoint><P256DH>p</P256DH></BrowserRegistrationDescription>",
        "GcmTemplateRegistrationDescription: must hold BodyTemplate <-"
            + " <GcmTemplateRegistrationDescription><GcmRegistrationId>g</GcmRegistrationId>"
            + "</GcmTemplateRegistrationDescription>",
        "AppleRegistrationDescription: holds DeviceToken twice <- <AppleRegistrationDescription>"
            + "<DeviceToken>a</DeviceToken><DeviceToken>a</DeviceToken></AppleRegistrationDescription>",
        "AppleRegistrationDescription: holds Tags twice <- <AppleRegistrationDescription>"
            + "<Tags/><Tags/><DeviceToken>a</DeviceToken></AppleRegistrationDescription>",
        "PushVariables: a: is there twice <- <GcmRegistrationDescription><PushVariables>"
            + "{\"a\":\"1\",\"a\":\"2\"}</PushVariables><GcmRegistrationId>g</GcmRegistrationId>"
            + "</GcmRegistrationDescription>",
        "PushVariables: a: must be a text <- <GcmRegistrationDescription><PushVariables>"
            + "{\"a\":1}</PushVariables><GcmRegistrationId>g</GcmRegistrationId>"
            + "</GcmRegistrationDescription>",
        "tag \"a b\": a tag must hold letters, digits and _ @ # . : - only; character 2 is another"
            + " <- <GcmRegistrationDescription><Tags>x,a b</Tags><GcmRegistrationId>g"
            + "</GcmRegistrationId></GcmRegistrationDescription>",
        "there is more than one tag of the form $UserId:{...} <- <GcmRegistrationDescription>"
            + "<Tags>$UserId:{a},$UserId:{b}</Tags><GcmRegistrationId>g</GcmRegistrationId>"
            + "</GcmRegistrationDescription>",
        "ExpirationTime: must be a moment like 2026-03-01T12:00:00.000 <-"
            + " <GcmRegistrationDescription><ExpirationTime>soon</ExpirationTime>"
            + "<GcmRegistrationId>g</GcmRegistrationId></GcmRegistrationDescription>",
        "content: must hold one description <- text",
        "content: must hold one description <- <a/><b/>",
      })
  void a_mistake_is_named(final String complaint, final String inside) {
    assertEquals(complaint, refused(entry(inside)));
  }

  private static String refused(final String body) {
    final var refused =
        assertThrows(HubRefused.class, () -> AtomRegistrations.read(utf8(body)), body);
    assertEquals(400, refused.problem().status());
    return refused.problem().detail();
  }

  @Test
  void an_unknown_kind_is_told_which_are_known() {
    final var complaint = refused(entry("<NokiaXRegistrationDescription/>"));
    assertTrue(complaint.startsWith("NokiaXRegistrationDescription: is no kind"), complaint);
    assertTrue(complaint.contains("AppleRegistrationDescription, FcmV1R"), complaint);
  }

  @Test
  void sixty_tags_are_taken_and_61_are_not() {
    final var sixty =
        IntStream.range(0, 60).mapToObj(n -> "t" + n).collect(Collectors.joining(","));
    final var form =
        "<GcmRegistrationDescription><Tags>%s</Tags><GcmRegistrationId>g</GcmRegistrationId>"
            + "</GcmRegistrationDescription>";
    assertEquals(60, read(form.formatted(sixty + ",T1")).tags().size());
    assertEquals(
        "there are 61 tags; at most 60 are taken", refused(entry(form.formatted(sixty + ",u"))));
    assertTrue(
        refused(entry(form.formatted("x".repeat(121)))).contains("1 to 120 characters, not 121"));
  }

  @Test
  void a_template_has_a_name_of_200_characters() {
    final var form =
        "<GcmTemplateRegistrationDescription><GcmRegistrationId>g</GcmRegistrationId><BodyTemplate>"
            + "{}</BodyTemplate><TemplateName>%s</TemplateName></GcmTemplateRegistrationDescription>";
    assertEquals(
        "n".repeat(200), read(form.formatted("n".repeat(200))).template().orElseThrow().name());
    assertTrue(refused(entry(form.formatted("n".repeat(201)))).contains("at most 200"));
  }

  /// No entity is resolved, no document type read, nothing fetched.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "types and their entities are not taken <- <!DOCTYPE entry [<!ENTITY a"
            + " \"b\">]><entry>&a;</entry>",
        "types and their entities are not taken <- <!DOCTYPE entry SYSTEM"
            + " \"http://127.0.0.1:9/x\"><entry/>",
        "types and their entities are not taken <- <!DOCTYPE entry><entry/>",
        "types and their entities are not taken <- <!DOCTYPE a [<!ENTITY % p SYSTEM"
            + " \"file:///etc/hosts\"> %p;]><entry/>",
        "types and their entities are not taken <- <entry>&a;</entry>",
        "not XML <- <entry>&#0;</entry>",
        "not XML <- <entry>",
        "not XML <- <entry><content></entry>",
        "not XML <- <entry a='1' a='2'/>",
        "not XML <- ''",
        "not XML <- {}",
        "not XML <- <entry/><entry/>",
        "must be an Atom entry, not feed <- <feed/>",
        "entry: must hold content <- <entry/>",
      })
  void other_texts_are_refused(final String complaint, final String body) {
    final var told = refused(body);
    assertTrue(told.contains(complaint), told);
  }

  @Test
  void a_document_a_thousand_levels_deep_is_refused_where_it_goes_too_deep() {
    final var deep = entry("<a>".repeat(1_000) + "</a>".repeat(1_000));
    final var told = refused(deep);
    assertTrue(told.startsWith("elements lie more than 32 deep in each other (line 1"), told);
    assertTrue(refused("<a>".repeat(80_000)).contains("32 deep"));
  }

  @Test
  void other_limits_are_told_too() {
    assertTrue(refused(entry("<a>" + "x".repeat(300_000) + "</a>")).contains("262144 characters"));
    assertTrue(refused(entry("<a/>".repeat(15_000))).contains("more than 20000 parts"));
    final var refused =
        assertThrows(
            HubRefused.class,
            () -> AtomRegistrations.read(new byte[] {'<', 'a', (byte) 0xff, '/', '>'}));
    assertEquals("not XML in UTF-8", refused.problem().detail());
  }

  @Test
  void a_handle_has_the_parts_of_its_kind() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new HubRegistration(
                RegistrationKind.BAIDU,
                "",
                "",
                Optional.empty(),
                List.of(),
                Map.of(),
                new PnsHandle.Single("x"),
                Optional.empty()));
  }
}
