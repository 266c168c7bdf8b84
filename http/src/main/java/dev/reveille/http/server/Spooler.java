package dev.reveille.http.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Gathers a body on a virtual thread of its own: in memory up to [BodyRule#SPOOLED_ABOVE] bytes, a
/// larger one in a file.
final class Spooler {
  private static final int STEP = 16 * 1024;

  /// There is no room for a body of this size now.
  static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super("no room for a body");
    }
  }

  private final SpoolRoom room;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream(STEP);

  private Spooler(final SpoolRoom room) {
    this.room = room;
  }

  /// Reads to the end.
  ///
  /// @throws NoRoom when the listener holds as many bytes as it may
  /// @throws IOException when the body does not come to its end, or the disk fails
  static Body gather(final BodyStream in, final SpoolRoom room) throws IOException {
    return new Spooler(room).read(in);
  }

  private Body read(final BodyStream in) throws IOException {
    final var piece = new byte[STEP];
    while (memory.size() <= BodyRule.SPOOLED_ABOVE) {
      final int count = in.read(piece, 0, piece.length);
      if (count < 0) {
        return new Body.Whole(memory.toByteArray());
      }
      memory.write(piece, 0, count);
    }
    return toFile(in, piece);
  }

  private Body toFile(final BodyStream in, final byte[] piece) throws IOException {
    final var file = room.file();
    long length = 0;
    boolean done = false;
    try {
      length += write(file, memory.toByteArray(), memory.size());
      memory.reset();
      for (int count = in.read(piece, 0, piece.length);
          count >= 0;
          count = in.read(piece, 0, piece.length)) {
        length += write(file, piece, count);
      }
      done = true;
      return new Body.InFile(file, length, room);
    } finally {
      if (!done) {
        room.giveBack(length);
        file.close();
      }
    }
  }

  private long write(final FileChannel file, final byte[] bytes, final int count)
      throws IOException {
    if (!room.take(count)) {
      throw new NoRoom();
    }
    try {
      final var buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        final int _ = file.write(buffer);
      }
    } catch (final IOException full) {
      room.giveBack(count);
      throw full;
    }
    return count;
  }
}
