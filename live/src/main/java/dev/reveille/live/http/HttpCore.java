package dev.reveille.live.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections of one listener share.
final class HttpCore {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCore.class);
  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final HttpSettings settings;
  private final EventLoops loops;
  private final Problems problems;
  private final HttpHandler handler;
  private final Gate gate;
  private final LongAdder accepted = new LongAdder();
  private final long headMillis;
  private final long bodyMillis;
  private final long idleMillis;
  private final long stallMillis;
  private final AtomicLong warnedAt = new AtomicLong(Long.MIN_VALUE);
  private volatile boolean draining;

  HttpCore(HttpSettings settings, EventLoops loops, Problems problems, HttpHandler handler) {
    this.settings = settings;
    this.loops = loops;
    this.problems = problems;
    this.handler = handler;
    var limits = settings.limits();
    this.gate = new Gate(limits.connectionsMeant(), limits.connectionsPerAddress());
    this.headMillis = limits.headTime().toMillis();
    this.bodyMillis = limits.bodyTime().toMillis();
    this.idleMillis = limits.idleTime().toMillis();
    this.stallMillis = limits.stallTime().toMillis();
  }

  HttpSettings settings() {
    return settings;
  }

  HttpLimits limits() {
    return settings.limits();
  }

  EventLoops loops() {
    return loops;
  }

  HttpHandler handler() {
    return handler;
  }

  Gate gate() {
    return gate;
  }

  LongAdder accepted() {
    return accepted;
  }

  boolean isDraining() {
    return draining;
  }

  void beginDraining() {
    draining = true;
  }

  long headMillis() {
    return headMillis;
  }

  long bodyMillis() {
    return bodyMillis;
  }

  long idleMillis() {
    return idleMillis;
  }

  long stallMillis() {
    return stallMillis;
  }

  int bodyLimit(String method, String path) {
    var limit = handler.bodyLimit(method, path);
    return limit < 0 ? limits().body() : limit;
  }

  /// Warns of something that every connection may bring about, once a minute at most.
  void warnSeldom(String words) {
    var now = System.nanoTime();
    var before = warnedAt.get();
    if ((before == Long.MIN_VALUE || now - before > BETWEEN_WARNINGS)
        && warnedAt.compareAndSet(before, now)) {
      LOG.warn("{}: {}", settings.name(), words);
    }
  }

  Answer problem(int status, String detail) {
    return Answer.of(status, Problems.CONTENT_TYPE, problems.body(status, detail));
  }
}
