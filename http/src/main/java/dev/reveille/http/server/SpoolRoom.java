package dev.reveille.http.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/// Where the large bodies of one listener wait for their handlers, and how many bytes of them may.
/// Thread-safe.
final class SpoolRoom {
  private final Path folder;
  private final long most;
  private final AtomicLong used = new AtomicLong();

  /// @param most bytes of all bodies together
  SpoolRoom(final Path folder, final long most) {
    this.folder = folder;
    this.most = most;
  }

  /// @return false when there is no room for so many bytes more
  boolean take(final long bytes) {
    if (used.addAndGet(bytes) <= most) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void giveBack(final long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }

  /// A new file that has lost its name already: when the process dies, the system frees its bytes.
  FileChannel file() throws IOException {
    final var path = Files.createTempFile(folder, "reveille-body-", "");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }
}
