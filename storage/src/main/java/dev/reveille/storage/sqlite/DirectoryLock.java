package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Locks a data directory for one server: two writers would give out the same sequences. The
/// operating system releases the lock when the process ends, however it ends. [#take] throws
/// [dev.reveille.routing.port.StoreException] when another server holds it.
final class DirectoryLock implements AutoCloseable {
  private static final String REMEDY =
      "Stop that server, or give this one another directory with --data.";

  private final FileChannel channel;

  private DirectoryLock(final FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock take(final Path directory) {
    final Path file = directory.resolve("store.lock");
    try {
      OwnerOnly.folder(directory);
      OwnerOnly.file(file);
      final FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      final FileLock lock = tryLock(channel);
      if (lock == null) {
        final String holder = Files.readString(file).strip();
        channel.close();
        throw new StoreException(
            directory + " is in use by another server (process " + holder + ").", REMEDY);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw new StoreException(
          directory + " cannot be used: " + e + ".",
          "Check that the directory can be made and written by this user.",
          e);
    }
  }

  private static @Nullable FileLock tryLock(final FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // held by this very process
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
