package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Rules of the parser that have no exceptions.
final class RequestParserProperties {
  private static final HttpLimits SMALL =
      HttpLimits.defaults().withHead(128, 256, 8).withBody(1024);

  /// What a stream of bytes came to: each request in words, and at last a refusal if there is one.
  private static List<String> parse(final List<byte[]> reads) {
    final var parser = new RequestParser(SMALL);
    final var seen = new ArrayList<String>();
    for (final var read : reads) {
      final var in = Unpooled.wrappedBuffer(read);
      for (var result = parser.feed(in);
          result != RequestParser.Result.MORE;
          result = parser.feed(in)) {
        switch (result) {
          case HEAD, ASK -> parser.limitBody(512, true);
          case REQUEST -> {
            final var head = parser.head();
            seen.add(
                "%s %s %s %s %s"
                    .formatted(
                        head.method(),
                        head.target().raw(),
                        head.keepAlive(),
                        head.headers("x-a"),
                        new String(parser.takeBody(), StandardCharsets.ISO_8859_1)));
          }
          case REFUSED -> {
            seen.add(parser.badStatus() + " " + parser.badDetail() + " " + parser.addressee());
            return seen;
          }
          case MORE -> throw new AssertionError("the loop ends before");
        }
      }
      assertEquals(0, in.readableBytes(), "a parser that wants more has taken all");
    }
    return seen;
  }

  private static List<byte[]> split(final byte[] bytes, final Random random) {
    final var parts = new ArrayList<byte[]>();
    for (var at = 0; at < bytes.length; ) {
      final var size = random.nextInt(4) == 0 ? 1 + random.nextInt(40) : 1 + random.nextInt(3);
      final var to = Math.min(bytes.length, at + size);
      parts.add(java.util.Arrays.copyOfRange(bytes, at, to));
      at = to;
    }
    return parts;
  }

  @Property(tries = 2000)
  void any_split_of_the_bytes_gives_the_same_requests(
      final @ForAll("streams") byte[] stream, final @ForAll long seed) {
    final var whole = parse(List.of(stream));
    assertEquals(whole, parse(split(stream, new Random(seed))));
    assertEquals(whole, parse(split(stream, new Random(seed + 1))));
  }

  @Property(tries = 2000)
  void a_stream_with_changed_bytes_throws_nothing_and_splits_the_same(
      final @ForAll("streams") byte[] stream, final @ForAll long seed) {
    final var random = new Random(seed);
    final var changed = stream.clone();
    for (var i = random.nextInt(6); i >= 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] =
          (byte) "\r\n\t :;,%/.?#\\\u0000\u007fA0x\u00e9".charAt(random.nextInt(18));
    }
    assertEquals(parse(List.of(changed)), parse(split(changed, random)));
  }

  @Property(tries = 1000)
  void bytes_without_any_sense_throw_nothing(final @ForAll byte[] bytes, final @ForAll long seed) {
    assertEquals(parse(List.of(bytes)), parse(split(bytes, new Random(seed))));
  }

  @Property
  void well_formed_requests_are_all_read(final @ForAll("bodies") List<String> bodies) {
    final var stream = new ByteArrayOutputStream();
    for (final var body : bodies) {
      stream.writeBytes(
          ("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
              .getBytes(StandardCharsets.ISO_8859_1));
    }
    final var seen = parse(List.of(stream.toByteArray()));
    assertEquals(bodies.stream().map(body -> "POST /p true [] " + body).toList(), seen);
  }

  @Property
  void a_decoded_path_has_no_dot_segments_and_no_control_characters(
      final @ForAll("targets") String raw) {
    final var target = RequestTarget.of(raw);
    if (target != null && !raw.equals("*")) {
      for (final var segment : target.path().split("/", -1)) {
        assertTrue(!segment.equals(".") && !segment.equals(".."), target.path());
      }
      assertTrue(target.path().chars().noneMatch(Character::isISOControl));
      assertTrue(target.path().startsWith("/"));
      assertTrue(!target.segments().isEmpty());
    }
  }

  @Provide
  Arbitrary<List<String>> bodies() {
    return Arbitraries.strings().ofMaxLength(60).alpha().list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> targets() {
    return Arbitraries.of(
            "/", "a", ".", "..", "%2e", "%2E", "%2f", "%5c", "%00", "%0a", "%25", "%c3%a9", "%ff",
            "?", "=", "&", "+", "%", "*")
        .list()
        .ofMaxSize(10)
        .map(parts -> "/" + String.join("", parts));
  }

  /// Pipelines of requests, most of them right, some of them wrong in one of the classic ways.
  @Provide
  Arbitrary<byte[]> streams() {
    final var method = Arbitraries.of("GET", "POST", "DELETE", "OPTIONS", "X-Y", "get");
    final var target =
        Arbitraries.of("/", "/a?b=c", "/%2e", "/x%20y", "*", "http://h/", "/" + "z".repeat(120));
    final var version =
        Arbitraries.frequency(
            net.jqwik.api.Tuple.of(9, " HTTP/1.1\r\n"),
            net.jqwik.api.Tuple.of(1, " HTTP/1.0\r\n"),
            net.jqwik.api.Tuple.of(1, " HTTP/2.0\r\n"),
            net.jqwik.api.Tuple.of(1, "\r\n"));
    final var field =
        Arbitraries.frequency(
            net.jqwik.api.Tuple.of(8, "X-A: v\r\n"),
            net.jqwik.api.Tuple.of(4, "x-a:\t w \r\n"),
            net.jqwik.api.Tuple.of(2, "Connection: close\r\n"),
            net.jqwik.api.Tuple.of(1, " folded\r\n"),
            net.jqwik.api.Tuple.of(1, "No-Colon\r\n"),
            net.jqwik.api.Tuple.of(1, "X-B : space\r\n"),
            net.jqwik.api.Tuple.of(1, "X-Long: " + "l".repeat(250) + "\r\n"),
            net.jqwik.api.Tuple.of(1, "Content-Length: 3\r\n"),
            net.jqwik.api.Tuple.of(1, "bare\n"));
    final var body =
        Arbitraries.of(
            "\r\n",
            "Content-Length: 5\r\n\r\nhello",
            "Content-Length: 0\r\n\r\n",
            "Content-Length: 513\r\n\r\n",
            "Content-Length: -1\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: t\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1ff\r\n" + "c".repeat(511) + "\r\n2\r\nxx\r\n",
            "Transfer-Encoding: gzip\r\n\r\n");
    final var request =
        Combinators.combine(
                method,
                target,
                version,
                field.list().ofMaxSize(4),
                Arbitraries.of(true, true, false),
                body)
            .as((verb, path, end, fields, host, rest) ->
                verb
                    + " "
                    + path
                    + end
                    + (host ? "Host: h\r\n" : "")
                    + String.join("", fields)
                    + rest);
    return request
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(requests -> String.join("", requests).getBytes(StandardCharsets.ISO_8859_1));
  }
}
