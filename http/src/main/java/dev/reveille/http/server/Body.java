package dev.reveille.http.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;

/// The body of one request.
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
  record InFile(FileChannel file, long length, SpoolRoom room) implements Body {

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
          final int count = file.read(java.nio.ByteBuffer.wrap(into, from, most), at);
          at += Math.max(0, count);
          return count;
        }
      };
    }

    @Override
    public void close() {
      if (file.isOpen()) {
        try {
          file.close();
        } catch (final IOException _) {
          // its bytes are freed with the process
        }
        room.giveBack(length);
      }
    }
  }
}
