package dev.reveille.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The body of a request as it comes: written by the connection's event loop, read by one other
/// thread, which blocks while nothing is there. Never read it on an event loop.
///
/// Over HTTP/1.1 it holds [#MOST] bytes and what the read that exceeded them brought; then the
/// connection stops to read until the reader has taken half of it. Over HTTP/2 it holds what the
/// stream's window allows, whose bytes are given back as they are read.
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

  /// Adds a piece. [#isFull] says whether the connection should stop to read until `taken` is told.
  void offer(final byte[] piece) {
    lock.lock();
    try {
      if (failure == null && !ended) {
        pieces.add(piece);
        held += piece.length;
        changed.signal();
      }
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
    final int told;
    lock.lock();
    try {
      final var first = awaited();
      if (first == null) {
        return -1;
      }
      count = Math.min(most, first.length - offset);
      System.arraycopy(first, offset, into, from, count);
      offset += count;
      held -= count;
      if (offset == first.length) {
        pieces.remove();
        offset = 0;
      }
      told = toTell(count);
    } finally {
      lock.unlock();
    }
    if (told > 0) {
      taken.accept(told);
    }
    return count;
  }

  /// The next piece as it came; null at the end. Not to be mixed with the other ways to read.
  ///
  /// @throws IOException as [#read]
  byte @Nullable [] next() throws IOException {
    final int told;
    final byte[] piece;
    lock.lock();
    try {
      final var first = awaited();
      if (first == null) {
        return null;
      }
      piece = pieces.remove();
      held -= piece.length;
      told = toTell(piece.length);
    } finally {
      lock.unlock();
    }
    if (told > 0) {
      taken.accept(told);
    }
    return piece;
  }

  /// The first piece, waited for; null at the end. Under the lock.
  private byte @Nullable [] awaited() throws IOException {
    try {
      while (pieces.isEmpty() && !ended && failure == null) {
        changed.await();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a body was read", e);
    }
    if (failure != null) {
      throw new IOException(failure);
    }
    return pieces.peek();
  }

  /// How many bytes the connection has to be told of now. Under the lock.
  private int toTell(final int count) {
    untold += count;
    if (held > MOST / 2 || untold < MOST / 4 && !pieces.isEmpty()) {
      return 0;
    }
    final int told = untold;
    untold = 0;
    return told;
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
