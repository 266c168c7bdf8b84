package dev.reveille.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.digest.DigestChallenge;
import dev.reveille.sip.digest.DigestCredentials;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Good messages, mutated, in pieces of every size: whatever comes, the reader says a planned
/// result, nothing is thrown, and the heap stays as it is. The seed is fixed, so a failure comes
/// again.
class MutatedMessageTest {
  /// 200,000 messages; a campaign reads two million.
  private static final int MESSAGES = Boolean.getBoolean("reveille.long") ? 2_000_000 : 200_000;

  /// Every part of these messages is read, written and read again.
  private static final int LOOK_INTO_ONE_OF = 8;

  private static final long SEED = 20261129;
  private static final long MOST_GROWTH = 4L * 1024 * 1024;
  private static final RequestRules RULES =
      new RequestRules(List.of("MESSAGE"), Set.of("sip"), Set.of(), List.of("text/plain"));

  /// Pieces that mean something to the reader.
  private static final List<String> PIECES =
      List.of(
          "\r\n",
          "\r\n\r\n",
          "\r\n ",
          "\r",
          "\n",
          "\0",
          ":",
          ";",
          ",",
          "\"",
          "\\",
          "<",
          ">",
          "@",
          "%",
          "%00",
          "?",
          "=",
          " ",
          "\t",
          "[",
          "]",
          "SIP/2.0",
          "SIP/2.0/TLS",
          "sip:",
          "sips:",
          "Via: ",
          "v: SIP/2.0/TCP a;branch=z9hG4bKx\r\n",
          "l: 0\r\n",
          "Content-Length: 5\r\n",
          "Content-Length: 99999999999\r\n",
          "CSeq: 1 MESSAGE\r\n",
          "To: <sip:a@b>\r\n",
          "\u00ff",
          "MESSAGE",
          "200",
          "Contact: *\r\n",
          "ACK sip:a@b SIP/2.0\r\n",
          "-1",
          "4294967296");

  private final Random random = new Random(SEED);
  private final Map<WireFault, Integer> faults = new EnumMap<>(WireFault.class);
  private int messages;
  private int refused;
  private int dropped;

  private static List<byte[]> goodOnes() throws Exception {
    final var folder =
        Path.of(
                Objects.requireNonNull(MutatedMessageTest.class.getResource("/rfc4475/wsinv.sip"))
                    .toURI())
            .getParent();
    final var good = new ArrayList<byte[]>();
    try (var files = Files.list(folder)) {
      for (final var file :
          files.filter(one -> one.toString().endsWith(".sip")).sorted().toList()) {
        good.add(Files.readAllBytes(file));
      }
    }
    for (int i = 0; i < 50; i++) {
      good.add(MessageWriter.bytes(Samples.request("MESSAGE", "c" + i, "z9hG4bK" + i)));
    }
    return good;
  }

  @Test
  void only_planned_results_come_out() throws Exception {
    final var good = goodOnes();
    final var seen = ManagementFactory.getMemoryMXBean();
    read(good, MESSAGES / 10);
    System.gc();
    final var before = seen.getHeapMemoryUsage().getUsed();
    read(good, MESSAGES - MESSAGES / 10);
    System.gc();
    final var growth = seen.getHeapMemoryUsage().getUsed() - before;
    assertTrue(growth < MOST_GROWTH, "the heap grew by " + growth + " bytes");
    // the mutations reach every kind of result
    assertTrue(messages > MESSAGES / 50, "messages: " + messages);
    assertTrue(refused > MESSAGES / 50, "refused: " + refused);
    assertTrue(dropped > MESSAGES / 50, "dropped: " + dropped);
    assertTrue(faults.size() >= 24, "faults: " + faults);
  }

  private void read(final List<byte[]> good, final int count) throws IOException {
    var reader = new StreamReader(SizeLimits.STANDARD);
    for (int i = 0; i < count; i++) {
      final var bytes = mutated(good.get(random.nextInt(good.size())));
      if (i % 4 == 0) {
        note(DatagramReader.read(Unpooled.wrappedBuffer(bytes), SizeLimits.STANDARD));
      }
      final var longest = 1 + random.nextInt(i % 8 == 0 ? 16 : bytes.length + 1);
      int at = 0;
      boolean isOver = false;
      while (at < bytes.length && !isOver) {
        final var size = Math.min(bytes.length - at, 1 + random.nextInt(longest));
        reader.feed(Unpooled.wrappedBuffer(bytes, at, size));
        for (var input = reader.next(); input != null; input = reader.next()) {
          isOver |= note(input);
        }
        at += size;
      }
      if (isOver || random.nextInt(20) == 0) {
        reader = new StreamReader(SizeLimits.STANDARD);
      }
    }
  }

  /// @return whether the stream is over
  private boolean note(final SipInput input) throws IOException {
    switch (input) {
      case SipInput.Message(var message) -> {
        messages++;
        if (messages % LOOK_INTO_ONE_OF == 0) {
          lookInto(message);
        }
        return false;
      }
      case SipInput.Refused(var answer, var fault, var isLast) -> {
        refused++;
        faults.merge(fault, 1, Integer::sum);
        assertEquals(fault.status(), answer.status());
        final var text = new String(MessageWriter.bytes(answer), StandardCharsets.ISO_8859_1);
        assertTrue(text.endsWith("Content-Length: 0\r\n\r\n"), text);
        assertEquals(text.indexOf("\r\n\r\n"), text.length() - 4, text);
        return isLast;
      }
      case SipInput.Unanswerable(var fault, var isLast) -> {
        dropped++;
        faults.merge(fault, 1, Integer::sum);
        return isLast;
      }
      case SipInput.Ping _, SipInput.Pong _ -> {
        return false;
      }
    }
  }

  /// Every reader of a part says something, and what is written can be read.
  private static void lookInto(final SipMessage message) {
    final var headers = message.headers();
    final var _ = headers.vias();
    for (int i = 0; i < headers.size(); i++) {
      final var name = headers.name(i);
      final var value = headers.value(i);
      final var _ = headers.addresses(name);
      final var _ = headers.number(name);
      final var _ = headers.list(name);
      final var _ = NameAddress.parse(value).flatMap(NameAddress::sipUri);
      final var _ = DigestChallenge.parse(value);
      final var _ = DigestCredentials.parse(value);
    }
    final var _ = message.from().domain();
    final var _ = message.to().tag();
    if (message instanceof final SipRequest request) {
      final var _ = request.targetUri();
      final var _ = RULES.refusal(request);
      final var _ = RequestRules.hopRefusal(request, Set.of("a"));
      final var _ = request.receivedFrom("192.0.2.1", 5060);
      final var _ = MessageWriter.bytes(SipResponse.to(request, 200).build().withToTag("t"));
      final var _ = request.cancelling();
    }
    final var again = new StreamReader(SizeLimits.STANDARD);
    again.feed(Unpooled.wrappedBuffer(MessageWriter.bytes(message)));
    final var read = again.next();
    assertTrue(read instanceof SipInput.Message, () -> read + " of " + headers);
  }

  private byte[] mutated(final byte[] good) {
    byte[] bytes = good;
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes = mutatedOnce(bytes);
    }
    return bytes;
  }

  private byte[] mutatedOnce(final byte[] bytes) {
    final var at = random.nextInt(bytes.length + 1);
    final var cut = Math.min(bytes.length - at, random.nextInt(8));
    return switch (random.nextInt(6)) {
      // another byte
      case 0 -> {
        final var changed = bytes.clone();
        if (at < bytes.length) {
          changed[at] = (byte) random.nextInt(256);
        }
        yield changed;
      }
      // a piece more, or in place of another
      case 1 -> joined(bytes, at, at, piece());
      case 2 -> joined(bytes, at, at + cut, piece());
      // a piece less
      case 3 -> joined(bytes, at, at + cut, new byte[0]);
      // a part twice, or very often
      case 4 -> {
        final var to = Math.min(bytes.length, at + random.nextInt(64));
        final var part = new String(bytes, at, to - at, StandardCharsets.ISO_8859_1);
        final var often = part.repeat(random.nextInt(40) == 0 ? 400 : 1 + random.nextInt(3));
        yield joined(bytes, at, at, often.getBytes(StandardCharsets.ISO_8859_1));
      }
      // the end is missing
      default -> joined(bytes, at, bytes.length, new byte[0]);
    };
  }

  private byte[] piece() {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(
      final byte[] bytes, final int until, final int from, final byte[] between) {
    final var all = new byte[until + between.length + bytes.length - from];
    System.arraycopy(bytes, 0, all, 0, until);
    System.arraycopy(between, 0, all, until, between.length);
    System.arraycopy(bytes, from, all, until + between.length, bytes.length - from);
    return all;
  }
}
