package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What our encoder writes, Netty's decoder reads.
final class PlainHpackProperties {

  @Property
  void a_decoder_we_did_not_write_reads_every_answer(final @ForAll("answers") List<Answer> answers)
      throws Http2Exception {
    final var decoder = new DefaultHttp2HeadersDecoder(true, 100_000);
    final var hpack = new PlainHpack();
    for (final var answer : answers) {
      final var block = Unpooled.buffer();
      hpack.begin(block);
      block.writeBytes(answer.block());
      final var read = decoder.decodeHeaders(3, block);
      final var written = answer.headers2(io.netty.util.AsciiString.of("today"), false);
      written.forEach(field -> {
        if (!field.getKey().toString().equals("date")) {
          assertEquals(field.getValue().toString(), read.get(field.getKey()).toString());
        }
      });
      assertEquals(written.size() - 1, read.size());
      final var again = Unpooled.buffer();
      hpack.encodeHeaders(5, written, again);
      assertEquals(written.size(), decoder.decodeHeaders(5, again).size());
    }
  }

  @Provide
  Arbitrary<List<Answer>> answers() {
    final var status = Arbitraries.integers().between(200, 599);
    final var type = Arbitraries.of("", "text/plain", "application/json; charset=utf-8");
    final var values =
        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(300).map(String::strip);
    final var names =
        Arbitraries.of("Retry-After", "Location", "X-Own", "WWW-Authenticate", "Etag");
    return Combinators.combine(status, type, names.set().ofMaxSize(3), values.list().ofSize(3))
        .as((code, content, fields, texts) -> {
          final var headers = new ArrayList<String>();
          for (final var name : fields) {
            headers.add(name);
            headers.add(texts.get(headers.size() / 2));
          }
          final var answer = Answer.of(code, content, new byte[0], headers.toArray(String[]::new));
          return code % 2 == 0 ? answer.prepared() : answer;
        })
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }
}
