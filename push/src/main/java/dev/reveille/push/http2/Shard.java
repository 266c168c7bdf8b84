package dev.reveille.push.http2;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pool's queue and connections on one event loop. All state but `load` belongs to that loop.
///
/// The one rhythm: something happened (a group came in, answers were read, a connection opened) ->
/// [#pump] fills the connections from the queue, flushes each once, and tells how many requests
/// ended. The one clock: [#sweep] looks every tenth of a second at what is late.
final class Shard {
  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
  private static final long SWEEP_BUSY_MILLIS = 100;
  private static final long SWEEP_QUIET_MILLIS = 1_000;

  /// So often a peer may refuse a request before its author hears of it.
  private static final int MOST_REFUSALS = 8;

  /// How long a request that wants another connection waits for one.
  private static final long ELSEWHERE_PATIENCE = TimeUnit.MILLISECONDS.toNanos(1_000);

  private final EventLoop loop;
  private final Connector connector;
  private final PoolSettings settings;
  private final PoolListener listener;
  private final String name;
  private final RequestQueue queue;
  private final ArrayDeque<Http2Request> elsewhere = new ArrayDeque<>();
  private final ArrayList<Link> links = new ArrayList<>();
  private final AtomicInteger load = new AtomicInteger();

  private @Nullable ScheduledFuture<?> nextSweep;
  private @Nullable Runnable whenClosed;
  private boolean sweepIsQuiet;
  private boolean batching;
  private boolean pumping;
  private boolean pumpAgain;
  private boolean stalledAtLastSweep;
  private boolean closing;
  private int failedInRow;
  private long openNotBefore;
  private int ended;

  Shard(
      final EventLoop loop,
      final Connector connector,
      final PoolSettings settings,
      final PoolListener listener,
      final String name) {
    this.loop = loop;
    this.connector = connector;
    this.settings = settings;
    this.listener = listener;
    this.name = name;
    this.queue = new RequestQueue(settings.queueLimit());
    this.openNotBefore = System.nanoTime();
  }

  /// Requests handed in and not ended yet; roughly, for choosing among shards.
  int load() {
    return load.get();
  }

  void send(final List<? extends Http2Request> group) {
    load.addAndGet(group.size());
    if (loop.inEventLoop()) {
      accept(group);
      return;
    }
    try {
      loop.execute(() -> accept(group));
    } catch (RejectedExecutionException e) {
      for (final var request : group) {
        tellNotSent(request, NotSent.CLOSED);
      }
      load.addAndGet(-group.size());
    }
  }

  /// Opens a first connection ahead of need.
  void warmUp() {
    loop.execute(() -> {
      if (links.isEmpty() && !closing) {
        open();
      }
    });
  }

  void retireConnections(final String why) {
    loop.execute(() -> List.copyOf(links).forEach(link -> link.retire(why)));
  }

  void close(final long graceMillis, final Runnable done) {
    loop.execute(() -> {
      closing = true;
      whenClosed = done;
      for (var waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
        notSent(waiting, NotSent.CLOSED);
      }
      while (!elsewhere.isEmpty()) {
        notSent(elsewhere.removeFirst(), NotSent.CLOSED);
      }
      List.copyOf(links).forEach(link -> link.retire("closed"));
      settle();
      closedWhole();
      loop.schedule(
          () -> List.copyOf(links).forEach(Link::ended), graceMillis, TimeUnit.MILLISECONDS);
    });
  }

  private void accept(final List<? extends Http2Request> group) {
    final long now = System.nanoTime();
    for (final var request : group) {
      if (request.underWay) {
        throw new IllegalStateException("the request is under way already");
      }
      request.underWay = true;
      request.queuedAt = now;
      request.refusals = 0;
      if (closing) {
        notSent(request, NotSent.CLOSED);
      } else if (request.elsewhere) {
        elsewhere.addLast(request);
      } else if (!queue.offer(request)) {
        notSent(request, NotSent.QUEUE_FULL);
      }
    }
    if (nextSweep == null || sweepIsQuiet) {
      planSweep(false);
    }
    pump();
  }

  // ---- the rhythm ----

  /// Answers are being read: what their authors hand in meanwhile waits for the end of the batch.
  void beginBatch() {
    batching = true;
  }

  void endBatch() {
    batching = false;
    pump();
  }

  /// Fills connections from the queue as far as their streams reach, one flush per connection.
  void pump() {
    if (batching) {
      return;
    }
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumping = true;
    do {
      pumpAgain = false;
      final long now = System.nanoTime();
      if (!elsewhere.isEmpty()) {
        placeElsewhere(now);
      }
      // by index: a connection that fails while it is written to leaves the list
      for (int i = 0; i < links.size(); i++) {
        final var link = links.get(i);
        fill(link, now);
        link.flush();
      }
    } while (pumpAgain);
    pumping = false;
    if (!queue.isEmpty() || !elsewhere.isEmpty()) {
      openIfNone();
    }
    settle();
  }

  private void fill(final Link link, final long now) {
    while (link.hasRoom()) {
      final var request = queue.poll();
      if (request == null) {
        return;
      }
      if (!write(request, link, now)) {
        queue.putBack(request);
        return;
      }
    }
  }

  private boolean write(final Http2Request request, final Link link, final long now) {
    if (request.isTooLate(now)) {
      notSent(request, NotSent.TOO_LATE);
      return true;
    }
    try {
      if (!request.isWanted()) {
        notSent(request, NotSent.NOT_WANTED);
        return true;
      }
      return link.write(request, now);
    } catch (RuntimeException e) {
      LOG.error("{}: a request could not write itself", name, e);
      // the peer's header table may have been told half a story
      link.retire("a request could not write itself");
      notSent(request, NotSent.BROKEN);
      return true;
    }
  }

  /// Requests that want another connection than the one that failed them.
  private void placeElsewhere(final long now) {
    for (int left = elsewhere.size(); left > 0; left--) {
      final var request = elsewhere.removeFirst();
      final var other = otherThan(request.link);
      if (other != null) {
        request.elsewhere = false;
        if (!write(request, other, now)) {
          queue.putBack(request);
        }
      } else if (now - request.queuedAt > ELSEWHERE_PATIENCE) {
        request.elsewhere = false;
        queue.putBack(request);
      } else {
        elsewhere.addLast(request);
        if (noneIs(Link.State.CONNECTING)) {
          open();
        }
      }
    }
  }

  private @Nullable Link otherThan(final @Nullable Link avoided) {
    for (final var link : links) {
      if (link != avoided && link.hasRoom()) {
        return link;
      }
    }
    return null;
  }

  /// Tells how many requests ended, once per batch.
  private void settle() {
    if (ended > 0) {
      load.addAndGet(-ended);
      ended = 0;
      listener.groupDone();
    }
  }

  // ---- results ----

  void answered(final Http2Request request, final Http2Answer answer) {
    failedInRow = 0;
    finish(request);
    try {
      request.answered(answer);
    } catch (RuntimeException e) {
      LOG.error("{}: an answer could not be handled", name, e);
    }
  }

  void uncertain(final Http2Request request, final Doubt why) {
    finish(request);
    try {
      request.uncertain(closing ? Doubt.CLOSED : why);
    } catch (RuntimeException e) {
      LOG.error("{}: an uncertain end could not be handled", name, e);
    }
  }

  /// The peer says that it did not process the request: it goes out again on its own.
  void refused(final Http2Request request) {
    request.refusals++;
    request.queuedAt = System.nanoTime();
    if (closing) {
      notSent(request, NotSent.CLOSED);
    } else if (request.refusals > MOST_REFUSALS) {
      notSent(request, NotSent.REFUSED);
    } else {
      queue.putBack(request);
    }
  }

  private void notSent(final Http2Request request, final NotSent why) {
    finish(request);
    tellNotSent(request, why);
  }

  private void finish(final Http2Request request) {
    ended++;
    request.underWay = false;
  }

  private void tellNotSent(final Http2Request request, final NotSent why) {
    try {
      request.notSent(why);
    } catch (RuntimeException e) {
      LOG.error("{}: an unsent request could not be handled", name, e);
    }
  }

  // ---- connections ----

  void ready(final Link link) {
    LOG.debug("{}: connection ready", name);
    openNotBefore = System.nanoTime();
  }

  /// A connection has not answered a ping for a while. Unless another can take its place, a new one
  /// is opened: what comes now shall not wait for the verdict.
  void suspected() {
    for (final var link : links) {
      if (link.state() == Link.State.CONNECTING
          || (link.state() == Link.State.READY && !link.isSuspected())) {
        return;
      }
    }
    if (!closing && links.size() <= settings.mostConnections()) {
      open();
    }
  }

  void goneAway(final long error, final String debug) {
    LOG.info("{}: the peer closes a connection, error {} {}", name, error, debug);
    listener.goAway(error, debug);
  }

  void closed(final Link link, final boolean wasReady, final boolean byUs, final int uncertain) {
    links.remove(link);
    if (!wasReady) {
      failed(link.closeReason().isEmpty() ? "the peer closed the connection" : link.closeReason());
    } else {
      LOG.info(
          "{}: connection closed: {}; {} requests without answer",
          name,
          link.closeReason(),
          uncertain);
      listener.closed(link.closeReason(), uncertain);
      if (!link.answeredOnce() && !byUs) {
        failed("closed before the first answer: " + link.closeReason());
      } else if (!closing
          && links.isEmpty()
          && (settings.stayConnected() && !byUs || !queue.isEmpty())) {
        open();
      }
    }
    closedWhole();
    pump();
  }

  private void failed(final String why) {
    failedInRow++;
    final long delay = Backoff.nanos(failedInRow, settings.firstRetry(), settings.longestRetry());
    openNotBefore = System.nanoTime() + delay;
    if (failedInRow == 1 || Integer.bitCount(failedInRow) == 1) {
      LOG.warn("{}: no connection, attempt {}: {}", name, failedInRow, why);
    }
    listener.connectFailed(why, failedInRow);
    if (!closing) {
      loop.schedule(this::openIfNone, delay, TimeUnit.NANOSECONDS);
    }
  }

  private void closedWhole() {
    final var done = whenClosed;
    if (closing && links.isEmpty() && done != null) {
      whenClosed = null;
      if (nextSweep != null) {
        nextSweep.cancel(false);
      }
      done.run();
    }
  }

  private void openIfNone() {
    final boolean wanted = settings.stayConnected() || !queue.isEmpty() || !elsewhere.isEmpty();
    if (wanted
        && !closing
        && noneIs(Link.State.CONNECTING)
        && noneIs(Link.State.READY)
        && System.nanoTime() - openNotBefore >= 0) {
      open();
    }
  }

  private boolean noneIs(final Link.State state) {
    for (final var link : links) {
      if (link.state() == state) {
        return false;
      }
    }
    return true;
  }

  private void open() {
    final var link = new Link(this, settings, System.nanoTime());
    links.add(link);
    if (nextSweep == null) {
      planSweep(false);
    }
    connector.connect(
        loop,
        link,
        new Connector.Result() {
          @Override
          public void connected(final InetSocketAddress peer) {
            listener.connected(peer);
          }

          @Override
          public void failed(final Throwable cause) {
            if (links.remove(link)) {
              Shard.this.failed(words(cause));
              closedWhole();
            }
          }
        });
  }

  // ---- the clock ----

  private void planSweep(final boolean quiet) {
    if (nextSweep != null) {
      nextSweep.cancel(false);
    }
    sweepIsQuiet = quiet;
    nextSweep =
        loop.schedule(
            this::sweep, quiet ? SWEEP_QUIET_MILLIS : SWEEP_BUSY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    batching =
        false; // a sweep is a task of its own; a connection that broke while it was read may have
    // left it set
    final long now = System.nanoTime();
    int under = 0;
    for (final var link : List.copyOf(links)) {
      link.sweep(now);
      under += link.streams.size();
    }
    final var inVain = noneIs(Link.State.READY) ? NotSent.NO_CONNECTION : NotSent.NO_STREAM;
    queue.dropExpired(now, settings.queuePatience().toNanos(), inVain, this::notSent);
    grow();
    shrink(now);
    pump();
    if (closing && links.isEmpty()) {
      nextSweep = null;
      return;
    }
    planSweep(
        under == 0 && queue.isEmpty() && elsewhere.isEmpty() && noneIs(Link.State.CONNECTING));
  }

  /// One more connection when the queue stood still for a whole sweep although every connection has
  /// proved itself: a new one is allowed a single stream at first and must not look like a jam.
  private void grow() {
    final boolean jammed = !queue.isEmpty() && !links.isEmpty() && allProvedAndFull();
    if (jammed
        && stalledAtLastSweep
        && links.size() < settings.mostConnections()
        && System.nanoTime() - openNotBefore >= 0) {
      open();
    }
    stalledAtLastSweep = jammed;
  }

  private boolean allProvedAndFull() {
    for (final var link : links) {
      final boolean opening = link.state() == Link.State.CONNECTING;
      final boolean unproved = link.state() == Link.State.READY && !link.answeredOnce();
      if (opening || unproved || link.hasRoom()) {
        return false;
      }
    }
    return true;
  }

  private void shrink(final long now) {
    if (links.size() < 2) {
      return;
    }
    final long idle = settings.closeIdleAfter().toNanos();
    for (int i = links.size() - 1; i > 0; i--) {
      if (links.get(i).state() == Link.State.READY && links.get(i).isIdleSince(now, idle)) {
        links.get(i).retire("idle");
        return;
      }
    }
  }

  /// An exception in one line for logs and operators.
  static String words(final @Nullable Throwable cause) {
    if (cause == null) {
      return "";
    }
    final var root = cause.getCause() == null ? cause : cause.getCause();
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
