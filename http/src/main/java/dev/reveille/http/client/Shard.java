package dev.reveille.http.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The part of a pool that lives on one event loop: a queue of requests and the connections that
/// carry them. All state but `load` belongs to that loop; [#send] and [#load] are for any thread.
///
/// One cycle: something happened (a group came in, answers were read, a connection opened) ->
/// [#pump] fills the connections from the queue, flushes each once, and tells how many requests
/// ended. The one clock: [#sweep] looks every tenth of a second at what is late.
final class Shard {
  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
  private static final long SWEEP_BUSY_MILLIS = 100;
  private static final long SWEEP_QUIET_MILLIS = 1_000;

  /// A sweep that comes later than this tells of a busy machine, not of a dead peer.
  private static final long TOLERATED_DELAY = TimeUnit.MILLISECONDS.toNanos(50);

  /// So often a peer may refuse a request before its author is told.
  private static final int MOST_REFUSALS = 8;

  /// How long a request that wants another connection waits for one.
  private static final long ELSEWHERE_PATIENCE = TimeUnit.MILLISECONDS.toNanos(1_000);

  private final EventLoop loop;
  private final PoolSettings settings;
  private final PoolListener listener;
  private final String name;
  private final RequestQueue queue;
  private final FlightLimit inFlight;
  private final ArrayDeque<ClientRequest> elsewhere = new ArrayDeque<>();
  private final Links links;
  private final AtomicInteger load = new AtomicInteger();

  private @Nullable ScheduledFuture<?> nextSweep;
  private @Nullable Runnable whenClosed;
  private boolean sweepIsQuiet;
  private long sweepDue;
  private boolean batching;
  private boolean pumping;
  private boolean pumpAgain;
  private boolean closing;
  private int ended;

  Shard(
      final EventLoop loop,
      final Connector connector,
      final PoolSettings settings,
      final PoolListener listener,
      final String name,
      final OutgoingLimit limit) {
    this.loop = loop;
    this.settings = settings;
    this.listener = listener;
    this.name = name;
    this.queue = new RequestQueue(settings.queueLimit());
    this.inFlight =
        new FlightLimit(settings.mostConnections() * settings.mostStreams(), System.nanoTime());
    this.links = new Links(this, loop, connector, settings, listener, name, limit);
  }

  /// Requests handed in and not ended yet; roughly, for choosing among shards.
  int load() {
    return load.get();
  }

  void send(final List<? extends ClientRequest> group) {
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

  void retireConnections(final String why) {
    loop.execute(() -> links.retireAll(why));
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
      links.close();
      settle();
      linkGone();
      loop.schedule(links::endAll, graceMillis, TimeUnit.MILLISECONDS);
    });
  }

  private void accept(final List<? extends ClientRequest> group) {
    final long now = System.nanoTime();
    for (final var request : group) {
      if (request.underWay) {
        LOG.error("{}: a request that is under way was handed in again", name);
        ended++;
        continue;
      }
      request.underWay = true;
      request.queuedAt = now;
      request.refusals = 0;
      if (closing) {
        notSent(request, NotSent.CLOSED);
      } else if (request.elsewhere && links.avoidedBy(request, now) != null) {
        elsewhere.addLast(request);
      } else {
        request.elsewhere = false;
        if (!queue.offer(request)) {
          notSent(request, NotSent.QUEUE_FULL);
        }
      }
    }
    watch();
    pump();
  }

  // ---- the cycle ----

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
    try {
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
    } finally {
      pumping = false;
    }
    if (somethingWaits()) {
      links.openIfNone(true);
      links.widen(queue.size() + elsewhere.size(), hasUrgent());
    }
    settle();
  }

  private void fill(final Link link, final long now) {
    while (link.hasRoom()) {
      final var request =
          link.hasRoomForAll() && inFlight.hasRoom() ? queue.poll() : queue.pollUrgent();
      if (request == null) {
        return;
      }
      if (!write(request, link, now)) {
        queue.putBack(request);
        return;
      }
    }
  }

  private boolean write(final ClientRequest request, final Link link, final long now) {
    if (request.isTooLate(now)) {
      notSent(request, NotSent.TOO_LATE);
      return true;
    }
    try {
      if (!request.isWanted()) {
        notSent(request, NotSent.NOT_WANTED);
        return true;
      }
      final boolean written = link.write(request, now);
      if (written && request.priority != Priority.URGENT) {
        request.limited = true;
        inFlight.wrote();
      }
      return written;
    } catch (RuntimeException e) {
      LOG.error("{}: a request could not write itself", name, e);
      // the peer's header table may have got a part of the headers only
      link.retire("a request could not write itself");
      notSent(request, NotSent.BROKEN);
      return true;
    }
  }

  /// Requests that want another connection than the one that failed them.
  private void placeElsewhere(final long now) {
    for (int left = elsewhere.size(); left > 0 && !elsewhere.isEmpty(); left--) {
      final var request = elsewhere.removeFirst();
      final var other =
          links.otherThan(
              links.avoidedBy(request, now),
              request.priority == Priority.URGENT
                  ? Link::hasRoom
                  : link -> link.hasRoomForAll() && inFlight.hasRoom());
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
        links.openAnother();
      }
    }
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

  void answered(final ClientRequest request, final ClientAnswer answer) {
    links.answered();
    if (request.limited) {
      inFlight.answered(request.writtenAt, System.nanoTime());
    }
    finish(request);
    try {
      request.answered(answer);
    } catch (RuntimeException e) {
      LOG.error("{}: an answer could not be handled", name, e);
    }
  }

  void uncertain(final ClientRequest request, final Doubt why) {
    finish(request);
    try {
      request.uncertain(closing ? Doubt.CLOSED : why);
    } catch (RuntimeException e) {
      LOG.error("{}: an uncertain end could not be handled", name, e);
    }
  }

  /// The peer says that it did not process the request: it goes out again on its own.
  void refused(final ClientRequest request) {
    request.refusals++;
    notLimited(request);
    request.queuedAt = System.nanoTime();
    if (closing) {
      notSent(request, NotSent.CLOSED);
    } else if (request.refusals > MOST_REFUSALS) {
      notSent(request, NotSent.REFUSED);
    } else {
      queue.putBack(request);
    }
  }

  private void notSent(final ClientRequest request, final NotSent why) {
    finish(request);
    request.noConnection = why == NotSent.NO_CONNECTION ? links.noConnection() : null;
    tellNotSent(request, why);
  }

  private void finish(final ClientRequest request) {
    ended++;
    request.underWay = false;
    notLimited(request);
  }

  private void notLimited(final ClientRequest request) {
    if (request.limited) {
      request.limited = false;
      inFlight.left();
    }
  }

  private void tellNotSent(final ClientRequest request, final NotSent why) {
    try {
      request.notSent(why);
    } catch (RuntimeException e) {
      LOG.error("{}: an unsent request could not be handled", name, e);
    }
  }

  // ---- connections ----

  Links links() {
    return links;
  }

  boolean somethingWaits() {
    return !queue.isEmpty() || !elsewhere.isEmpty();
  }

  /// Whether an urgent request waits for a connection.
  boolean hasUrgent() {
    if (queue.hasUrgent()) {
      return true;
    }
    for (final var request : elsewhere) {
      if (request.priority == Priority.URGENT) {
        return true;
      }
    }
    return false;
  }

  /// No connection could be opened, and the pool's requests do not wait for another attempt.
  void connectFailed() {
    loop.execute(this::endWaiting); // never in the middle of a pump
  }

  private void endWaiting() {
    links.failureTold();
    if (!links.isEmpty()) {
      return; // one was opened meanwhile
    }
    for (var waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
      notSent(waiting, NotSent.NO_CONNECTION);
    }
    while (!elsewhere.isEmpty()) {
      notSent(elsewhere.removeFirst(), NotSent.NO_CONNECTION);
    }
    settle();
  }

  /// A connection has ended.
  void linkGone() {
    final var done = whenClosed;
    if (closing && links.isEmpty() && done != null) {
      whenClosed = null;
      if (nextSweep != null) {
        nextSweep.cancel(false);
      }
      done.run();
    }
    pump();
  }

  // ---- the clock ----

  /// Something is going on: look more often.
  void watch() {
    if (nextSweep == null || sweepIsQuiet) {
      planSweep(false);
    }
  }

  private void planSweep(final boolean quiet) {
    if (nextSweep != null) {
      nextSweep.cancel(false);
    }
    sweepIsQuiet = quiet;
    final long millis = quiet ? SWEEP_QUIET_MILLIS : SWEEP_BUSY_MILLIS;
    sweepDue = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    nextSweep = loop.schedule(this::sweep, millis, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    // a task of its own; a connection that broke while it was read may have left the batch open
    batching = false;
    final long now = System.nanoTime();
    if (now - sweepDue > TOLERATED_DELAY) {
      links.excuse(now - sweepDue);
    }
    final int underWay = links.sweep(now, somethingWaits());
    final var inVain = links.noneIs(Link.State.READY) ? NotSent.NO_CONNECTION : NotSent.NO_STREAM;
    queue.dropExpired(now, settings.queuePatience().toNanos(), inVain, this::notSent);
    pump();
    if (closing && links.isEmpty()) {
      nextSweep = null;
      return;
    }
    planSweep(underWay == 0 && !somethingWaits() && links.noneIs(Link.State.CONNECTING));
  }
}
