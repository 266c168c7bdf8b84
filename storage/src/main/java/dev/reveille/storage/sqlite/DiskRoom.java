package dev.reveille.storage.sqlite;

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
    // 0 when the directory itself does not answer: nothing can be accepted then either.
    left.set(directory.toFile().getUsableSpace() - floor);
  }

  void wrote(final long bytes) {
    left.addAndGet(-bytes);
  }

  long left() {
    return left.get();
  }
}
