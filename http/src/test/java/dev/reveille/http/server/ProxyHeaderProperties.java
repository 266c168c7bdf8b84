package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// The PROXY protocol's header, as its specification prints it and as it must not be.
class ProxyHeaderProperties {
  private static final String BINARY = "0d0a0d0a000d0a515549540a";

  private static ByteBuf hex(final String digits) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  private static ByteBuf line(final String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private static String told(final ByteBuf in) {
    final var result = assertInstanceOf(ProxyHeader.Result.Told.class, ProxyHeader.read(in));
    return result.client() == null
        ? "itself"
        : result.client().getAddress().getHostAddress() + " " + result.client().getPort();
  }

  private static void isMalformed(final ByteBuf in) {
    assertInstanceOf(ProxyHeader.Result.Malformed.class, ProxyHeader.read(in));
  }

  @Test
  void both_versions_tell_both_kinds_of_address_and_leave_what_follows() {
    final var one = line("PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\nGET ");
    assertEquals("192.0.2.7 56324", told(one));
    assertEquals("GET ", one.toString(StandardCharsets.ISO_8859_1));
    assertEquals(
        "2001:db8:0:0:0:0:0:7 1", told(line("PROXY TCP6 2001:db8::7 2001:db8::1 1 443\r\n")));
    final var two = hex(BINARY + "21 11 000c c0000207 c0000201 dc04 01bb 1603");
    assertEquals("192.0.2.7 56324", told(two));
    assertEquals(2, two.readableBytes());
    final var six = "20010db8000000000000000000000007 20010db8000000000000000000000001 0001 01bb";
    assertEquals("2001:db8:0:0:0:0:0:7 1", told(hex(BINARY + "21 21 0024" + six)));
    assertEquals(
        "192.0.2.7 56324",
        told(hex(BINARY + "21 11 0010 c0000207 c0000201 dc04 01bb 03000166")),
        "with an addition");
  }

  @Test
  void a_proxy_that_speaks_for_itself_is_heard() {
    assertEquals("itself", told(line("PROXY UNKNOWN\r\n")));
    assertEquals("itself", told(line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 1 2\r\n")));
    assertEquals("itself", told(hex(BINARY + "20 00 0000")));
    assertEquals("itself", told(hex(BINARY + "20 11 000c c0000207 c0000201 dc04 01bb")));
    assertEquals("itself", told(hex(BINARY + "21 00 0003 010203")));
  }

  @Test
  void what_is_malformed_is_refused() {
    for (final var text :
        List.of(
            "GET / HTTP/1.1\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 56324\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 56324 443 1\r\n",
            "PROXY TCP4 192.0.2.7  192.0.2.1 56324 443\r\n",
            "PROXY TCP4 192.0.2.777 192.0.2.1 56324 443\r\n",
            "PROXY TCP4 client.example.org 192.0.2.1 56324 443\r\n",
            "PROXY TCP4 2001:db8::7 2001:db8::1 1 443\r\n",
            "PROXY TCP6 192.0.2.7 192.0.2.1 1 443\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 65536 443\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 1 -1\r\n",
            "PROXY UDP4 192.0.2.7 192.0.2.1 1 443\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 1 443\n",
            "PROXY " + "x".repeat(101))) {
      isMalformed(line(text));
    }
    for (final var digits :
        List.of(
            BINARY + "11 11 000c c0000207 c0000201 dc04 01bb",
            BINARY + "22 11 000c c0000207 c0000201 dc04 01bb",
            BINARY + "21 12 000c c0000207 c0000201 dc04 01bb",
            BINARY + "21 11 000b c0000207 c0000201 dc04 01",
            BINARY + "21 21 000c c0000207 c0000201 dc04 01bb",
            BINARY + "21 31 0000",
            BINARY + "21 11 1001",
            "160301")) {
      isMalformed(hex(digits));
    }
  }

  @Property
  void a_header_cut_anywhere_waits_for_its_rest(
      final @ForAll @Size(4) byte[] address, final @ForAll @IntRange(max = 65_535) int port)
      throws Exception {
    final var client = InetAddress.getByAddress(address).getHostAddress();
    final var text = "PROXY TCP4 " + client + " 192.0.2.1 " + port + " 443\r\n";
    final var binary =
        Unpooled.buffer()
            .writeBytes(hex(BINARY + "2111000c"))
            .writeBytes(address)
            .writeBytes(new byte[4])
            .writeShort(port)
            .writeShort(443);
    for (final var whole : List.of(line(text), binary)) {
      for (var cut = 0; cut < whole.readableBytes(); cut++) {
        final var part = whole.slice(0, cut);
        assertInstanceOf(ProxyHeader.Result.More.class, ProxyHeader.read(part));
        assertEquals(cut, part.readableBytes(), "nothing is taken");
      }
      assertEquals(client + " " + port, told(whole));
    }
  }

  @Property
  void no_bytes_make_it_fail(final @ForAll byte[] bytes) {
    for (final var beginning : List.of("", BINARY, "50524f585920")) {
      final var in = Unpooled.wrappedBuffer(hex(beginning), Unpooled.wrappedBuffer(bytes));
      final var result = ProxyHeader.read(in);
      assertTrue(result != null && in.refCnt() > 0);
    }
  }
}
