package dev.reveille.http.client;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections of one shard. The first is opened when it is needed and further ones when all
/// are full; one that breaks is replaced, one that is no longer needed is closed. Belongs to the
/// shard's event loop.
final class Links {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private static final int LONGEST_WORDS = 200;

  private static final long SHORT_LIFE = TimeUnit.SECONDS.toNanos(1);

  private static final long BLAMED_FOR = TimeUnit.SECONDS.toNanos(1);

  /// How long a connection may carry nothing while others find no place.
  private static final long IDLE_IN_A_CROWD = TimeUnit.SECONDS.toNanos(1);

  private static final Optional<ConnectFailure> REFUSED_IDENTITY =
      Optional.of(ConnectFailure.IDENTITY_REFUSED);

  private final ArrayList<Link> links = new ArrayList<>();
  private @Nullable Link blamed;
  private long blamedAt;
  private final Shard shard;
  private final EventLoop loop;
  private final Connector connector;
  private final PoolSettings settings;
  private final PoolListener listener;
  private final String name;
  private final OutgoingLimit limit;

  private boolean closing;
  private boolean jammedAtLastSweep;

  /// What must not be opened yet found no place, and had no urgent request.
  private boolean crowdedOut;

  /// Those that wait are being told that there is no connection.
  private boolean failing;

  private int failedInRow;
  private @Nullable NoConnection lastFailure;
  private long openNotBefore = System.nanoTime();

  Links(
      final Shard shard,
      final EventLoop loop,
      final Connector connector,
      final PoolSettings settings,
      final PoolListener listener,
      final String name,
      final OutgoingLimit limit) {
    this.shard = shard;
    this.loop = loop;
    this.connector = connector;
    this.settings = settings;
    this.listener = listener;
    this.name = name;
    this.limit = limit;
  }

  boolean isEmpty() {
    return links.isEmpty();
  }

  int size() {
    return links.size();
  }

  Link get(final int index) {
    return links.get(index);
  }

  boolean noneIs(final Link.State state) {
    for (final var link : links) {
      if (link.state() == state) {
        return false;
      }
    }
    return true;
  }

  void blame(final Link link, final long now) {
    blamed = link;
    blamedAt = now;
  }

  /// Which connection this request should not take; null when it may take any.
  @Nullable Link avoidedBy(final ClientRequest request, final long now) {
    if (request.link != null) {
      return request.link;
    }
    return now - blamedAt < BLAMED_FOR ? blamed : null;
  }

  /// One with room for a request that is not this one.
  @Nullable Link otherThan(final @Nullable Link avoided, final Predicate<Link> hasRoom) {
    for (final var link : links) {
      if (link != avoided && hasRoom.test(link)) {
        return link;
      }
    }
    return null;
  }

  // ---- opening ----

  void openIfNone(final boolean somethingWaits) {
    if ((settings.stayConnected() || somethingWaits)
        && !closing
        && noneIs(Link.State.CONNECTING)
        && noneIs(Link.State.READY)
        && mayOpen()) {
      open();
    }
  }

  /// For requests that want another connection than the one that failed them.
  void openAnother() {
    if (!closing
        && noneIs(Link.State.CONNECTING)
        && links.size() <= settings.mostConnections()
        && mayOpen()) {
      open();
    }
  }

  /// HTTP/1.1 takes one request at a time: as many more connections as requests wait for one. Until
  /// the first connection has shown which protocol is spoken, nothing is opened on suspicion.
  ///
  /// @param waiting of any priority
  void widen(final int waiting, final boolean urgent) {
    int opening = 0;
    boolean serial = false;
    for (final var link : links) {
      opening += link.state() == Link.State.CONNECTING ? 1 : 0;
      serial |= link.isSerial();
    }
    final int most = settings.mostConnections() - (urgent ? 0 : Http1Wire.kept(settings));
    while (serial && !closing && opening < waiting && links.size() < most && mayOpen()) {
      open();
      opening++;
    }
  }

  /// Connections that carry a request.
  int busy() {
    int count = 0;
    for (final var link : links) {
      count += link.underWay() > 0 ? 1 : 0;
    }
    return count;
  }

  private boolean mayOpen() {
    return !failing && (System.nanoTime() - openNotBefore >= 0 || crowdedOut && shard.hasUrgent());
  }

  /// The shard has told those that wait.
  void failureTold() {
    failing = false;
  }

  /// Who waits is told of the failure before anything else is opened.
  private void tellFailure() {
    failing = true;
    shard.connectFailed();
  }

  private void open() {
    final boolean urgent = shard.hasUrgent();
    if (!limit.take(urgent)) {
      noPlace(urgent);
      return;
    }
    if (crowdedOut) {
      crowdedOut = false;
      openNotBefore = System.nanoTime(); // there was a place, so the next one may ask too
    }
    final var link = connector.link(shard, settings);
    links.add(link);
    shard.watch();
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
            if (remove(link)) {
              Links.this.failed(words(cause), ConnectFailure.of(cause));
              shard.linkGone();
            }
          }
        });
  }

  /// All places are taken: that says nothing about the peer, so the back-off does not grow.
  ///
  /// @param urgent an urgent request waits: else the next one that comes may have a place
  private void noPlace(final boolean urgent) {
    crowdedOut = !urgent;
    lastFailure =
        new NoConnection(
            connector.peer(),
            Optional.empty(),
            "all " + limit.most(urgent) + " outgoing connections are taken");
    openNotBefore = System.nanoTime() + settings.firstRetry().toNanos();
    retryOrEnd(settings.firstRetry().toNanos());
  }

  private void retryOrEnd(final long delay) {
    if (!settings.stayConnected() && isEmpty()) {
      tellFailure();
    } else if (!closing) {
      loop.schedule(() -> openIfNone(shard.somethingWaits()), delay, TimeUnit.NANOSECONDS);
    }
  }

  private boolean remove(final Link link) {
    if (blamed == link) {
      blamed = null;
    }
    final boolean there = links.remove(link);
    if (there) {
      limit.giveBack();
    }
    return there;
  }

  void answered() {
    failedInRow = 0;
    lastFailure = null;
  }

  /// Why there is no connection: the newest failure, else what the connection that is being opened
  /// waits for.
  NoConnection noConnection() {
    if (lastFailure != null) {
      return lastFailure;
    }
    for (final var link : links) {
      if (link.state() == Link.State.CONNECTING) {
        return new NoConnection(connector.peer(), Optional.of(link.waitsFor()), "no answer yet");
      }
    }
    return new NoConnection(connector.peer(), Optional.empty(), "");
  }

  /// A connection has not answered a ping for a while. Unless another can take its place, a new one
  /// is opened: what comes now shall not wait for the verdict.
  void doubtful() {
    for (final var link : links) {
      final boolean usable = link.state() == Link.State.READY && !link.isSuspected();
      if (usable || link.state() == Link.State.CONNECTING) {
        return;
      }
    }
    openAnother();
  }

  // ---- breaking ----

  void goneAway(final long error, final String debug) {
    LOG.info("{}: the peer closes a connection, error {} {}", name, error, debug);
    listener.goAway(error, debug);
  }

  void closed(final Link link, final boolean wasReady, final boolean byUs, final int uncertain) {
    remove(link);
    final String why =
        link.closeReason().isEmpty() ? "the peer closed the connection" : link.closeReason();
    if (!wasReady) {
      failed(why, link.failure());
    } else {
      LOG.info("{}: connection closed: {}; {} requests without answer", name, why, uncertain);
      listener.closed(why, uncertain);
      if (!byUs && (!link.answeredOnce() || System.nanoTime() - link.openedAt < SHORT_LIFE)) {
        // a peer that closes each connection at once must not get new ones at full speed
        failed("closed soon after it was opened: " + why, Optional.empty());
      } else if (!byUs) {
        openIfNone(false);
      }
    }
    shard.linkGone();
  }

  private void failed(final String why, final Optional<ConnectFailure> failure) {
    failedInRow++;
    crowdedOut = false;
    lastFailure = new NoConnection(connector.peer(), failure, why);
    final long delay = Backoff.nanos(failedInRow, settings.firstRetry(), settings.longestRetry());
    openNotBefore = System.nanoTime() + delay;
    if (Integer.bitCount(failedInRow) == 1) {
      final String kind = failure.map(ConnectFailure::toString).orElse("OTHER");
      LOG.warn("{}: no connection, attempt {}: {}, {}", name, failedInRow, kind, why);
    }
    listener.connectFailed(why, failure, failedInRow);
    if (failure.equals(REFUSED_IDENTITY) && isEmpty()) {
      // another attempt shows the same certificate: who waits is told, and who comes later asks
      tellFailure();
    } else {
      retryOrEnd(delay);
    }
  }

  // ---- the clock ----

  /// The event loop was held up for so long; nothing was read from the peers meanwhile.
  void excuse(final long nanos) {
    links.forEach(link -> link.excuse(nanos));
  }

  /// @return requests under way
  int sweep(final long now, final boolean somethingWaits) {
    int underWay = 0;
    for (final var link : List.copyOf(links)) {
      link.sweep(now);
      underWay += link.underWay();
    }
    grow(somethingWaits);
    shrink(now);
    return underWay;
  }

  /// One more connection when the queue stood still for a whole sweep although every connection has
  /// proved itself: a new one is allowed a single stream at first and must not look like a jam.
  private void grow(final boolean somethingWaits) {
    final boolean jammed = somethingWaits && !links.isEmpty() && allProvedAndFull();
    if (jammed && jammedAtLastSweep && links.size() < settings.mostConnections() && mayOpen()) {
      open();
    }
    jammedAtLastSweep = jammed;
  }

  private boolean allProvedAndFull() {
    for (final var link : links) {
      final boolean opening = link.state() == Link.State.CONNECTING;
      final boolean unproved = link.state() == Link.State.READY && !link.answeredOnce();
      if (opening || unproved || link.hasRoomForAll()) {
        return false;
      }
    }
    return true;
  }

  private void shrink(final long now) {
    final long usual = settings.closeIdleAfter().toNanos();
    final long idle = limit.isCrowded() ? Math.min(usual, IDLE_IN_A_CROWD) : usual;
    // what is wanted always keeps its first connection
    for (int i = links.size() - 1; i >= (settings.stayConnected() ? 1 : 0); i--) {
      if (links.get(i).state() == Link.State.READY && links.get(i).isIdleSince(now, idle)) {
        links.get(i).retire("idle");
        return;
      }
    }
  }

  // ---- closing ----

  void retireAll(final String why) {
    List.copyOf(links).forEach(link -> link.retire(why));
  }

  /// Nothing is opened any more.
  void close() {
    closing = true;
    retireAll("closed");
  }

  void endAll() {
    List.copyOf(links).forEach(Link::end);
  }

  /// An exception in one line for logs and operators.
  static String words(final @Nullable Throwable cause) {
    if (cause == null) {
      return "";
    }
    final var root = cause.getCause() == null ? cause : cause.getCause();
    return root.getMessage() == null ? root.getClass().getSimpleName() : plain(root.getMessage());
  }

  /// What a peer said, without what could break or fill a log line.
  static String plain(final String text) {
    final var line = text.replaceAll("[^\\x20-\\x7E]+", " ").strip();
    return line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) : line;
  }

  /// The break of the protocol that is the cause, if one is.
  static @Nullable Http2Exception http2(final Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof Http2Exception http2) {
        return http2;
      }
    }
    return null;
  }
}
