package dev.reveille.http.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A listener on a free port whose time a test moves.
final class Listening implements AutoCloseable {
  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final EventLoops loops;
  private final HttpListener listener;

  Listening(final HttpHandler handler) {
    this(HttpSettings.plain("test", "127.0.0.1", 0), handler);
  }

  Listening(final HttpSettings settings, final HttpHandler handler) {
    this(settings, new Handlers(handler));
  }

  Listening(final HttpSettings settings, final Handlers handlers) {
    final InstantSource time = () -> Instant.ofEpochMilli(millis.get());
    loops = EventLoops.manual(2, time);
    listener = HttpListener.open(settings, loops, handlers);
  }

  static HttpSettings plain(final HttpLimits limits) {
    return HttpSettings.plain("test", "127.0.0.1", 0).withLimits(limits);
  }

  RawClient client() throws java.io.IOException {
    return RawClient.to(listener.address());
  }

  HttpListener listener() {
    return listener;
  }

  EventLoops loops() {
    return loops;
  }

  /// Moves the clock and lets every loop look over its connections.
  void pass(final Duration time) {
    millis.addAndGet(time.toMillis());
    loops.tick();
  }

  /// Waits for what another thread is about to do; fails after thirty seconds.
  static void until(final BooleanSupplier condition) throws InterruptedException {
    final var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come to pass within 30 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    listener.close();
    loops.close();
  }
}
