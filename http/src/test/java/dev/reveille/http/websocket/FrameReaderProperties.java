package dev.reveille.http.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

/// Rules of the frame reader that have no exceptions.
final class FrameReaderProperties {

  private static final class Received implements FrameReader.Events {
    private final List<String> all = new ArrayList<>();

    @Override
    public void text(final byte[] utf8) {
      all.add("text " + new String(utf8, StandardCharsets.UTF_8));
    }

    @Override
    public void ping(final byte[] payload) {
      all.add("ping " + payload.length);
    }

    @Override
    public void pong() {
      all.add("pong");
    }

    @Override
    public void closing(final int code, final String reason) {
      all.add("close " + code + " " + reason);
    }
  }

  private static List<String> read(final ByteBuf whole, final Random cuts) {
    final var reader = new FrameReader(300);
    final var received = new Received();
    while (whole.isReadable()) {
      final var size = Math.min(whole.readableBytes(), 1 + cuts.nextInt(20));
      final var bad = reader.read(whole.readSlice(size), received);
      if (bad != 0) {
        received.all.add("mistake " + bad);
        break;
      }
    }
    return received.all;
  }

  @Property
  void any_split_of_the_bytes_gives_the_same_events(
      final @ForAll("streams") byte[] stream, final @ForAll long seed) {
    final var one = read(Unpooled.wrappedBuffer(stream), new Random(seed));
    assertEquals(one, read(Unpooled.wrappedBuffer(stream), new Random(seed + 1)));
  }

  @Property
  void bytes_without_any_sense_throw_nothing(final @ForAll byte[] bytes, final @ForAll long seed) {
    final var one = read(Unpooled.wrappedBuffer(bytes), new Random(seed));
    assertEquals(one, read(Unpooled.wrappedBuffer(bytes), new Random(seed + 1)));
  }

  @Property
  void no_announced_length_lets_a_message_grow_over_its_limit(
      final @ForAll("largeLengths") long length, final @ForAll boolean isLast) {
    final var begun = Unpooled.buffer().writeByte(0x01).writeByte(0x81).writeInt(0).writeByte('a');
    final var goesOn = Unpooled.buffer().writeByte(isLast ? 0x80 : 0x00).writeByte(0xFF);
    goesOn.writeLong(length).writeInt(0);
    assertEquals(
        List.of("mistake " + CloseCodes.TOO_BIG),
        read(Unpooled.wrappedBuffer(begun, goesOn), new Random(length)));
  }

  @Provide
  Arbitrary<Long> largeLengths() {
    return Arbitraries.longs().between(65_536, Long.MAX_VALUE);
  }

  @Property
  void text_is_utf_8_exactly_when_the_jdk_says_so(final @ForAll("nearlyUtf8") byte[] bytes) {
    boolean valid;
    try {
      final var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      valid = true;
    } catch (CharacterCodingException e) {
      valid = false;
    }
    assertEquals(valid, Utf8.isValid(bytes, 0, bytes.length));
  }

  @Provide
  Arbitrary<byte[]> nearlyUtf8() {
    return Arbitraries.of(
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF)
        .list()
        .ofMaxSize(8)
        .map(values -> {
          final var bytes = new byte[values.size()];
          for (var i = 0; i < bytes.length; i++) {
            bytes[i] = values.get(i).byteValue();
          }
          return bytes;
        });
  }

  /// Frames in any order: mostly right ones, with mistakes among them.
  @Provide
  Arbitrary<byte[]> streams() {
    final var first =
        Arbitraries.of(0x81, 0x81, 0x01, 0x00, 0x80, 0x89, 0x8A, 0x88, 0x09, 0x82, 0x83, 0xC1);
    final var payload = Arbitraries.strings().ofMaxLength(200);
    return Combinators.combine(first, payload, Arbitraries.of(0x80, 0x80, 0x80, 0x80, 0))
        .as(FrameReaderProperties::frame)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(frames -> {
          final var all = Unpooled.buffer();
          frames.forEach(all::writeBytes);
          final var bytes = new byte[all.readableBytes()];
          all.readBytes(bytes);
          return bytes;
        });
  }

  private static byte[] frame(final int first, final String text, final int masked) {
    final var payload = text.getBytes(StandardCharsets.UTF_8);
    final var out = Unpooled.buffer().writeByte(first);
    if (payload.length < 126) {
      out.writeByte(masked | payload.length);
    } else {
      out.writeByte(masked | 126).writeShort(payload.length);
    }
    out.writeInt(0).writeBytes(payload);
    final var bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
