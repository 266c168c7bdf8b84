package dev.reveille.http.server;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/// The limits of one listener, beyond which it refuses. Every number has a default; one out of its
/// range throws IllegalArgumentException, which names it.
///
/// @param head of a request
/// @param body bytes of a body unless the handler names another limit; more is 413
/// @param spooled bytes of large bodies on disk at once ([BodyRule.How#SPOOLED]); more is 503
/// @param times how long a peer may take
/// @param connections how many there may be, and what is done on each
public record HttpLimits(Head head, int body, long spooled, Times times, Connections connections) {

  /// The head of a request.
  ///
  /// @param line bytes of method, target and version; more is 414
  /// @param fields bytes of all header fields; more is 431
  /// @param count number of header fields; more is 431
  public record Head(int line, int fields, int count) {
    /// Header positions are kept as 16-bit numbers.
    private static final int LARGEST = 65_535;

    public Head {
      if (line < 64 || fields < 64 || line + fields + 4 > LARGEST || count < 1) {
        throw new IllegalArgumentException(
            ("limits: request line (%d) and header bytes (%d) must each be 64 or more, "
                    + "together at most %d, and header count (%d) positive")
                .formatted(line, fields, LARGEST - 4, count));
      }
    }
  }

  /// How long a peer may take.
  ///
  /// @param handshake from the accept to the end of the TLS handshake
  /// @param head from the first byte of a request (and from the accept) to its complete head
  /// @param body from the complete head to the complete body
  /// @param idle how long a connection without a request is kept
  /// @param stall how long a peer may leave what we wrote unread
  public record Times(
      Duration handshake, Duration head, Duration body, Duration idle, Duration stall) {}

  /// Connections, and what is done on each.
  ///
  /// @param atOnce open at once; more get 503; 0 means what the process's file limit allows;
  ///   without meaning where listeners share their places ([HttpSettings#places])
  /// @param perAddress the same from one address; 0 means no limit
  /// @param handshakesPerSecond begun per second by all loops together; more wait their turn; 0
  ///   means no limit
  /// @param handshakesPerAddress TLS handshakes of one address that have not ended; more are
  ///   closed; 0 means no limit
  /// @param streams HTTP/2 requests at once on one connection
  /// @param resetsPerWindow HTTP/2 streams that a peer may reset in 30 s before it is sent away
  public record Connections(
      int atOnce,
      int perAddress,
      int handshakesPerSecond,
      int handshakesPerAddress,
      int streams,
      int resetsPerWindow) {

    public Connections {
      if (atOnce < 0 || perAddress < 0 || handshakesPerSecond < 0 || handshakesPerAddress < 0) {
        throw new IllegalArgumentException(
            ("limits: connections (%d), per address (%d), handshakes per second (%d) "
                    + "and per address (%d) must not be negative")
                .formatted(atOnce, perAddress, handshakesPerSecond, handshakesPerAddress));
      }
      if (streams < 1 || resetsPerWindow < 1) {
        throw new IllegalArgumentException(
            "limits: streams (%d) and resets (%d) must be positive"
                .formatted(streams, resetsPerWindow));
      }
    }
  }

  /// Files that connections must leave to the rest of the process: stores, logs, outgoing sockets.
  private static final int FILES_KEPT_FREE = 512;

  /// How many connections over the limit get a 503 at once; more are closed without an answer.
  private static final int TURNED_AWAY_AT_ONCE = 1_000;

  private static final int FEWEST_HANDSHAKES = 16;

  /// As many as begin within a handshake's time: more would time out before their turn.
  private static final int MOST_HANDSHAKES = 10_000;

  public HttpLimits {
    if (body < 0 || spooled < 0) {
      throw new IllegalArgumentException(
          "limits: body (%d) and spooled bodies (%d) must not be negative"
              .formatted(body, spooled));
    }
  }

  public static HttpLimits defaults() {
    return new HttpLimits(
        new Head(/* line= */ 8 * 1024, /* fields= */ 16 * 1024, /* count= */ 100),
        /* body= */ 1024 * 1024,
        /* spooled= */ 1024L * 1024 * 1024,
        new Times(
            /* handshake= */ Duration.ofSeconds(10),
            /* head= */ Duration.ofSeconds(10),
            /* body= */ Duration.ofSeconds(30),
            /* idle= */ Duration.ofSeconds(75),
            /* stall= */ Duration.ofSeconds(30)),
        new Connections(
            /* atOnce= */ 0,
            /* perAddress= */ 10_000,
            /* handshakesPerSecond= */ 1_000,
            /* handshakesPerAddress= */ 100,
            /* streams= */ 256,
            /* resetsPerWindow= */ 200));
  }

  /// @param line bytes of method, target and version
  /// @param fields bytes of all header fields
  /// @param count of header fields
  public HttpLimits withHead(final int line, final int fields, final int count) {
    return new HttpLimits(new Head(line, fields, count), body, spooled, times, connections);
  }

  public HttpLimits withBody(final int bytes) {
    return new HttpLimits(head, bytes, spooled, times, connections);
  }

  public HttpLimits withSpooled(final long bytes) {
    return new HttpLimits(head, body, bytes, times, connections);
  }

  public HttpLimits withConnections(final int inTotal, final int perAddress) {
    final var now = connections;
    return with(
        new Connections(
            inTotal,
            perAddress,
            now.handshakesPerSecond,
            now.handshakesPerAddress,
            now.streams,
            now.resetsPerWindow));
  }

  public HttpLimits withStreams(final int atOnce, final int resetsPerWindow) {
    final var now = connections;
    return with(
        new Connections(
            now.atOnce,
            now.perAddress,
            now.handshakesPerSecond,
            now.handshakesPerAddress,
            atOnce,
            resetsPerWindow));
  }

  public HttpLimits withHandshakes(final Duration atMost, final int perSecond) {
    final var now = connections;
    final var longer = new Times(atMost, times.head, times.body, times.idle, times.stall);
    return new HttpLimits(head, body, spooled, longer, connections)
        .with(
            new Connections(
                now.atOnce,
                now.perAddress,
                perSecond,
                now.handshakesPerAddress,
                now.streams,
                now.resetsPerWindow));
  }

  public HttpLimits withHandshakesPerAddress(final int unfinished) {
    final var now = connections;
    return with(
        new Connections(
            now.atOnce,
            now.perAddress,
            now.handshakesPerSecond,
            unfinished,
            now.streams,
            now.resetsPerWindow));
  }

  private HttpLimits with(final Connections others) {
    return new HttpLimits(head, body, spooled, times, others);
  }

  /// Places of a listener that shares none with others.
  ConnectionPlaces ownPlaces() {
    return new ConnectionPlaces(connectionsMeant(), connections.perAddress, TURNED_AWAY_AT_ONCE);
  }

  /// How many handshakes may be unfinished, of so many connections: a quarter.
  int handshakesAtOnce(final int places) {
    return Math.clamp(places / 4, FEWEST_HANDSHAKES, MOST_HANDSHAKES);
  }

  /// How many of them one address may have: never more than a quarter, however few there may be.
  int handshakesOfOneAddress(final int places) {
    return Math.min(connections.handshakesPerAddress, handshakesAtOnce(places) / 4);
  }

  /// How many handshakes one loop of so many begins per tick; 0 for no limit.
  int handshakesPerTick(final int loops) {
    final var perSecond = connections.handshakesPerSecond;
    return perSecond == 0
        ? 0
        : (int) Math.max(1, perSecond * EventLoops.TICK_MILLIS / loops / 1000);
  }

  /// The number of connections meant, with 0 replaced by what the process may open.
  private int connectionsMeant() {
    if (connections.atOnce > 0) {
      return connections.atOnce;
    }
    final var files =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : 10_000L;
    return (int) Math.max(100, Math.min(1_000_000, files - FILES_KEPT_FREE));
  }
}
