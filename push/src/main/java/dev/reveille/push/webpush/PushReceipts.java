package dev.reveille.push.webpush;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.HeldGet;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Lane;
import dev.reveille.model.PushService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Receipts of Web Push: the browser's own word that it has a message (RFC 8030 sections 5.1, 6.2
/// and 6.3). Most services have none, so a push never waits for one: it was handed over when the
/// service took it, and a receipt adds a line to its trail.
///
/// ```
///   push --Prefer: respond-async--> 201: no receipts there; one push asks again after a day
///                                   202 + Link: the receipt subscription of this origin
///   each further push --Prefer, Push-Receipt--> 202 + Location: the message, which waits here
///   HeldGet on the subscription: PUSH_PROMISE GET Location, 204 or 410 --> trail
/// ```
///
/// What waits is held in memory only, for the push's time to live and a minute, at most
/// [Limits#mostWaiting] messages; where there is no room, the origin with most of them forgets its
/// oldest, because devices name origins and one must not take the room of all. A message that is
/// forgotten, or that waits when the server stops, stays as it was: taken, without a receipt. There
/// is one connection per origin, while something waits and a minute longer, and at most
/// [Limits#mostConnections] in all; where another origin wants one, the one that was quiet longest
/// gives its place away, not before [Limits#linger]. A receipt subscription and a message count
/// only where the endpoint is: scheme, host and port must be the same, and the connection is judged
/// as that of the push.
///
/// Thread-safe: each [ReceiptOrigin] guards itself.
public final class PushReceipts implements AutoCloseable {
  /// Receives receipts, on an event loop: must be quick and must not block.
  @FunctionalInterface
  public interface Listener {
    /// @param lane of the push
    /// @param attempt of which the browser speaks
    /// @param has whether the browser acknowledged it; else its time was over first
    /// @param after the service took it
    void said(WorkKey work, Lane lane, int attempt, boolean has, Duration after);
  }

  /// How much is held, and for how long.
  ///
  /// @param mostWaiting messages of all origins
  /// @param mostConnections for receipts, of all origins
  /// @param grace a message waits so much longer than its time to live
  /// @param askedAgain an origin without receipts is asked again after this
  /// @param probe the next push asks after this when the answer to the last one that asked did not
  ///   say whether there are receipts
  /// @param linger a connection stays open so long when nothing waits
  /// @param pingEvery each connection is proven so often
  /// @param firstRetry after a connection that failed; doubles
  /// @param longestRetry at most
  record Limits(
      int mostWaiting,
      int mostConnections,
      Duration grace,
      Duration askedAgain,
      Duration probe,
      Duration linger,
      Duration pingEvery,
      Duration firstRetry,
      Duration longestRetry) {
    static final Limits DEFAULT =
        new Limits(
            10_000,
            16,
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5));
  }

  private static final String RELATION = "urn:ietf:params:push:receipt";

  /// Beyond so many origins it is forgotten of each whether it has receipts, unless something waits
  /// there: devices name origins.
  private static final int MOST_ORIGINS = 1_000;

  /// So often a place is looked for.
  private static final int MOST_TRIES = 10;

  private final EventLoopGroup loops;
  private final UrlSettings settings;
  private final Listener listener;
  private final LongSupplier nanos;
  private final Limits limits;
  private final ScheduledFuture<?> sweeping;
  private final Map<String, ReceiptOrigin> origins = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder undelivered = new LongAdder();
  private final LongAdder missing = new LongAdder();
  private final LongAdder unexpected = new LongAdder();
  private final LongAdder misplaced = new LongAdder();

  /// An origin found no connection free since the last sweep.
  private volatile boolean crowded;

  private volatile boolean closed;

  /// @param loops carry the connections; they stay the caller's
  /// @param settings of the sender: how its connections leave, and their bound
  public PushReceipts(
      final EventLoopGroup loops, final UrlSettings settings, final Listener listener) {
    this(loops, settings, listener, System::nanoTime, Limits.DEFAULT);
  }

  PushReceipts(
      final EventLoopGroup loops,
      final UrlSettings settings,
      final Listener listener,
      final LongSupplier nanos,
      final Limits limits) {
    this.loops = loops;
    this.settings = settings;
    this.listener = listener;
    this.nanos = nanos;
    this.limits = limits;
    this.sweeping = loops.next().scheduleAtFixedRate(this::sweep, 1, 1, TimeUnit.SECONDS);
  }

  /// What a push that is about to be written says of receipts.
  ///
  /// @return null when it does not ask for one, "" when it asks, else the URL of the receipt
  ///   subscription that it shall be told to
  @Nullable String ask(final PublicUrl endpoint) {
    return closed || !endpoint.https() ? null : origin(endpoint).ask();
  }

  /// The answer to a push that asked says nothing of receipts, since the push was not taken: the
  /// next one may ask.
  void undecided(final PublicUrl endpoint) {
    origin(endpoint).undecided();
  }

  /// The service rejected a push as malformed that asked for a receipt: the same goes out once more
  /// without.
  ///
  /// @param asked what [#ask] said of it
  void disliked(final PublicUrl endpoint, final String asked) {
    origin(endpoint).disliked(asked);
  }

  /// Whether this answer promises a receipt.
  static boolean isPromisedBy(final ClientAnswer answer) {
    return answer.status() == 202
        && LinkHeader.target(answer.headers("link"), RELATION).isPresent();
  }

  /// The service took a push that asked for a receipt. Called after its outcome was told.
  ///
  /// @param secondsToLive that the push was given
  void taken(
      final PublicUrl endpoint,
      final Push push,
      final long secondsToLive,
      final ClientAnswer answer) {
    if (closed) {
      return;
    }
    final var link = LinkHeader.target(answer.headers("link"), RELATION);
    if (answer.status() != 202 || link.isEmpty()) {
      origin(endpoint).hasNone();
      return;
    }
    final var subscription = sameOrigin(endpoint, link.get());
    final var message = answer.header("location").flatMap(text -> sameOrigin(endpoint, text));
    if (subscription.isEmpty() || message.isEmpty()) {
      misplaced.increment();
      origin(endpoint).hasNone();
      return;
    }
    final var lifeAndGrace = Duration.ofSeconds(secondsToLive).plus(limits.grace());
    waitFor(
        endpoint,
        subscription.get(),
        message.get().path(),
        new Waiting(
            push.work(), push.lane(), push.attempt(), nanos(), nanos() + lifeAndGrace.toNanos()));
  }

  void waitFor(
      final PublicUrl endpoint,
      final PublicUrl subscription,
      final String path,
      final Waiting message) {
    for (int attempt = 0; !closed && attempt < MOST_TRIES; attempt++) {
      switch (origin(endpoint).waitFor(subscription, path, message)) {
        case DONE -> {
          return;
        }
        case RETIRED -> {} // it was idle and was forgotten meanwhile; there is a new one
        case FULL ->
            origins.values().stream()
                .max(Comparator.comparingInt(ReceiptOrigin::size))
                .ifPresent(ReceiptOrigin::dropOldest);
      }
    }
    isMissing(1);
  }

  /// A URL of an answer, if it leads to where the answer came from.
  private Optional<PublicUrl> sameOrigin(final PublicUrl endpoint, final String text) {
    final var whole = text.startsWith("/") && !text.startsWith("//");
    try {
      return Optional.of(settings.wayOut().strange(whole ? endpoint.origin() + text : text))
          .filter(url -> url.origin().equals(endpoint.origin()));
    } catch (PublicUrl.Refused _) {
      return Optional.empty();
    }
  }

  private ReceiptOrigin origin(final PublicUrl endpoint) {
    final var key = endpoint.origin();
    final var known = origins.get(key);
    if (known != null) {
      return known;
    }
    if (origins.size() >= MOST_ORIGINS) {
      origins.values().removeIf(ReceiptOrigin::retiresIfIdle);
    }
    return origins.computeIfAbsent(key, _ -> new ReceiptOrigin(this));
  }

  private void sweep() {
    origins.values().forEach(ReceiptOrigin::sweep);
    if (crowded) {
      crowded = false;
      final long now = nanos();
      origins.values().stream()
          .filter(ReceiptOrigin::isConnected)
          .max(Comparator.comparingLong(origin -> now - origin.heardAt()))
          .ifPresent(origin -> origin.givePlace(now));
    }
  }

  @Override
  public void close() {
    closed = true;
    sweeping.cancel(false);
    origins.values().forEach(ReceiptOrigin::close);
  }

  // ---- what is counted ----

  /// Receipts by what they said, and what went without one, since the start: words that are labels
  /// of a metric.
  public Map<String, LongAdder> counts() {
    return Map.of(
        "delivered", delivered,
        "undelivered", undelivered,
        "missing", missing,
        "unexpected", unexpected,
        "misplaced", misplaced);
  }

  /// Messages that wait for a receipt.
  public int waiting() {
    return waiting.get();
  }

  /// Connections on which receipts are awaited.
  int connections() {
    return connections.get();
  }

  // ---- for ReceiptOrigin ----

  /// A message that the service took.
  record Waiting(WorkKey work, Lane lane, int attempt, long since, long until) {}

  Limits limits() {
    return limits;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  /// @return false when as many messages wait as may
  boolean takeRoom() {
    if (waiting.incrementAndGet() > limits.mostWaiting()) {
      waiting.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveRoom(final int messages) {
    waiting.addAndGet(-messages);
  }

  void isMissing(final int messages) {
    missing.add(messages);
  }

  void isUnexpected(final int receipts) {
    unexpected.add(receipts);
  }

  void told(final Waiting message, final boolean has) {
    (has ? delivered : undelivered).increment();
    listener.said(
        message.work(),
        message.lane(),
        message.attempt(),
        has,
        Duration.ofNanos(nanos() - message.since()));
  }

  /// How the origin of a receipt subscription is reached, by the rules for all that strangers name.
  ClientTarget target(final PublicUrl subscription) {
    return settings.wayOut().toStranger(PushService.WEB_PUSH, subscription, HttpVersions.HTTP_2);
  }

  /// Begins to connect.
  ///
  /// @return null when there are as many connections as may be
  @Nullable HeldGet open(
      final ClientTarget target, final PublicUrl subscription, final HeldGet.Listener told) {
    if (connections.incrementAndGet() > limits.mostConnections() || closed) {
      connections.decrementAndGet();
      crowded = true;
      return null;
    }
    return HeldGet.open(
        loops, target, subscription, settings.pool(), limits.pingEvery(), settings.limit(), told);
  }

  void ended() {
    connections.decrementAndGet();
  }
}
