package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// How much may still be written before the disk floor. Asking the file system costs a system call,
/// so that happens once a second; in between we subtract what we wrote.
final class DiskRoom {
  private final Path directory;
  private final long floor;
  private final AtomicLong left = new AtomicLong();

  DiskRoom(final Path directory, final long floor) {
    this.directory = directory;
    this.floor = floor;
    look();
  }

  void look() {
    try {
      left.set(Files.getFileStore(directory).getUsableSpace() - floor);
    } catch (IOException _) {
      // The directory itself does not answer: nothing can be accepted.
      left.set(Long.MIN_VALUE / 2);
    }
  }

  void wrote(final long bytes) {
    left.addAndGet(-bytes);
  }

  long left() {
    return left.get();
  }
}
