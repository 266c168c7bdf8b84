package dev.reveille.http.server;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/// What one listener takes before it refuses. Every number has a default that serves.
///
/// @param requestLine bytes of method, target and version; more is 414
/// @param headerBytes bytes of all header fields; more is 431
/// @param headerCount number of header fields; more is 431
/// @param body bytes of a body unless the handler names another limit; more is 413
/// @param spooled bytes of large bodies on disk at once ([BodyRule.How#SPOOLED]); more is 503
/// @param headTime from the first byte of a request (and from the accept) to its complete head
/// @param bodyTime from the complete head to the complete body
/// @param idleTime how long a connection without a request is kept
/// @param stallTime how long a peer may leave what we wrote unread
/// @param connections open at once; more get 503; 0 means what the process's file limit allows
/// @param connectionsPerAddress the same from one address; 0 means no limit
/// @param handshakeTime from the accept to the end of the TLS handshake
/// @param handshakesPerSecond begun per second by all loops together; more wait their turn; 0 means
///   no limit; of several listeners on the same loops the strictest counts
/// @param streams HTTP/2 requests at once on one connection
/// @param resetsPerWindow HTTP/2 streams that a peer may reset in 30 s before it is sent away
public record HttpLimits(
    int requestLine,
    int headerBytes,
    int headerCount,
    int body,
    long spooled,
    Duration headTime,
    Duration bodyTime,
    Duration idleTime,
    Duration stallTime,
    int connections,
    int connectionsPerAddress,
    Duration handshakeTime,
    int handshakesPerSecond,
    int streams,
    int resetsPerWindow) {

  /// Header positions are kept as 16-bit numbers.
  private static final int LARGEST_HEAD = 65_535;

  /// Files that connections must leave to the rest of the process: stores, logs, outgoing sockets.
  private static final int FILES_KEPT_FREE = 512;

  public HttpLimits {
    if (requestLine < 64 || headerBytes < 64 || requestLine + headerBytes + 4 > LARGEST_HEAD) {
      throw new IllegalArgumentException(
          ("limits: request line (%d) and header bytes (%d) must each be 64 or more, "
                  + "together at most %d")
              .formatted(requestLine, headerBytes, LARGEST_HEAD - 4));
    }
    if (headerCount < 1 || body < 0 || spooled < 0 || streams < 1 || resetsPerWindow < 1) {
      throw new IllegalArgumentException(
          ("limits: header count (%d), streams (%d), resets (%d) must be positive, "
                  + "body (%d) and spooled bodies (%d) not negative")
              .formatted(headerCount, streams, resetsPerWindow, body, spooled));
    }
    if (connections < 0 || connectionsPerAddress < 0 || handshakesPerSecond < 0) {
      throw new IllegalArgumentException(
          ("limits: connections (%d), per address (%d), handshakes per second (%d) "
                  + "must not be negative")
              .formatted(connections, connectionsPerAddress, handshakesPerSecond));
    }
  }

  public static HttpLimits defaults() {
    return new HttpLimits(
        /* requestLine= */ 8 * 1024,
        /* headerBytes= */ 16 * 1024,
        /* headerCount= */ 100,
        /* body= */ 1024 * 1024,
        /* spooled= */ 1024L * 1024 * 1024,
        /* headTime= */ Duration.ofSeconds(10),
        /* bodyTime= */ Duration.ofSeconds(30),
        /* idleTime= */ Duration.ofSeconds(75),
        /* stallTime= */ Duration.ofSeconds(30),
        /* connections= */ 0,
        /* connectionsPerAddress= */ 10_000,
        /* handshakeTime= */ Duration.ofSeconds(10),
        /* handshakesPerSecond= */ 1_000,
        /* streams= */ 256,
        /* resetsPerWindow= */ 200);
  }

  /// @param line bytes of method, target and version
  /// @param fields bytes of all header fields
  /// @param count of header fields
  public HttpLimits withHead(int line, int fields, int count) {
    return new HttpLimits(
        line,
        fields,
        count,
        body,
        spooled,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        connections,
        connectionsPerAddress,
        handshakeTime,
        handshakesPerSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withBody(int bytes) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        bytes,
        spooled,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        connections,
        connectionsPerAddress,
        handshakeTime,
        handshakesPerSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withSpooled(long bytes) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        body,
        bytes,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        connections,
        connectionsPerAddress,
        handshakeTime,
        handshakesPerSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withConnections(int inTotal, int perAddress) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        body,
        spooled,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        inTotal,
        perAddress,
        handshakeTime,
        handshakesPerSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withHandshakes(Duration atMost, int perSecond) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        body,
        spooled,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        connections,
        connectionsPerAddress,
        atMost,
        perSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withTimes(Duration head, Duration body, Duration idle, Duration stall) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        this.body,
        spooled,
        head,
        body,
        idle,
        stall,
        connections,
        connectionsPerAddress,
        handshakeTime,
        handshakesPerSecond,
        streams,
        resetsPerWindow);
  }

  public HttpLimits withStreams(int atOnce, int resetsPerWindow) {
    return new HttpLimits(
        requestLine,
        headerBytes,
        headerCount,
        body,
        spooled,
        headTime,
        bodyTime,
        idleTime,
        stallTime,
        connections,
        connectionsPerAddress,
        handshakeTime,
        handshakesPerSecond,
        atOnce,
        resetsPerWindow);
  }

  /// The number of connections meant, with 0 replaced by what the process may open.
  int connectionsMeant() {
    if (connections > 0) {
      return connections;
    }
    var files =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : 10_000L;
    return (int) Math.max(100, Math.min(1_000_000, files - FILES_KEPT_FREE));
  }
}
