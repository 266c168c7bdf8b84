package dev.reveille.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages, pings and faults in the bytes of a stream, and each bound with its answer.
class StreamReaderTest {
  private static final String FIELDS =
      """
      Via: SIP/2.0/TLS edge.contoso.example;branch=z9hG4bKa
      From: <sip:mobility@contoso.example>;tag=1
      To: <sip:push@push.example>
      Call-ID: c1
      CSeq: 1 MESSAGE
      """;
  private static final String REQUEST = "MESSAGE sip:push@push.example SIP/2.0\n" + FIELDS;

  private final StreamReader reader = new StreamReader(SizeLimits.STANDARD);

  private List<SipInput> feed(final byte[] bytes) {
    reader.feed(Unpooled.wrappedBuffer(bytes));
    final var found = new ArrayList<SipInput>();
    for (var input = reader.next(); input != null; input = reader.next()) {
      found.add(input);
    }
    return found;
  }

  private List<SipInput> feed(final String text) {
    return feed(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static SipResponse answer(final List<SipInput> inputs, final WireFault fault) {
    final var refused = assertInstanceOf(SipInput.Refused.class, inputs.getLast());
    assertEquals(fault, refused.fault());
    return refused.answer();
  }

  private void assertOver(final List<SipInput> inputs) {
    assertTrue(
        switch (inputs.getLast()) {
          case SipInput.Refused refused -> refused.isLast();
          case SipInput.Unanswerable fault -> fault.isLast();
          case SipInput.Message _, SipInput.Ping _, SipInput.Pong _ -> false;
        });
    assertEquals(List.of(), feed(REQUEST + "Content-Length: 0\n\n"));
    assertFalse(reader.isWithinMessage());
  }

  @Test
  void messages_follow_each_other_in_one_piece() {
    final var one = REQUEST + "Content-Length: 5\n\nhello";
    final var found = feed(one.repeat(3));
    assertEquals(3, found.size());
    found.forEach(input -> {
      final var message = ((SipInput.Message) input).message();
      assertEquals("hello", new String(message.body(), StandardCharsets.US_ASCII));
    });
  }

  @Test
  void two_line_ends_are_a_ping_and_one_a_pong() {
    final var ping = new SipInput.Ping();
    final var pong = new SipInput.Pong();
    assertEquals(List.of(pong), feed("\n"));
    assertEquals(List.of(ping), feed("\n"));
    assertEquals(List.of(pong, ping), feed("\n\n"));
    assertEquals(List.of(), feed(new byte[] {'\r'}));
    assertEquals(List.of(pong), feed(new byte[] {'\n'}));
    assertFalse(reader.isWithinMessage());
    final var found = feed("\n" + REQUEST + "Content-Length: 0\n\n\n\n");
    assertEquals(
        List.of("Ping", "Message", "Pong", "Ping"),
        found.stream().map(one -> one.getClass().getSimpleName()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /index.html HTTP/1.1\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001",
        "\u0000\u0000\u0000",
        "PRI * HTTP/2.0\n\nSM\n\n",
        "SSH-2.0-OpenSSH_9.2\n",
        "{\"json\": true}",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "INVITE\n"
      })
  void what_is_not_sip_ends_the_connection_at_once(final String text) {
    final var found = feed(text);
    assertEquals(List.of(new SipInput.Unanswerable(WireFault.NOT_SIP, /* isLast= */ true)), found);
    assertOver(found);
  }

  @Test
  void a_line_end_without_carriage_return_ends_the_connection() {
    final var found = feed((REQUEST + "\n").getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        List.of(new SipInput.Unanswerable(WireFault.BAD_LINE_END, /* isLast= */ true)), found);
  }

  /// Others might take it for a line end: such a header is not copied into an answer.
  @Test
  void a_carriage_return_alone_is_never_written_back() {
    final var found = feed(REQUEST.replace("c1", "c1\rX-Evil: 1") + "Content-Length: 0\n\n");
    assertEquals(
        List.of(new SipInput.Unanswerable(WireFault.BAD_LINE_END, /* isLast= */ true)), found);
  }

  @Test
  void a_first_line_beyond_the_limit_is_answered_414() {
    final var uri = "sip:" + "u".repeat(SizeLimits.STANDARD.line()) + "@push.example";
    final var found =
        feed("MESSAGE " + uri + " SIP/2.0\n" + FIELDS + "Content-Length: 0\n\n" + "\n\n");
    final var answer = answer(found.subList(0, 1), WireFault.REQUEST_URI_TOO_LONG);
    assertEquals(414, answer.status());
    assertEquals("c1", answer.header(SipName.CALL_ID).orElse(""));
    assertEquals(3, found.size(), "the stream goes on");
  }

  @Test
  void a_first_line_without_end_ends_the_connection() {
    final var found = feed("MESSAGE sip:" + "u".repeat(SizeLimits.STANDARD.header()));
    assertEquals(List.of(new SipInput.Unanswerable(WireFault.REQUEST_URI_TOO_LONG, true)), found);
    assertOver(found);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void a_field_as_long_as_the_limit_is_the_longest(final int more, final boolean isGood) {
    final var name = "Subject: ";
    final var value = "s".repeat(SizeLimits.STANDARD.line() - name.length() + more);
    final var found = feed(REQUEST + name + value + "\nContent-Length: 0\n\n");
    if (isGood) {
      assertInstanceOf(SipInput.Message.class, found.getFirst());
    } else {
      assertEquals(400, answer(found, WireFault.LINE_TOO_LONG).status());
      assertEquals(1, feed(REQUEST + "Content-Length: 0\n\n").size(), "the stream goes on");
    }
  }

  @Test
  void a_folded_field_counts_with_all_its_lines() {
    final var found =
        feed(REQUEST + "Subject: a\n" + (" " + "s".repeat(1000) + "\n").repeat(9) + "l: 0\n\n");
    assertEquals(400, answer(found, WireFault.LINE_TOO_LONG).status());
  }

  @Test
  void a_header_beyond_the_limit_is_answered_513_and_ends_the_connection() {
    final var filler = ("Subject: " + "s".repeat(4000) + "\n").repeat(17);
    final var found = feed(REQUEST + filler);
    assertEquals(513, answer(found, WireFault.HEADER_TOO_LARGE).status());
    assertOver(found);
  }

  @Test
  void a_header_beyond_the_limit_without_the_fields_of_an_answer_ends_the_connection() {
    final var filler = ("Subject: " + "s".repeat(4000) + "\n").repeat(17);
    final var found = feed("MESSAGE sip:a@b SIP/2.0\n" + filler);
    assertEquals(List.of(new SipInput.Unanswerable(WireFault.HEADER_TOO_LARGE, true)), found);
  }

  @Test
  void more_fields_than_the_limit_are_answered_513() {
    final var found = feed(REQUEST + "X: 1\n".repeat(SizeLimits.STANDARD.fields()) + "l: 0\n\n");
    assertEquals(513, answer(found, WireFault.TOO_MANY_FIELDS).status());
    assertOver(found);
  }

  @Test
  void a_body_beyond_the_limit_is_answered_413_before_it_comes() {
    final var found = feed(REQUEST + "Content-Length: 65537\n\nbeginning");
    assertEquals(413, answer(found, WireFault.BODY_TOO_LARGE).status());
    assertOver(found);
  }

  @Test
  void a_body_as_large_as_the_limit_is_read() {
    final var found = feed(REQUEST + "Content-Length: 65536\n\n" + "b".repeat(65536));
    final var message = ((SipInput.Message) found.getFirst()).message();
    assertEquals(65536, message.body().length);
  }

  @ParameterizedTest
  @CsvSource({
    "'', NO_CONTENT_LENGTH",
    "'Content-Length: abc\n', BAD_CONTENT_LENGTH",
    "'Content-Length: -1\n', BAD_CONTENT_LENGTH",
    "'Content-Length: 0\nl: 0\n', BAD_CONTENT_LENGTH",
    "'Content-Length:\n', BAD_CONTENT_LENGTH",
    "'Content-Length: 99999999999999999999\n', BAD_CONTENT_LENGTH",
    "'Content-Length: 0, 0\n', BAD_CONTENT_LENGTH"
  })
  void a_stream_without_a_length_has_lost_its_place(final String field, final WireFault fault) {
    final var found = feed(REQUEST + field + "\n");
    assertEquals(400, answer(found, fault).status());
    assertOver(found);
  }

  @ParameterizedTest
  @CsvSource({"Via, NO_VIA", "From, NO_FROM", "To, NO_TO", "Call-ID, NO_CALL_ID", "CSeq, NO_CSEQ"})
  void a_request_without_the_fields_of_an_answer_ends_the_connection(
      final String name, final WireFault fault) {
    final var found = feed(REQUEST.replace(name + ":", "X:") + "Content-Length: 0\n\n");
    assertEquals(List.of(new SipInput.Unanswerable(fault, /* isLast= */ true)), found);
  }

  @Test
  void a_malformed_response_is_dropped_and_the_stream_goes_on() {
    final var found =
        feed("SIP/2.0 200 OK\nCall-ID: c1\nContent-Length: 2\n\nab" + REQUEST + "l: 0\n\n");
    assertEquals(new SipInput.Unanswerable(WireFault.NO_VIA, /* isLast= */ false), found.get(0));
    assertInstanceOf(SipInput.Message.class, found.get(1));
  }

  @Test
  void a_malformed_ack_is_never_answered() {
    final var found =
        feed(REQUEST.replace("MESSAGE", "ACK").replace("1 ACK", "x ACK") + "Content-Length: 0\n\n");
    assertEquals(List.of(new SipInput.Unanswerable(WireFault.BAD_CSEQ, false)), found);
  }

  @Test
  void an_answer_has_the_hops_and_a_tag_and_nothing_else_of_the_request() {
    final var found =
        feed(
            REQUEST.replace("CSeq: 1", "CSeq: x")
                + "v: SIP/2.0/UDP phone.example\nX-Secret: token\nContent-Length: 0\n\n");
    final var text =
        new String(
            MessageWriter.bytes(answer(found, WireFault.BAD_CSEQ)), StandardCharsets.US_ASCII);
    assertTrue(text.startsWith("SIP/2.0 400 " + WireFault.BAD_CSEQ.sentence() + "\r\n"), text);
    assertTrue(text.contains("branch=z9hG4bKa\r\nFrom"), text);
    assertTrue(text.contains("Via: SIP/2.0/UDP phone.example\r\n"), text);
    assertTrue(text.contains("To: <sip:push@push.example>;tag="), text);
    assertTrue(text.endsWith("Content-Length: 0\r\n\r\n"), text);
    assertFalse(text.contains("token"), text);
  }

  @Test
  void nothing_is_held_between_messages() {
    assertEquals(1, feed(REQUEST + "Content-Length: 0\n\n").size());
    assertFalse(reader.isWithinMessage());
    assertEquals(List.of(), feed("MESSAGE sip:"));
    assertTrue(reader.isWithinMessage());
    assertNull(reader.next());
  }
}
