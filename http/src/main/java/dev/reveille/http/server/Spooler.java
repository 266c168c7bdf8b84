package dev.reveille.http.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Gathers one large body for its handler, on a virtual thread of its own, which blocks on the peer
/// and the disk: in memory up to [BodyRule#SPOOLED_ABOVE] bytes, a larger one in a file.
final class Spooler {
  private final SpoolRoom room;
  private @Nullable ByteArrayOutputStream memory = new ByteArrayOutputStream(0);
  private @Nullable FileChannel file;
  private long length;

  private Spooler(final SpoolRoom room) {
    this.room = room;
  }

  /// Reads to the end. While it does, every byte counts in the room; afterwards those in a file.
  ///
  /// @throws SpoolRoom.NoRoom when the listener holds as many bytes as it may
  /// @throws IOException when the body does not come to its end, or the disk fails
  static Body gather(final BodyStream in, final SpoolRoom room) throws IOException {
    final var spooler = new Spooler(room);
    boolean done = false;
    try {
      final var body = spooler.read(in);
      done = true;
      return body;
    } finally {
      if (!done) {
        spooler.giveUp();
      }
    }
  }

  private Body read(final BodyStream in) throws IOException {
    for (var piece = in.next(); piece != null; piece = in.next()) {
      room.take(piece.length);
      length += piece.length;
      keep(piece);
    }
    if (file != null) {
      return new Body.InFile(file, length, room);
    }
    room.giveBack(length);
    return new Body.Whole(memory == null ? new byte[0] : memory.toByteArray());
  }

  private void keep(final byte[] piece) throws IOException {
    if (memory != null && length <= BodyRule.SPOOLED_ABOVE) {
      memory.write(piece);
      return;
    }
    if (file == null) {
      file = room.file();
    }
    if (memory != null) {
      write(file, memory.toByteArray());
      memory = null;
    }
    write(file, piece);
  }

  private static void write(final FileChannel file, final byte[] bytes) throws IOException {
    final var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      final int _ = file.write(buffer);
    }
  }

  private void giveUp() {
    if (file == null) {
      room.giveBack(length);
    } else {
      SpoolRoom.close(file);
      room.giveBackFile(length);
    }
  }
}
