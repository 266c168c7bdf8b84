package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/// Whatever we compress, Netty's decoder reads back the same, request after request on one
/// connection, also when the peer shrinks its table.
final class HpackHeadersProperties {
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName NUMBER = HeaderName.of("apns-expiration");

  record Step(int set, String path, UUID id, long number, int tableSize) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    final var path =
        Arbitraries.strings().withChars("0123456789abcdef").ofMinLength(1).ofMaxLength(300);
    final var id = Arbitraries.longs().tuple2().map(two -> new UUID(two.get1(), two.get2()));
    final var number = Arbitraries.longs().between(0, Long.MAX_VALUE);
    final var table =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, Arbitraries.just(-1)),
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 4096)));
    return net.jqwik.api.Combinators.combine(
            Arbitraries.integers().between(0, 99), path, id, number, table)
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void netty_reads_what_we_wrote(
      @ForAll("steps") final List<Step> steps, @ForAll @IntRange(min = 1, max = 100) final int sets)
      throws Exception {
    final var all = new ArrayList<HeaderSet>();
    for (int i = 0; i < sets; i++) {
      all.add(
          HeaderSet.post("host" + i % 3)
              .with(HeaderName.of("authorization"), "bearer " + "t".repeat(i % 7 * 100))
              .with(HeaderName.of("apns-topic"), "org.example.app" + i)
              .with(HeaderName.of("apns-priority"), "10"));
    }
    final var headers = new HpackHeaders();
    final var decoder = new DefaultHttp2HeadersDecoder(true, 100_000);
    int table = 4_096;
    for (final var step : steps) {
      if (step.tableSize() >= 0 && step.tableSize() < table) {
        table = step.tableSize();
        headers.peerTableSize(table);
        decoder.maxHeaderTableSize(table);
      }
      final int index = step.set() % sets;
      final var out = Unpooled.buffer();
      headers.begin(out);
      headers
          .path(
              "/3/device/".getBytes(StandardCharsets.US_ASCII),
              step.path().getBytes(StandardCharsets.US_ASCII))
          .constants(all.get(index))
          .once(ID, step.id())
          .once(NUMBER, step.number());
      headers.end();
      final var read = decoder.decodeHeaders(1, out);
      assertEquals("POST", read.method().toString());
      assertEquals("https", read.scheme().toString());
      assertEquals("/3/device/" + step.path(), read.path().toString());
      assertEquals("host" + index % 3, read.authority().toString());
      assertEquals("bearer " + "t".repeat(index % 7 * 100), read.get("authorization").toString());
      assertEquals("org.example.app" + index, read.get("apns-topic").toString());
      assertEquals("10", read.get("apns-priority").toString());
      assertEquals(step.id().toString(), read.get("apns-id").toString());
      assertEquals(Long.toString(step.number()), read.get("apns-expiration").toString());
    }
  }

  @Property(tries = 50)
  void numbers_are_written_in_decimal(@ForAll @LongRange(min = 0) final long number)
      throws Exception {
    final var headers = new HpackHeaders();
    final var out = Unpooled.buffer();
    headers.begin(out);
    headers.path(new byte[] {'/'}, new byte[0]).constants(HeaderSet.post("h")).once(NUMBER, number);
    headers.end();
    final var read = new DefaultHttp2HeadersDecoder().decodeHeaders(1, out);
    assertEquals(Long.toString(number), read.get("apns-expiration").toString());
  }

  @Test
  void after_the_first_request_constant_headers_cost_a_byte_each() {
    final var set =
        HeaderSet.post("api.push.apple.com")
            .with(HeaderName.of("authorization"), "bearer " + "t".repeat(250))
            .with(HeaderName.of("apns-topic"), "org.example.app");
    final var headers = new HpackHeaders();
    final int[] sizes = new int[3];
    for (int i = 0; i < 3; i++) {
      final var out = Unpooled.buffer();
      headers.begin(out);
      headers.path(new byte[] {'/'}, new byte[0]).constants(set);
      headers.end();
      sizes[i] = out.readableBytes();
    }
    assertEquals(3 + 5, sizes[1]);
    assertEquals(3 + 5, sizes[2]);
  }

  @Test
  void a_header_value_cannot_break_out() {
    final var name = HeaderName.of("apns-topic");
    assertThrows(IllegalArgumentException.class, () -> HeaderSet.post("h").with(name, "a\r\nb: c"));
    assertThrows(IllegalArgumentException.class, () -> HeaderName.of("apns topic"));
    assertThrows(IllegalArgumentException.class, () -> HeaderName.of("Apns-Topic"));
  }
}
