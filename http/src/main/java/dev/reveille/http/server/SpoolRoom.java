package dev.reveille.http.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Limits the large bodies of one listener that are gathered or wait for their handlers: how many
/// bytes they may have in memory and on disk together. Gives out the files for them, at most 256 at
/// once. Throws [NoRoom] instead of waiting. Thread-safe; [#file] blocks on the disk.
final class SpoolRoom {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolRoom.class);

  /// Open files are counted by the system; connections need them too.
  private static final int MOST_FILES = 256;

  private final Path folder;
  private final long most;
  private final ConnectionPlaces places;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger files = new AtomicInteger();

  /// @param most bytes of all bodies together
  /// @param places among which files have theirs
  SpoolRoom(final Path folder, final long most, final ConnectionPlaces places) {
    this.folder = folder;
    this.most = most;
    this.places = places;
  }

  /// @throws NoRoom when there is none for so many bytes more
  void take(final long bytes) throws NoRoom {
    if (used.addAndGet(bytes) > most) {
      used.addAndGet(-bytes);
      throw new NoRoom();
    }
  }

  void giveBack(final long bytes) {
    used.addAndGet(-bytes);
  }

  /// @param bytes that were in a file, which is closed
  void giveBackFile(final long bytes) {
    used.addAndGet(-bytes);
    fileClosed();
  }

  private void fileClosed() {
    files.decrementAndGet();
    places.fileClosed();
  }

  long used() {
    return used.get();
  }

  /// A new file that is unlinked already: when the process ends, the system frees its bytes.
  ///
  /// @throws NoRoom when as many files are open as may be
  FileChannel file() throws IOException {
    if (files.incrementAndGet() > MOST_FILES) {
      files.decrementAndGet();
      throw new NoRoom();
    }
    if (!places.takesFile()) {
      files.decrementAndGet();
      throw new NoRoom();
    }
    FileChannel file = null;
    boolean done = false;
    try {
      final var path = Files.createTempFile(folder, "reveille-body-", "");
      try {
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } finally {
        Files.delete(path);
      }
      done = true;
      return file;
    } finally {
      if (!done) {
        fileClosed();
        if (file != null) {
          close(file);
        }
      }
    }
  }

  static void close(final FileChannel file) {
    try {
      file.close();
    } catch (final IOException e) {
      LOG.debug("a body's file did not close well", e);
    }
  }

  /// There is no room for a body of this size now.
  static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super("no room for a body");
    }
  }
}
