package dev.reveille.http.server;

import dev.reveille.http.Faults;
import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of one event loop of the server: its connections, and the tasks that other threads
/// handed to it.
///
/// Only `head` is shared between threads: a stack that any thread pushes onto by compare-and-set
/// ([#submit]) and that the loop takes whole. A push onto the empty stack wakes the loop; the
/// others ride along. Everything else that changes belongs to the loop's thread.
final class Loop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Faults FAULTS = new Faults(LOG);
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Loop.class, "head", LoopTask.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final EventLoop executor;
  private final InstantSource time;

  @SuppressWarnings("UnusedVariable") // written and read through HEAD
  private volatile @Nullable LoopTask head;

  private final List<Handshakes> handshakes = new ArrayList<>();
  private LoopConnection[] loopConnection = new LoopConnection[16];
  private int count;
  private final List<LoopConnection> toFlush = new ArrayList<>();
  private boolean running;
  private boolean flushAsked;

  private long nowMillis;
  private long dateSecond = Long.MIN_VALUE;
  private AsciiString date = AsciiString.EMPTY_STRING;
  private byte[] dateLine = new byte[0];
  private byte[] dateBlock = new byte[0];

  Loop(final EventLoop executor, final InstantSource time) {
    this.executor = executor;
    this.time = time;
    readClock();
  }

  EventLoop executor() {
    return executor;
  }

  boolean isHere() {
    return executor.inEventLoop();
  }

  /// The time of the last tick: exact enough for limits of seconds, and free to read.
  long nowMillis() {
    return nowMillis;
  }

  /// `Date` as HTTP writes it.
  AsciiString date() {
    return date;
  }

  /// The whole header line for HTTP/1.1.
  byte[] dateLine() {
    return dateLine;
  }

  /// The loop's ticks give out a listener's ration from now on; called on the loop.
  void rations(final Handshakes listeners) {
    handshakes.add(listeners);
  }

  void rationsNoMore(final Handshakes listeners) {
    handshakes.remove(listeners);
  }

  /// The whole field for HTTP/2.
  byte[] dateBlock() {
    return dateBlock;
  }

  /// Hands a task to the loop, from any thread.
  void submit(final LoopTask task) {
    LoopTask seen;
    do {
      seen = head;
      task.next = seen;
    } while (!HEAD.compareAndSet(this, seen, task));
    if (seen == null) {
      execute(this);
    }
  }

  /// Runs what was handed over, in the order it came, then flushes each touched connection once.
  @Override
  public void run() {
    var task = inOrder((LoopTask) HEAD.getAndSet(this, null));
    running = true;
    try {
      while (task != null) {
        final var next = task.next;
        task.next = null;
        try {
          task.run();
        } catch (RuntimeException | Error e) {
          FAULTS.failed(e, "A task on an event loop failed");
        }
        task = next;
      }
    } finally {
      running = false;
      flushNoted();
    }
  }

  private static @Nullable LoopTask inOrder(@Nullable LoopTask stack) {
    LoopTask first = null;
    while (stack != null) {
      final var below = stack.next;
      stack.next = first;
      first = stack;
      stack = below;
    }
    return first;
  }

  /// Notes a connection that was written to; called on the loop.
  void flushSoon(final LoopConnection connection) {
    if (!connection.noted()) {
      connection.noted(true);
      toFlush.add(connection);
    }
    if (!running && !flushAsked) {
      flushAsked = true;
      execute(this::flushNoted);
    }
  }

  private void flushNoted() {
    flushAsked = false;
    // A flush may write more (a stream that became writable), so the list can grow meanwhile.
    for (var i = 0; i < toFlush.size(); i++) {
      final var connection = toFlush.get(i);
      if (connection.noted()) {
        connection.noted(false);
        try {
          connection.flushNow();
        } catch (RuntimeException | Error e) {
          FAULTS.failed(e, "Flushing a connection failed");
        }
      }
    }
    toFlush.clear();
  }

  void add(final LoopConnection connection) {
    if (count == loopConnection.length) {
      loopConnection = Arrays.copyOf(loopConnection, count + (count >> 1));
    }
    connection.slot(count);
    loopConnection[count++] = connection;
  }

  /// Puts the connection that follows (after TLS, after an upgrade) in its place.
  void replace(final LoopConnection old, final LoopConnection successor) {
    successor.slot(old.slot());
    loopConnection[old.slot()] = successor;
    old.slot(-1);
  }

  @SuppressWarnings("NullAway") // the freed place must not keep the connection alive
  void remove(final LoopConnection connection) {
    final var slot = connection.slot();
    if (slot < 0) {
      return;
    }
    final var last = loopConnection[--count];
    loopConnection[slot] = last;
    last.slot(slot);
    loopConnection[count] = null;
    connection.slot(-1);
  }

  /// One tick: the clock is read once, and every connection compares its own limit with it.
  void tick() {
    readClock();
    handshakes.forEach(this::giveOut);
    // Backwards, because a connection that ends moves the last one into its place.
    for (var i = count - 1; i >= 0; i--) {
      if (i < count) {
        try {
          loopConnection[i].sweep(nowMillis);
        } catch (RuntimeException | Error e) {
          FAULTS.failed(e, "Looking over a connection failed");
        }
      }
    }
  }

  private void giveOut(final Handshakes listeners) {
    try {
      listeners.tick();
    } catch (RuntimeException | Error e) { // one that passed would end the loop's ticks for good
      FAULTS.failed(e, "Beginning a handshake failed");
    }
  }

  /// Calls on the loop for each of its connections that belong to one listener.
  void each(final HttpCore core, final Consumer<LoopConnection> action) {
    for (var i = count - 1; i >= 0; i--) {
      if (i < count && loopConnection[i].core() == core) {
        action.accept(loopConnection[i]);
      }
    }
  }

  void execute(final Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The event loop has ended; what was handed to it is dropped");
    }
  }

  private void readClock() {
    nowMillis = time.millis();
    final var second = Math.floorDiv(System.currentTimeMillis(), 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      date = new AsciiString(HTTP_DATE.format(Instant.ofEpochSecond(second)));
      dateBlock = PlainHpack.date(date);
      dateLine = ("Date: " + date + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
  }
}
