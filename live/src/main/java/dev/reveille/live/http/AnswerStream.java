package dev.reveille.live.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An answer that is written piece by piece: server-sent events, lines of JSON.
///
/// All methods may be called from any thread. What the peer has not read yet is bounded: over the
/// bound [#write] takes nothing and says so, and the writer decides whether to wait
/// ([#awaitWritable], on a virtual thread), to come back ([#onWritable]), or to leave the piece
/// out.
public final class AnswerStream {
  private static final int FULL = 256 * 1024;
  private static final int ROOM = FULL / 2;

  /// The wire below: chunks of HTTP/1.1 or frames of HTTP/2. Called on the loop.
  interface Sink {
    void piece(byte[] bytes, ChannelFutureListener whenSent);

    void end();
  }

  private final Answer head;
  private final Loop loop;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean full;
  private volatile boolean closed;
  private volatile @Nullable Runnable whenWritable;
  private @Nullable Sink sink;

  AnswerStream(Answer head, Loop loop) {
    this.head = head;
    this.loop = loop;
  }

  /// Sends a piece; false if it was not taken, because too much is waiting or the stream is over.
  public boolean write(byte[] bytes) {
    if (closed || isFull()) {
      return false;
    }
    if (bytes.length > 0) {
      waiting.addAndGet(bytes.length);
      loop.submit(new Piece(bytes));
    }
    return true;
  }

  public boolean isWritable() {
    return !closed && waiting.get() < FULL;
  }

  public boolean isClosed() {
    return closed;
  }

  /// Runs the action on the loop each time the stream takes pieces again after it was full.
  public void onWritable(Runnable action) {
    whenWritable = action;
  }

  /// Waits until pieces are taken again; false if the stream is over.
  public boolean awaitWritable() throws InterruptedException {
    synchronized (this) {
      while (!closed && isFull()) {
        wait();
      }
    }
    return !closed;
  }

  /// Ends the answer after the pieces that were taken.
  public void close() {
    loop.submit(
        new LoopTask() {
          @Override
          protected void run() {
            if (sink != null && !closed) {
              sink.end();
            }
            over();
          }
        });
  }

  /// Notes that somebody met the bound, in an order in which the way down cannot be missed.
  private boolean isFull() {
    if (waiting.get() < FULL) {
      return false;
    }
    full = true;
    return waiting.get() > ROOM;
  }

  Answer head() {
    return head;
  }

  /// The head has gone out. Called on the loop.
  void begin(Sink below) {
    sink = below;
  }

  /// The peer has gone, or the end was written. Called on the loop.
  void over() {
    closed = true;
    sink = null;
    wake();
  }

  private void sent(int bytes) {
    if (waiting.addAndGet(-bytes) <= ROOM && full) {
      full = false;
      wake();
    }
  }

  private void wake() {
    synchronized (this) {
      notifyAll();
    }
    var action = whenWritable;
    if (action != null && !closed) {
      action.run();
    }
  }

  private final class Piece extends LoopTask implements ChannelFutureListener {
    private final byte[] bytes;

    Piece(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected void run() {
      if (sink != null && !closed) {
        sink.piece(bytes, this);
      } else {
        sent(bytes.length);
      }
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      sent(bytes.length);
    }
  }
}
