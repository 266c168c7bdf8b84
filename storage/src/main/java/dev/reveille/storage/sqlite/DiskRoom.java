package dev.reveille.storage.sqlite;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Tells how many bytes may still be written before the disk floor is reached. The file system is
/// asked at intervals by [Maintenance]; in between, what was written is subtracted. Thread-safe.
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
