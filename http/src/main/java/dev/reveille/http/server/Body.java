package dev.reveille.http.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/// The body of one request as the listener holds it: whole in memory, still coming, or in a file. A
/// body in a file must be closed, or its bytes stay counted and the file stays open.
sealed interface Body {

  /// The body, or the part of it that the handler has not read yet.
  InputStream stream();

  /// What it holds besides memory is given back.
  default void close() {}

  record Whole(byte[] bytes) implements Body {
    static final Whole EMPTY = new Whole(new byte[0]);

    @Override
    public InputStream stream() {
      return new ByteArrayInputStream(bytes);
    }
  }

  record Coming(BodyStream stream) implements Body {}

  /// In a file without a name.
  final class InFile implements Body {
    private final FileChannel file;
    private final long length;
    private final SpoolRoom room;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param length bytes that were taken from the room
    InFile(final FileChannel file, final long length, final SpoolRoom room) {
      this.file = file;
      this.length = length;
      this.room = room;
    }

    /// Each stream begins at the first byte. Reading blocks.
    @Override
    public InputStream stream() {
      return new InputStream() {
        private long at;

        @Override
        public int read() throws IOException {
          final var one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(final byte[] into, final int from, final int most) throws IOException {
          if (most == 0) {
            return 0;
          }
          final int count = file.read(ByteBuffer.wrap(into, from, most), at);
          at += Math.max(0, count);
          return count;
        }
      };
    }

    /// Closes on another thread: the bytes of a large file take their time.
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        final var _ =
            Thread.ofVirtual()
                .name("body-end")
                .start(() -> {
                  SpoolRoom.close(file);
                  room.giveBackFile(length);
                });
      }
    }
  }
}
