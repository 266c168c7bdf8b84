package dev.reveille.bench.receiver;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The record of what came to a [PushReceiver], in the order of arrival: path and body of each
/// push, unparsed. Kept in a file.
public final class RawPushes {
  private static final int BUFFER = 1 << 20;

  private RawPushes() {}

  /// A push as it came.
  ///
  /// @param path of the request
  public record Raw(String path, byte[] body) {}

  /// Takes each push of a record.
  @FunctionalInterface
  public interface Reader {
    void take(Raw push) throws IOException;
  }

  static final class Writer implements AutoCloseable {
    private final DataOutputStream out;

    Writer(final Path file) throws IOException {
      this.out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER));
    }

    void write(final String path, final byte[] body) throws IOException {
      out.writeUTF(path);
      out.writeInt(body.length);
      out.write(body);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /// Reads a record that is written to no more.
  public static void read(final Path file, final Reader reader) throws IOException {
    try (var in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
      while (true) {
        final String path;
        try {
          path = in.readUTF();
        } catch (final EOFException _) {
          return;
        }
        final var body = new byte[in.readInt()];
        in.readFully(body);
        reader.take(new Raw(path, body));
      }
    }
  }
}
