package dev.reveille.http.server;

import dev.reveille.http.Faults;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The state that all connections of one listener share: settings, limits, counters, handlers, and
/// whether it drains. Thread-safe.
final class HttpCore {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCore.class);

  private final HttpSettings settings;
  private final EventLoops loops;
  private final Handlers handlers;
  private final SpoolRoom spoolRoom;
  private final ConnectionLimit limit;
  private final Map<Loop, Handshakes> handshakes = new IdentityHashMap<>();
  private final LongAdder accepted = new LongAdder();
  private final long headMillis;
  private final long bodyMillis;
  private final long idleMillis;
  private final long stallMillis;
  private final AtomicLong warnedAt = new AtomicLong(Long.MIN_VALUE);
  private final Faults faults = new Faults(LOG);

  private volatile boolean draining;

  HttpCore(final HttpSettings settings, final EventLoops loops, final Handlers handlers) {
    this.settings = settings;
    this.loops = loops;
    this.handlers = handlers;
    final var limits = settings.limits();
    final var places = settings.places() != null ? settings.places() : limits.ownPlaces();
    this.spoolRoom = new SpoolRoom(settings.spool(), limits.spooled(), places);
    this.limit =
        new ConnectionLimit(
            places,
            limits.handshakesAtOnce(places.most()),
            limits.handshakesOfOneAddress(places.most()));
    for (final var loop : loops.all()) {
      handshakes.put(loop, new Handshakes(limits.handshakesPerTick(loops.all().size())));
    }
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
  HttpHandler handler(final String host, final String path) {
    return handlers.of(host, path);
  }

  /// How many bytes of body a rule allows.
  long mostOf(final BodyRule rule) {
    return rule.most() < 0 ? limits().body() : rule.most();
  }

  /// How long a body may take, by a rule, in milliseconds.
  long millisOf(final BodyRule rule) {
    return rule.time().isZero() ? bodyMillis : rule.time().toMillis();
  }

  SpoolRoom spoolRoom() {
    return spoolRoom;
  }

  ConnectionLimit limit() {
    return limit;
  }

  /// The handshakes of this listener that the loop begins.
  Handshakes handshakes(final Loop loop) {
    final var found = handshakes.get(loop);
    if (found == null) {
      throw new IllegalArgumentException("a loop that this listener does not use");
    }
    return found;
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

  /// The period in which [MinimumThroughput#LEAST_BYTES] must move of what waits for a peer.
  long paceMillis() {
    return 2 * stallMillis;
  }

  Faults faults() {
    return faults;
  }

  /// Warns of something that every connection may bring about, once a minute at most.
  void warnSeldom(final String words) {
    if (Faults.isTime(warnedAt)) {
      LOG.warn("{}: {}", settings.name(), words);
    }
  }

  /// What a peer did wrong, or that it left, is not logged: it could fill the disk with it. Our own
  /// faults are told with their stack, once a minute and kind at most.
  void connectionFailed(final Throwable cause) {
    Faults.tell(cause);
    if (cause instanceof IOException
        || cause.getCause() instanceof IOException
        || cause instanceof DecoderException) {
      LOG.debug("{}: a connection broke", settings.name(), cause);
    } else {
      faults.log(Level.WARN, cause, "{}: a connection failed", settings.name());
    }
  }

  /// A refusal before there is an exchange, in the form of the API that was addressed.
  Answer problem(final Channel channel, final Addressee to, final int status, final String detail) {
    final var host = to.host().isEmpty() ? ServerName.of(channel) : to.host();
    return handlers.of(host, to.path()).problems().answer(status, detail);
  }
}
