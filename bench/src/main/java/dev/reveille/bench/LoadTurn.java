package dev.reveille.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// The requests of one turn of a [LoadGenerator]: its connections take them one by one and report
/// each answer; the bench waits for the last one. Counts what was not accepted. Thread-safe.
final class LoadTurn {
  /// What a connection is told to do.
  enum Go {
    /// As many requests as may be under way.
    BEGIN,
    /// More may be sent now than before.
    ON
  }

  private final int eventsPerRequest;
  private final long requests;
  private final LongFunction<byte[]> bodies;
  private final boolean answersCallForMore;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final CountDownLatch open;
  private volatile long allowed = Long.MAX_VALUE;
  private volatile String ending = "";

  /// @param answersCallForMore each answer is followed by the next request
  LoadTurn(
      final int eventsPerRequest,
      final long requests,
      final LongFunction<byte[]> bodies,
      final boolean answersCallForMore) {
    this.eventsPerRequest = eventsPerRequest;
    this.requests = requests;
    this.bodies = bodies;
    this.answersCallForMore = answersCallForMore;
    this.open = new CountDownLatch((int) requests);
  }

  int eventsPerRequest() {
    return eventsPerRequest;
  }

  boolean answersCallForMore() {
    return answersCallForMore;
  }

  /// How many events may have been handed in by now.
  void allow(final long events) {
    allowed = events / eventsPerRequest;
  }

  boolean mayTake() {
    return next.get() < allowed;
  }

  /// The next request; negative when there is no more.
  long take() {
    final long number = next.getAndIncrement();
    return number < requests ? number : -1;
  }

  long begun() {
    return next.get();
  }

  byte[] body(final long request) {
    return bodies.apply(request);
  }

  void answered(final boolean accepted) {
    if (!accepted) {
      refused.addAndGet(eventsPerRequest);
    }
    open.countDown();
  }

  /// Of a batch that was answered, one event.
  void refusedOne() {
    refused.incrementAndGet();
  }

  /// A request was refused or got no answer, or nothing more can be sent.
  void trouble(final String how) {
    ending = how;
  }

  boolean await(final Duration patience) throws InterruptedException {
    return open.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Events that were not accepted.
  long refused() {
    return refused.get();
  }

  IOException unanswered(final Duration longest) {
    return new IOException(
        open.getCount()
            + " requests of "
            + requests
            + " were not answered within "
            + longest
            + lastTrouble());
  }

  /// @throws IOException when an event was not accepted; says why the last one was not
  void mustBeAccepted() throws IOException {
    if (refused() > 0) {
      throw new IOException(
          refused()
              + " events of "
              + requests * eventsPerRequest
              + " were not accepted"
              + lastTrouble());
    }
  }

  private String lastTrouble() {
    return ending.isEmpty() ? "" : "; the last of them: " + ending;
  }
}
