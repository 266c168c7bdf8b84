package dev.reveille.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Measures how long the disk itself needs for a commit, beside another measurement: every 10 ms it
/// writes 4 KiB to a file of its own and flushes it (`fdatasync`). A server's commit cannot be
/// quicker, so a run in which the disk was slow says nothing about the server. Runs on a thread of
/// its own until it is closed.
final class DiskProbe implements AutoCloseable {
  private static final int BYTES = 4_096;
  private static final long EACH_NANOS = 10_000_000;
  private static final long ROOM = 64L << 20;

  private final FileChannel file;
  private final Thread thread;
  private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean closed;
  private volatile @Nullable IOException failed;

  /// @param folder on the disk in question
  DiskProbe(final Path folder) throws IOException {
    this.file =
        FileChannel.open(
            folder.resolve("disk-probe"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    this.thread = Thread.ofPlatform().daemon().name("disk-probe").start(this::run);
  }

  private void run() {
    final var block = ByteBuffer.allocateDirect(BYTES);
    try {
      for (long at = 0; !closed; at = (at + BYTES) % ROOM) {
        block.clear();
        final long begin = System.nanoTime();
        file.write(block, at);
        file.force(false); // fdatasync
        final long took = System.nanoTime() - begin;
        millis.add(took / 1e6);
        LockSupport.parkNanos(Math.max(0, EACH_NANOS - took));
      }
    } catch (final IOException e) {
      failed = e;
    }
  }

  int writes() {
    return millis.size();
  }

  /// Milliseconds of each write so far, sorted.
  ///
  /// @throws IOException when the disk refused a write, or there was none yet
  double[] sorted() throws IOException {
    final var why = failed;
    if (why != null) {
      throw why;
    }
    final var all =
        List.copyOf(millis).stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (all.length == 0) {
      throw new IOException("the probe of the disk has not written yet");
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      thread.join();
    } catch (final InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
