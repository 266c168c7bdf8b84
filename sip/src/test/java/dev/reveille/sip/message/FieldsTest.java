package dev.reveille.sip.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields and what stands in them: lists, names, addresses, hops, parameters.
class FieldsTest {
  private static final String LINES =
      """
      INVITE sip:bob@example.org;transport=tls SIP/2.0
      v: SIP/2.0/TLS one.example:5061;branch=z9hG4bKa;rport , SIP/2.0/UDP [2001:db8::1]:5062
      Via: SIP/2.0/TCP two.example;branch=z9hG4bKb
      f: "Alice \\"A, B\\" <x>" <sip:alice@example.org;user=phone>;tag=a1
      t: Bob <sips:bob@example.org>
      i: call-1@one.example
      CSEQ: 7 INVITE
      m: <sip:a@one.example;transport=tcp>;q=0.5, <sip:b@one.example>;expires=60
      Supported: path, outbound
      k: gruu,
      Subject: one
        two
      \tthree
      l: 0
      """;

  private final SipRequest request = Samples.readRequest(LINES);

  @Test
  void compact_names_and_lists_are_the_same_as_long_ones() {
    final var headers = request.headers();
    assertEquals(List.of("path", "outbound", "gruu"), headers.list("supported"));
    assertEquals(2, headers.count("SUPPORTED"));
    assertEquals(3, headers.vias().orElseThrow().size());
    assertEquals("one two three", headers.first("Subject").orElse(""));
    assertEquals(
        List.of("sip:a@one.example;transport=tcp", "sip:b@one.example"),
        headers.addresses(SipName.CONTACT).orElseThrow().stream().map(NameAddress::uri).toList());
    assertSame(SipName.CALL_ID, headers.name(4));
  }

  @Test
  void the_hops_are_read_with_all_their_parts() {
    final var hops = request.headers().vias().orElseThrow();
    final var first = request.topVia().orElseThrow();
    assertEquals(first, hops.getFirst());
    assertEquals("one.example:5061", first.sentBy());
    assertTrue(first.hasBranchOfRfc3261());
    assertEquals("[2001:db8::1]:5062", hops.get(1).sentBy());
    assertFalse(hops.get(1).hasBranchOfRfc3261());
    assertEquals("TCP", hops.get(2).transport());
  }

  @Test
  void names_and_tags_are_read_without_their_quotes() {
    assertEquals("Alice \"A, B\" <x>", request.from().displayName());
    assertEquals("a1", request.from().tag().orElse(""));
    assertEquals("example.org", request.from().domain().orElse(""));
    assertEquals("phone", request.from().sipUri().orElseThrow().parameter("user").orElse(""));
    assertEquals("Bob", request.to().displayName());
    assertTrue(request.to().sipUri().orElseThrow().isSecure());
    assertEquals(new CSeq(7, "INVITE"), request.cseq());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:",
        "no-uri",
        "\"open <sip:a@b>",
        "<sip:a@b",
        "<sip:a@b>>",
        "<sip:a b@c>",
        "< sip:a@b>",
        "A, B <sip:a@b>",
        "\"A\"B <sip:a@b>",
        "<sip:a@b>;",
        "<sip:a@b>;;tag=1",
        "<sip:a@b>;tag=",
        "<sip:a@b>;tag=\"1",
        "<sip:a@b> tag=1",
        "sip:a@b?Subject=x",
        "<sip:a@b>;tag=a b",
        "<>"
      })
  void a_malformed_address_is_none(final String text) {
    assertTrue(NameAddress.parse(text).isEmpty(), text);
  }

  @ParameterizedTest
  @CsvSource({
    "sip:alice@example.org, sip:alice@EXAMPLE.org, true",
    "sip:Alice@example.org, sip:alice@example.org, false",
    "sip:%61lice@example.org, sip:alice@example.org, true",
    "sip:alice@example.org, sips:alice@example.org, false",
    "sip:alice@example.org, sip:alice@example.org:5060, false",
    "sip:alice@example.org;transport=udp, sip:alice@example.org, false",
    "sip:alice@example.org;transport=TCP, sip:alice@example.org;TRANSPORT=tcp, true",
    "sip:alice@example.org;newparam=5, sip:alice@example.org, true",
    "sip:alice@example.org;newparam=5, sip:alice@example.org;newparam=6, false",
    "sip:alice@example.org;maddr=1.2.3.4, sip:alice@example.org, false",
    "sip:alice@example.org;user=phone, sip:alice@example.org, false",
    "sip:alice@example.org;a=1;b=2, sip:alice@example.org;b=2;a=1, true",
    "sip:a@example.org?to=x&from=y, sip:a@example.org?from=y&to=x, true",
    "sip:a@example.org?to=x, sip:a@example.org, false",
    "sip:a:secret@example.org, sip:a@example.org, false"
  })
  void uris_are_equal_by_the_rules_of_section_19_1_4(
      final String one, final String other, final boolean isEqual) {
    final var first = SipUri.parse(one).orElseThrow();
    final var second = SipUri.parse(other).orElseThrow();
    assertEquals(isEqual, first.isEquivalentTo(second));
    assertEquals(isEqual, second.isEquivalentTo(first));
    assertEquals(one, first.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:",
        "sip:@example.org",
        "sip:a@",
        "sip:a@example.org:0",
        "sip:a@example.org:65536",
        "sip:a@example.org:50x",
        "sip:a@exa mple.org",
        "sip:a%4@example.org",
        "sip:a@example.org;",
        "sip:a@example.org;a=",
        "sip:a@example.org;=1",
        "sip:a@example.org?",
        "sip:a@example.org?a",
        "sip:a@[::1",
        "sip:a<b@example.org",
        "sip:a@b@example.org",
        "tel:+1234",
        "sip:ü@example.org"
      })
  void a_malformed_uri_is_none(final String text) {
    assertTrue(SipUri.parse(text).isEmpty(), text);
  }

  @Test
  void a_uri_is_made_and_changed_without_breaking_it() {
    final var uri = SipUri.of("a b@c;d", "example.org");
    assertEquals("sip:a%20b%40c;d@example.org", uri.toString());
    assertEquals("a b@c;d", uri.user());
    final var token = "tok:1/2+3?=;@,#%";
    final var pushed =
        uri.withParameter("pn-prid", "first").withParameter("pn-prid", token).withPort(5061);
    assertEquals(token, pushed.parameter("PN-PRID").orElse(""));
    assertEquals(token, SipUri.parse(pushed.toString()).orElseThrow().parameter("pn-prid").get());
    assertEquals(uri.withPort(5061), pushed.withoutParameter("pn-prid"));
    assertThrows(IllegalArgumentException.class, () -> SipUri.of("a", "no host"));
  }

  /// RFC 3261 section 18.2.1, RFC 3581.
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, '', SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa",
    "192.0.2.2, '', SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa;received=192.0.2.2",
    "192.0.2.1, ;rport, SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa;received=192.0.2.1;rport=9",
    "2001:db8::1, '', SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa;received=2001:db8::1"
  })
  void a_hop_gets_the_address_that_it_came_from(
      final String from, final String asked, final String expected) {
    final var via = Via.read("SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa" + asked, WireFault.BAD_VIA);
    final var received = via.receivedFrom(from, 9);
    assertEquals(expected, received.toString());
    assertEquals(received, Via.read(received.toString(), WireFault.BAD_VIA));
  }

  @Test
  void what_arrives_through_a_proxy_keeps_its_other_hops() {
    final var changed = request.receivedFrom("192.0.2.9", 1234);
    final var hops = changed.headers().vias().orElseThrow();
    assertEquals(3, hops.size());
    assertEquals("192.0.2.9", hops.getFirst().received().orElse(""));
    assertEquals(hops.getFirst(), changed.topVia().orElseThrow());
    final var ours = changed.headers().toBuilder().removeFirst(SipName.VIA).build();
    assertEquals("[2001:db8::1]:5062", ours.vias().orElseThrow().getFirst().sentBy());
  }

  @Test
  void a_value_with_a_line_end_is_refused() {
    final var builder = SipResponse.to(request, 403);
    for (final var value : List.of("a\r\nX: 1", "a\nb", "a\rb", "a\0b")) {
      assertThrows(IllegalArgumentException.class, () -> builder.add("Reason", value));
      assertThrows(IllegalArgumentException.class, () -> builder.phrase(value));
      assertThrows(
          IllegalArgumentException.class,
          () -> NameAddress.of(SipUri.of("a", "b")).withParameter("tag", value));
    }
    assertThrows(IllegalArgumentException.class, () -> builder.add("Rea son", "a"));
    assertThrows(IllegalArgumentException.class, () -> builder.add("Reason\r\n", "a"));
  }

  @Test
  void bytes_that_are_no_utf_8_survive() {
    final var bytes = Samples.bytes(LINES.replace("one\n", "\u00fcber @@\n"));
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '@' && bytes[i + 1] == '@' ? (byte) 0xff : bytes[i];
    }
    final var input = DatagramReader.read(Unpooled.wrappedBuffer(bytes), SizeLimits.STANDARD);
    final var message = ((SipInput.Message) input).message();
    assertTrue(message.header("Subject").orElse("").startsWith("über "));
    final var written = new String(MessageWriter.bytes(message), StandardCharsets.ISO_8859_1);
    assertTrue(written.contains("\u00c3\u00bcber \u00ff@"), written);
  }

  @Test
  void what_people_write_goes_out_as_utf_8() {
    final var answer =
        SipResponse.to(request, 403).phrase("Gesperrt für immer").add("Subject", "Grüße").build();
    final var written = new String(MessageWriter.bytes(answer), StandardCharsets.UTF_8);
    assertTrue(written.startsWith("SIP/2.0 403 Gesperrt für immer\r\n"), written);
    assertTrue(written.contains("Subject: Grüße\r\n"), written);
    assertEquals("Gesperrt für immer", answer.phrase());
    assertEquals("Grüße", answer.header("Subject").orElse(""));
  }

  /// RFC 3261 section 17.1.1.3.
  @Test
  void an_ack_goes_the_way_of_its_invite() {
    final var invite =
        Samples.request("INVITE", "c", "z9hG4bKa")
            .withHeaders(
                Samples.request("INVITE", "c", "z9hG4bKa").headers().toBuilder()
                    .add(SipName.ROUTE, "<sip:proxy.example;lr>")
                    .add(SipName.SUBJECT, "not for the ACK")
                    .build());
    final var answer = SipResponse.to(invite, 486).build().withToTag("t2");
    final var ack = invite.acknowledging(answer);
    assertEquals("ACK sip:push@push.example", ack.toString());
    assertEquals(invite.topVia(), ack.topVia());
    assertEquals("t2", ack.to().tag().orElse(""));
    assertEquals("f1", ack.from().tag().orElse(""));
    assertEquals(new CSeq(1, "ACK"), ack.cseq());
    assertEquals("<sip:proxy.example;lr>", ack.header(SipName.ROUTE).orElse(""));
    assertFalse(ack.headers().has(SipName.SUBJECT));
    final var cancel = invite.cancelling();
    assertEquals(new CSeq(1, "CANCEL"), cancel.cseq());
    assertTrue(cancel.to().tag().isEmpty());
  }

  @Test
  void a_message_without_what_it_needs_is_not_made() {
    final var builder = SipRequest.builder("MESSAGE", "sip:a@b").callId("c").cseq(1);
    assertThrows(IllegalArgumentException.class, builder::build);
    assertThrows(IllegalArgumentException.class, () -> Samples.request("MES SAGE", "c"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Samples.request("MESSAGE", "c").withTarget("sip:a b"));
    assertThrows(IllegalArgumentException.class, () -> new CSeq(1L << 31, "INVITE"));
    assertThrows(IllegalArgumentException.class, () -> SipResponse.to(request, 700).build());
  }

  @Test
  void the_length_is_that_of_the_body_whatever_a_field_says() {
    final var body = "{}".getBytes(StandardCharsets.US_ASCII);
    final var made =
        SipRequest.builder("MESSAGE", "sip:a@b")
            .add("Content-Length", "99")
            .from(request.from())
            .to(request.to())
            .callId("c")
            .cseq(2)
            .body("application/vnd.reveille.push+json", body)
            .build();
    final var text = new String(MessageWriter.bytes(made), StandardCharsets.US_ASCII);
    assertEquals(text.indexOf("Content-Length: 2\r\n\r\n{}"), text.lastIndexOf("Content-Length"));
    assertArrayEquals(body, made.body());
  }

  @Test
  void hops_and_loops_are_refused_by_elements_that_forward() {
    final var last =
        request.withHeaders(request.headers().toBuilder().set(SipName.MAX_FORWARDS, "0").build());
    assertEquals(70, request.maxForwards());
    assertEquals(483, RequestRules.hopRefusal(last, Set.of()).orElseThrow().status());
    assertEquals(
        482, RequestRules.hopRefusal(request, Set.of("two.example")).orElseThrow().status());
    assertTrue(RequestRules.hopRefusal(request, Set.of("us.example:5061")).isEmpty());
  }
}
