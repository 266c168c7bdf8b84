package dev.reveille.http.server;

import dev.reveille.http.Faults;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
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
  private final Handlers handlers;
  private final SpoolRoom spoolRoom;
  private final Gate gate;
  private final LongAdder accepted = new LongAdder();
  private final long headMillis;
  private final long bodyMillis;
  private final long idleMillis;
  private final long stallMillis;
  private final AtomicLong warnedAt = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong faultedAt = new AtomicLong(Long.MIN_VALUE);
  private volatile boolean draining;

  HttpCore(HttpSettings settings, EventLoops loops, Handlers handlers) {
    this.settings = settings;
    this.loops = loops;
    this.handlers = handlers;
    var limits = settings.limits();
    this.spoolRoom = new SpoolRoom(settings.spool(), limits.spooled());
    this.gate = new Gate(limits.connectionsMeant(), limits.connections().perAddress());
    this.headMillis = limits.times().head().toMillis();
    this.bodyMillis = limits.times().body().toMillis();
    this.idleMillis = limits.times().idle().toMillis();
    this.stallMillis = limits.times().stall().toMillis();
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

  /// The handler of a request.
  HttpHandler handler(String host, String path) {
    return handlers.of(host, path);
  }

  /// How many bytes of body a rule allows.
  long mostOf(BodyRule rule) {
    return rule.most() < 0 ? limits().body() : rule.most();
  }

  /// How long a body may take, by a rule, in milliseconds.
  long millisOf(BodyRule rule) {
    return rule.time().isZero() ? bodyMillis : rule.time().toMillis();
  }

  SpoolRoom spoolRoom() {
    return spoolRoom;
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

  long idleMillis() {
    return idleMillis;
  }

  long stallMillis() {
    return stallMillis;
  }

  /// Warns of something that every connection may bring about, once a minute at most.
  void warnSeldom(String words) {
    if (isTime(warnedAt)) {
      LOG.warn("{}: {}", settings.name(), words);
    }
  }

  /// Whether a minute has passed since this was last asked with success.
  private static boolean isTime(AtomicLong last) {
    var now = System.nanoTime();
    var before = last.get();
    return (before == Long.MIN_VALUE || now - before > BETWEEN_WARNINGS)
        && last.compareAndSet(before, now);
  }

  /// What a peer did wrong, or that it went, is its own affair and would let it fill the log. Our
  /// own faults are told with their stack, once a minute at most.
  void connectionFailed(Throwable cause) {
    Faults.tell(cause);
    if (cause instanceof IOException
        || cause.getCause() instanceof IOException
        || cause instanceof DecoderException) {
      LOG.debug("{}: a connection broke", settings.name(), cause);
    } else if (isTime(faultedAt)) {
      LOG.warn("{}: a connection failed", settings.name(), cause);
    } else {
      LOG.debug("{}: a connection failed", settings.name(), cause);
    }
  }

  /// A refusal before there is an exchange, in the form of the API that was addressed.
  Answer problem(Addressee to, int status, String detail) {
    return handlers.of(to.host(), to.path()).problems().answer(status, detail);
  }
}
