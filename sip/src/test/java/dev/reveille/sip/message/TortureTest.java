package dev.reveille.sip.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The messages of RFC 4475, each with its verdict in `verdicts.tsv`: whole, byte by byte, and in
/// pieces of many sizes.
class TortureTest {
  private static final Path FOLDER = folder();
  private static final int MESSAGES = 49;
  private static final int CUTS = 50;
  private static final RequestRules RULES =
      new RequestRules(
          List.of("INVITE", "OPTIONS", "REGISTER", "MESSAGE", "ACK"),
          Set.of("sip", "sips"),
          Set.of(),
          List.of("application/sdp"));

  /// A line of the table.
  private record Verdict(String name, String datagram, String stream, String rules) {
    byte[] bytes() {
      return read(FOLDER.resolve(name + ".sip"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Path folder() {
    try {
      return Path.of(
              Objects.requireNonNull(TortureTest.class.getResource("/rfc4475/verdicts.tsv"))
                  .toURI())
          .resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] read(final Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Verdict> verdicts() {
    return new String(read(FOLDER.resolve("verdicts.tsv")), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .map(cells -> new Verdict(cells[0], cells[1], cells[2], cells[3]));
  }

  @Test
  void every_message_has_its_verdict() throws IOException {
    try (var files = Files.list(FOLDER)) {
      final var there =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".sip"))
              .map(name -> name.substring(0, name.length() - 4))
              .collect(Collectors.toSet());
      assertEquals(there, new HashSet<>(verdicts().map(Verdict::name).toList()));
      assertEquals(MESSAGES, there.size());
    }
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void in_a_datagram(final Verdict verdict) {
    final var input =
        DatagramReader.read(Unpooled.wrappedBuffer(verdict.bytes()), SizeLimits.STANDARD);
    assertEquals(verdict.datagram(), told(input));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void on_a_stream(final Verdict verdict) {
    final var bytes = verdict.bytes();
    assertEquals(verdict.stream(), onStream(bytes, bytes.length, new Random(1)));
    assertEquals(verdict.stream(), onStream(bytes, 1, new Random(1)));
    for (int seed = 0; seed < CUTS; seed++) {
      assertEquals(
          verdict.stream(), onStream(bytes, 2 + seed * 3, new Random(seed)), "seed " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void by_the_rules_of_an_element(final Verdict verdict) {
    final var input =
        DatagramReader.read(Unpooled.wrappedBuffer(verdict.bytes()), SizeLimits.STANDARD);
    final String rules =
        input instanceof SipInput.Message(SipRequest request)
            ? RULES.refusal(request).map(answer -> "" + answer.status()).orElse("ok")
            : "-";
    assertEquals(verdict.rules(), rules);
  }

  /// What was understood is written and understood again as the same.
  @ParameterizedTest
  @MethodSource("verdicts")
  void written_again(final Verdict verdict) {
    final var input =
        DatagramReader.read(Unpooled.wrappedBuffer(verdict.bytes()), SizeLimits.STANDARD);
    if (input instanceof SipInput.Message(var first)) {
      final var again = DatagramReader.read(written(first), SizeLimits.STANDARD);
      final var second = ((SipInput.Message) again).message();
      assertEquals(withoutLength(first), withoutLength(second));
      assertArrayEquals(first.body(), second.body());
      assertEquals(first.toString(), second.toString());
      assertEquals(first.headers().vias(), second.headers().vias());
    }
  }

  private static ByteBuf written(final SipMessage message) {
    return Unpooled.wrappedBuffer(MessageWriter.bytes(message));
  }

  private static String withoutLength(final SipMessage message) {
    return message.headers().toBuilder().remove(SipName.CONTENT_LENGTH).build().toString();
  }

  private static String onStream(final byte[] bytes, final int longest, final Random random) {
    final var reader = new StreamReader(SizeLimits.STANDARD);
    final var told = new ArrayList<String>();
    int at = 0;
    while (at < bytes.length) {
      final var size = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      reader.feed(Unpooled.wrappedBuffer(bytes, at, size));
      for (var input = reader.next(); input != null; input = reader.next()) {
        told.add(told(input));
      }
      at += size;
    }
    return told.isEmpty() ? "wait" : String.join(" ", told);
  }

  private static String told(final SipInput input) {
    return switch (input) {
      case SipInput.Message _ -> "message";
      case SipInput.Refused(var answer, var fault, var isLast) ->
          answer.status() + " " + fault + (isLast ? " end" : "");
      case SipInput.Unanswerable(var fault, var isLast) -> "drop " + fault + (isLast ? " end" : "");
      case SipInput.Ping _ -> "ping";
      case SipInput.Pong _ -> "pong";
    };
  }
}
