package dev.reveille.protocols.federation;

import dev.reveille.http.client.Backoff;
import dev.reveille.protocols.federation.FederationWay.Answered;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientListener;
import dev.reveille.sip.transaction.TransactionEnd;
import dev.reveille.sip.transport.SipConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections that we opened to one server: as many as requests need, up to a bound, and none
/// for a while after an attempt failed. Requests wait while the first connection is opened.
///
/// Thread-safe; never blocks. Calls listeners without holding its lock.
final class Peer {
  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  /// Requests that are open on each connection before another one is opened.
  private static final int BUSY = 50;

  private static final int MOST_WAITING = 1_000;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /// A connection that ends so soon, with a fault of TLS, was refused.
  private static final Duration YOUNG = Duration.ofSeconds(5);

  /// Opens one connection to a peer.
  @FunctionalInterface
  interface Opening {
    void open(Peer peer);
  }

  private record Waiting(SipRequest request, Answered told) {}

  /// A connection with what is open on it.
  private static final class Line {
    private final SipConnection connection;
    private final AtomicInteger open = new AtomicInteger();
    private final long sinceNanos = System.nanoTime();

    Line(final SipConnection connection) {
      this.connection = connection;
    }
  }

  private final String name;
  private final String here;
  private final Opening opening;
  private final IntSupplier most;
  private final List<Line> lines = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean isOpening;
  private int failedInRow;
  private long pauseUntilNanos;
  private @Nullable Diagnosis lastFailure;

  /// @param name the domain or host, for diagnoses
  /// @param here the host name of this server
  /// @param most how many connections there may be, asked each time
  Peer(final String name, final String here, final Opening opening, final IntSupplier most) {
    this.name = name;
    this.here = here;
    this.opening = opening;
    this.most = most;
  }

  void send(final SipRequest request, final Answered told) {
    final Line line;
    Diagnosis refused = null;
    boolean opens = false;
    synchronized (this) {
      line = leastBusy();
      if (line == null) {
        refused =
            lines.size() < most.getAsInt()
                ? enqueue(new Waiting(request, told))
                : Diagnosis.of(DiagnosisCode.NO_ROOM, here, "peer", name); // it reads none of them
        opens = refused == null && !isOpening;
      } else {
        opens = line.open.get() >= BUSY && lines.size() < most.getAsInt() && !isOpening && !rests();
      }
      isOpening |= opens;
    }
    if (refused != null) {
      told.failed(refused, false);
    }
    if (line != null) {
      send(line, request, told);
    }
    if (opens) {
      open();
    }
  }

  private void open() {
    try {
      opening.open(this);
    } catch (final RuntimeException fault) { // what waits must not wait for ever
      LOG.error("no connection to {} could be begun", name, fault);
      failed(Diagnosis.of(DiagnosisCode.INTERNAL, here, "peer", name));
    }
  }

  /// @return why not
  private @Nullable Diagnosis enqueue(final Waiting one) {
    if (!isOpening && rests() && lastFailure != null) {
      return lastFailure;
    }
    if (waiting.size() >= MOST_WAITING) {
      return Diagnosis.of(DiagnosisCode.NO_ROOM, here, "peer", name);
    }
    waiting.add(one);
    return null;
  }

  private boolean rests() {
    return System.nanoTime() - pauseUntilNanos < 0;
  }

  private @Nullable Line leastBusy() {
    Line best = null;
    for (final var line : lines) {
      if (line.connection.isWritable() && (best == null || line.open.get() < best.open.get())) {
        best = line;
      }
    }
    return best;
  }

  private void send(final Line line, final SipRequest request, final Answered told) {
    line.open.incrementAndGet();
    line.connection.request(
        request,
        new ClientListener() {
          @Override
          public void response(final SipResponse response) {
            if (response.isFinal()) {
              line.open.decrementAndGet();
              told.answered(response);
            }
          }

          @Override
          public void ended(final TransactionEnd why) {
            line.open.decrementAndGet();
            told.failed(OpenFailures.of(why, line.connection, here, name), why.mayHaveArrived());
          }
        });
  }

  /// A connection can be used.
  void opened(final SipConnection connection) {
    final var line = new Line(connection);
    final List<Waiting> now;
    synchronized (this) {
      isOpening = false;
      lines.add(line);
      now = List.copyOf(waiting);
      waiting.clear();
    }
    now.forEach(one -> send(line, one.request(), one.told()));
  }

  /// No connection could be opened: what waits has failed, and the next attempt comes later.
  void failed(final Diagnosis why) {
    final List<Waiting> now;
    synchronized (this) {
      isOpening = false;
      rest(why);
      now = List.copyOf(waiting);
      waiting.clear();
    }
    now.forEach(one -> one.told().failed(why, false));
  }

  private void rest(final Diagnosis why) {
    failedInRow++;
    lastFailure = why;
    pauseUntilNanos = System.nanoTime() + Backoff.nanos(failedInRow, FIRST_PAUSE, LONGEST_PAUSE);
  }

  /// A connection of this peer is over.
  void closed(final SipConnection connection) {
    final var fault = connection.tlsFault();
    synchronized (this) {
      for (final var line : List.copyOf(lines)) {
        if (line.connection == connection) {
          lines.remove(line);
          final boolean isYoung = System.nanoTime() - line.sinceNanos < YOUNG.toNanos();
          if (isYoung && fault.isPresent()) {
            rest(OpenFailures.ofTls(fault.get(), here, name));
          } else {
            failedInRow = 0;
          }
        }
      }
    }
  }

  /// Forgets the last failure, so that the next request tries at once.
  synchronized void comeNow() {
    pauseUntilNanos = System.nanoTime();
  }

  /// How many connections there are.
  synchronized int connections() {
    return lines.size();
  }

  /// Whether there is a connection.
  synchronized boolean isConnected() {
    return lines.stream().anyMatch(line -> line.connection.isOpen());
  }
}
