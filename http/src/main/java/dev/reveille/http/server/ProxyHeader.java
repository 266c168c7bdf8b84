package dev.reveille.http.server;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads the header of the PROXY protocol, version 1 (one line) or 2 (binary), whole or not at all.
final class ProxyHeader {
  private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BINARY = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  /// Section 2.1: the longest line there is.
  private static final int LONGEST_LINE = 107;

  /// What may follow the addresses; the usual additions take some hundred bytes.
  private static final int LONGEST_BINARY = 4096;

  private static final int BINARY_HEAD = 16;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int UNSPECIFIED = 0x00;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;

  /// What came of it.
  sealed interface Result {
    /// The proxy speaks for itself, as in a health check, when `client` is absent.
    record Told(@Nullable InetSocketAddress client) implements Result {}

    record More() implements Result {}

    record Malformed() implements Result {}
  }

  private static final Result MORE = new Result.More();
  private static final Result MALFORMED = new Result.Malformed();
  private static final Result ITSELF = new Result.Told(null);

  private ProxyHeader() {}

  /// Takes the header's bytes from the buffer once all are there.
  static Result read(final ByteBuf in) {
    if (begins(in, LINE)) {
      return line(in);
    }
    return begins(in, BINARY) ? binary(in) : MALFORMED;
  }

  /// Whether the bytes so far could be the beginning of that.
  private static boolean begins(final ByteBuf in, final byte[] with) {
    final var there = Math.min(in.readableBytes(), with.length);
    for (var i = 0; i < there; i++) {
      if (in.getByte(in.readerIndex() + i) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static Result line(final ByteBuf in) {
    final var from = in.readerIndex();
    final var length = in.bytesBefore(Math.min(in.readableBytes(), LONGEST_LINE), (byte) '\n');
    if (length < 0) {
      return in.readableBytes() < LONGEST_LINE ? MORE : MALFORMED;
    }
    if (in.getByte(from + length - 1) != '\r') {
      return MALFORMED;
    }
    final var words = in.toString(from, length - 1, StandardCharsets.ISO_8859_1).split(" ", -1);
    in.skipBytes(length + 1);
    if (words[1].equals("UNKNOWN")) {
      return ITSELF;
    }
    final var isV4 = words[1].equals("TCP4");
    if (words.length != 6 || !isV4 && !words[1].equals("TCP6")) {
      return MALFORMED;
    }
    final var client = Network.address(words[2]);
    final var server = Network.address(words[3]);
    final var port = Proxies.port(words[4]);
    if (client == null
        || server == null
        || words[2].indexOf(':') < 0 != isV4
        || words[3].indexOf(':') < 0 != isV4
        || port < 0
        || Proxies.port(words[5]) < 0) {
      return MALFORMED;
    }
    return new Result.Told(new InetSocketAddress(client, port));
  }

  private static Result binary(final ByteBuf in) {
    if (in.readableBytes() < BINARY_HEAD) {
      return MORE;
    }
    final var from = in.readerIndex();
    final var command = in.getUnsignedByte(from + 12);
    final var family = in.getUnsignedByte(from + 13);
    final var length = in.getUnsignedShort(from + 14);
    if (command != LOCAL && command != PROXY || length > LONGEST_BINARY) {
      return MALFORMED;
    }
    if (in.readableBytes() < BINARY_HEAD + length) {
      return MORE;
    }
    in.skipBytes(BINARY_HEAD + length);
    if (command == LOCAL || family == UNSPECIFIED) {
      return ITSELF;
    }
    return switch (family) {
      case TCP_OVER_IPV4 -> addresses(in, from + BINARY_HEAD, 4, length);
      case TCP_OVER_IPV6 -> addresses(in, from + BINARY_HEAD, 16, length);
      default -> MALFORMED;
    };
  }

  /// Both addresses, then both ports; what follows is of no interest here.
  private static Result addresses(
      final ByteBuf in, final int at, final int bytes, final int length) {
    if (length < 2 * bytes + 4) {
      return MALFORMED;
    }
    final var client = new byte[bytes];
    in.getBytes(at, client);
    try {
      return new Result.Told(
          new InetSocketAddress(
              InetAddress.getByAddress(client), in.getUnsignedShort(at + 2 * bytes)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
