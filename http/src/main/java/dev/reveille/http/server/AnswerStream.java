package dev.reveille.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// An answer that is written piece by piece: server-sent events, lines of JSON.
///
/// All methods may be called from any thread, [#moved] on the event loop only; only
/// [#awaitWritable] blocks. What the peer has not read yet is bounded: once 256 KiB wait (64 KiB of
/// a stream with an owner), [#write] takes nothing and says so until half of that is gone, and the
/// writer decides whether to wait ([#awaitWritable], on a virtual thread), to come back
/// ([#onWritable], or as its [Owner]), or to leave the piece out. [#writeAnyway] has no bound.
///
/// A stream with an owner is held for long: of the request nothing is kept but this object. Its
/// owner is told when it takes pieces again, in place of what [#onWritable] was given.
public final class AnswerStream {
  private static final int FULL = 256 * 1024;

  /// A held stream is one of many thousands.
  private static final int FULL_HELD = 64 * 1024;

  private static final VarHandle WAITING;
  private static final VarHandle HANDED;

  static {
    try {
      final var lookup = MethodHandles.lookup();
      WAITING = lookup.findVarHandle(AnswerStream.class, "waiting", int.class);
      HANDED = lookup.findVarHandle(AnswerStream.class, "handed", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Receives the events of a stream that it holds, on the event loop: must not block.
  public interface Owner {
    /// The stream takes pieces again after it was full.
    void writable();

    /// The stream is over, by whatever side; called once.
    void gone();
  }

  /// The wire below: chunks of HTTP/1.1 or frames of HTTP/2. Called on the loop.
  interface Sink {
    void piece(byte[] bytes, ChannelFutureListener whenSent);

    void end();
  }

  private final Loop loop;
  private final @Nullable Owner owner;
  private @Nullable Answer head;

  /// Bytes taken that the socket has not.
  @SuppressWarnings("UnusedVariable") // written through WAITING
  private volatile int waiting;

  /// Pieces on their way to the loop.
  @SuppressWarnings("UnusedVariable") // written through HANDED
  private volatile int handed;

  private volatile boolean full;
  private volatile boolean closed;
  private volatile @Nullable Runnable whenWritable;
  private @Nullable Sink sink;
  private int moved;

  AnswerStream(final Answer head, final Loop loop, final @Nullable Owner owner) {
    this.head = head;
    this.loop = loop;
    this.owner = owner;
  }

  /// Sends a piece; false if it was not taken, because too much is waiting or the stream is over.
  public boolean write(final byte[] bytes) {
    return !isFull() && writeAnyway(bytes);
  }

  /// Sends a piece however much is waiting, for a writer that keeps a bound of its own; false if
  /// the stream is over.
  public boolean writeAnyway(final byte[] bytes) {
    if (closed) {
      return false;
    }
    if (bytes.length > 0) {
      final var _ = (int) WAITING.getAndAdd(this, bytes.length);
      final var piece = new Piece(bytes);
      if (sink != null && loop.isHere() && handed == 0) {
        piece.send();
      } else {
        final var _ = (int) HANDED.getAndAdd(this, 1);
        loop.submit(piece);
      }
    }
    return true;
  }

  public boolean isWritable() {
    return !closed && !isFull();
  }

  public boolean isClosed() {
    return closed;
  }

  /// Bytes that the peer's socket has not taken yet.
  public int waiting() {
    return waiting;
  }

  /// Counts the pieces that the socket took. On the loop.
  public int moved() {
    return moved;
  }

  /// The event loop of its connection: the owner is called there.
  public Executor loop() {
    return loop.executor();
  }

  /// Runs the action on the loop each time the stream takes pieces again after it was full.
  public void onWritable(final Runnable action) {
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

  private int mostWaiting() {
    return owner == null ? FULL : FULL_HELD;
  }

  /// Notes that a writer met the bound, in an order in which the way down cannot be missed.
  private boolean isFull() {
    if (waiting < mostWaiting()) {
      return false;
    }
    full = true;
    return waiting > mostWaiting() / 2;
  }

  /// Whether of the request nothing but this is kept.
  boolean isHeld() {
    return owner != null;
  }

  /// The answer's head; asked for once.
  Answer takeHead() {
    final var taken = head;
    if (taken == null) {
      throw new IllegalStateException("the head was written before");
    }
    head = null;
    return taken;
  }

  /// The head has gone out. Called on the loop.
  void begin(final Sink below) {
    sink = below;
  }

  /// The peer has gone, or the end was written. Called on the loop.
  void over() {
    if (closed) {
      return;
    }
    closed = true;
    sink = null;
    wake();
    if (owner != null) {
      owner.gone();
    }
  }

  private void sent(final int bytes) {
    moved++;
    if ((int) WAITING.getAndAdd(this, -bytes) - bytes <= mostWaiting() / 2 && full) {
      full = false;
      wake();
    }
  }

  private void wake() {
    synchronized (this) {
      notifyAll();
    }
    final var action = owner == null ? whenWritable : (Runnable) owner::writable;
    if (action != null && !closed) {
      action.run();
    }
  }

  private final class Piece extends LoopTask implements ChannelFutureListener {
    private final byte[] bytes;

    Piece(final byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected void run() {
      final var _ = (int) HANDED.getAndAdd(AnswerStream.this, -1);
      send();
    }

    void send() {
      if (sink != null && !closed) {
        sink.piece(bytes, this);
      } else {
        sent(bytes.length);
      }
    }

    @Override
    public void operationComplete(final ChannelFuture future) {
      sent(bytes.length);
    }
  }
}
