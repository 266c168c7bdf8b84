package dev.reveille.http.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing buffer of ASCII bytes from which header lines are built. Not thread-safe.
final class AsciiOut {
  private byte[] bytes;
  private int length;

  AsciiOut(final int expected) {
    bytes = new byte[expected];
  }

  AsciiOut bytes(final byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  AsciiOut text(final String text) {
    return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  AsciiOut number(final long number) {
    return text(Long.toString(number));
  }

  byte[] done() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void room(final int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
