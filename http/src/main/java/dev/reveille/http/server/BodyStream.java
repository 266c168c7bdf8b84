package dev.reveille.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The body of a request as it comes: written by the connection's event loop, read by one other
/// thread, which blocks while nothing is there.
///
/// It holds [#MOST] bytes and what the read that exceeded them brought; then the connection stops
/// to read until the reader has taken half of it.
final class BodyStream extends InputStream {
  private static final int MOST = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private final IntConsumer taken;
  private int offset; // in the first piece
  private int held;
  private int untold;
  private boolean ended;
  private @Nullable String failure;

  /// @param taken told by the reader's thread, while half of [#MOST] is free, how many bytes it
  ///   took since the last time
  BodyStream(final IntConsumer taken) {
    this.taken = taken;
  }

  /// @return false when the connection should stop to read, until `taken` is told
  boolean offer(final byte[] piece) {
    lock.lock();
    try {
      if (failure == null && !ended) {
        pieces.add(piece);
        held += piece.length;
        changed.signal();
      }
      return held < MOST;
    } finally {
      lock.unlock();
    }
  }

  /// The body is complete.
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// The rest of the body will not come: reading it fails.
  void fail(final String why) {
    lock.lock();
    try {
      if (!ended && failure == null) {
        failure = why;
        pieces.clear();
        held = 0;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether the reader holds the peer up.
  boolean isFull() {
    lock.lock();
    try {
      return held >= MOST;
    } finally {
      lock.unlock();
    }
  }

  boolean isBroken() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    final var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /// @throws IOException when the body ended before it was complete: the peer left, was too slow or
  ///   sent too much
  @Override
  public int read(final byte[] into, final int from, final int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    final int count;
    int told = 0;
    lock.lock();
    try {
      while (pieces.isEmpty() && !ended && failure == null) {
        changed.await();
      }
      if (failure != null) {
        throw new IOException(failure);
      }
      final var first = pieces.peek();
      if (first == null) {
        return -1;
      }
      count = Math.min(most, first.length - offset);
      System.arraycopy(first, offset, into, from, count);
      offset += count;
      held -= count;
      untold += count;
      if (offset == first.length) {
        pieces.remove();
        offset = 0;
      }
      if (held <= MOST / 2) {
        told = untold;
        untold = 0;
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a body was read", e);
    } finally {
      lock.unlock();
    }
    if (told > 0) {
      taken.accept(told);
    }
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }
}
