package dev.reveille.server;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// The table of everything that peers can make this process hold: each bound, computed in one place
/// from the largest heap, the memory outside it and the file limit.
///
/// The rows stand in `docs/operations/limits.md`; a test compares that page with them and adds them
/// up. The parts of the server take plain numbers and know nothing of this table.
///
/// @param heap the largest heap, in bytes
/// @param direct the most memory outside the heap for sockets, in bytes
/// @param files descriptors that the process may open
record Budgets(long heap, long direct, long files) {
  private static final long MIB = 1 << 20;
  private static final String NETTY_DIRECT_MEMORY = "io.netty.maxDirectMemory";

  /// Heap that one held connection is counted with: our objects and those of its TLS session.
  static final int CONNECTION = 8 * 1024;

  /// Heap that a recipient of a ringing call is counted with.
  static final int RECIPIENT = 64;

  /// Requests of the API that may wait for the store at once.
  static final int REQUESTS = 1_024;

  /// Heap that one of them is counted with: its thread, and a body too small for a share of bodies.
  static final int REQUEST = 16 * 1024;

  /// Descriptors that connections leave to stores, push services, metrics and logs.
  static final int FILES_KEPT_FREE = 512;

  /// Of these, the places of the metrics' listener, which answers when all others are taken.
  static final int CONNECTIONS_OF_METRICS = 64;

  /// And those of connections that stay for a moment to get the refusal.
  static final int CONNECTIONS_TURNED_AWAY = 64;

  /// With fewer connections than this because of the file limit, the log says how to have more.
  private static final int FEW_CONNECTIONS = 4_096;

  /// The largest body that one request may have, unless it is spooled to disk.
  static final long LARGEST_BODY = 4 * MIB;

  /// The largest page of a list.
  static final long LARGEST_PAGE = MIB / 2;

  /// One row of the table.
  ///
  /// @param what is bounded, as the metrics name it
  /// @param share of the heap, in words
  /// @param bytes of heap at the most
  /// @param within the bounds for one address, one organisation, one key or installation, in words
  /// @param beyond what a peer is told beyond the bound
  record Row(String what, String share, long bytes, String within, String beyond) {}

  static Budgets ofThisProcess() {
    return new Budgets(Runtime.getRuntime().maxMemory(), directMemory(), mayOpen());
  }

  /// What sockets may use outside the heap: a quarter of the heap, at least 64 MiB.
  static long directMemory() {
    return Math.max(64 * MIB, Runtime.getRuntime().maxMemory() / 4);
  }

  /// Lets Netty refuse a buffer at once when sockets hold that much, before Netty is loaded: left
  /// to the JVM, an event loop would sleep for a second per buffer and collect the heap each time.
  static void limitDirectMemory() {
    if (System.getProperty(NETTY_DIRECT_MEMORY) == null) {
      System.setProperty(NETTY_DIRECT_MEMORY, String.valueOf(directMemory()));
    }
  }

  private static long mayOpen() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : 10_000L;
  }

  /// Bytes of request bodies that are not complete, over all connections.
  long bodies() {
    return heap / 16;
  }

  /// The same of peers that have shown no valid key or token.
  long bodiesOfStrangers() {
    return heap / 64;
  }

  /// The same of one key or installation: one largest body is always possible.
  long bodiesOfOne() {
    return Math.max(bodies() / 8, LARGEST_BODY);
  }

  /// Bytes of answers that wait for their peers to read, over all connections.
  long answers() {
    return heap / 16;
  }

  /// The same of one key or installation: two largest pages are always possible.
  long answersOfOne() {
    return Math.max(heap / 16 / 64, 2 * LARGEST_PAGE);
  }

  /// Recipients of calls that ring or ended a moment ago.
  long ringingRecipients() {
    return heap / 8 / RECIPIENT;
  }

  /// The same of calls that were handed in with one key: enough for a switchboard on a small heap,
  /// too.
  long ringingRecipientsOfOne() {
    return Math.max(ringingRecipients() / 64, Math.min(50_000, ringingRecipients() / 8));
  }

  /// Bytes of events let in and not yet dispatched, and of deliveries under way.
  long inFlight() {
    return heap / 8;
  }

  /// Bytes of requests that wait for the store.
  long requests() {
    return (long) REQUESTS * REQUEST;
  }

  /// Bytes of what is remembered only to be quick.
  long caches() {
    return Math.max(0, heap / 4 - requests());
  }

  /// Connections over all listeners.
  int connections() {
    return (int) Math.max(100, Math.min(files - FILES_KEPT_FREE, heap / 8 / CONNECTION));
  }

  /// Connections of one address, unless the configuration says otherwise.
  int connectionsPerAddress() {
    return Math.max(25, connections() / 4);
  }

  /// What to do about a file limit that allows few connections; "" when it allows enough.
  String warningOfFiles() {
    return files - FILES_KEPT_FREE >= FEW_CONNECTIONS
        ? ""
        : ("the file limit of %,d allows %,d connections, %,d of one address; raise it where the"
                + " server is started: ulimit -n 65536, or LimitNOFILE=65536 in its systemd unit")
            .formatted(files, connections(), connectionsPerAddress());
  }

  /// The table.
  List<Row> rows() {
    final var rows = new ArrayList<Row>();
    rows.add(
        new Row(
            "bodies",
            "1/16",
            bodies(),
            "all strangers together a quarter; an address a quarter; an organisation half while"
                + " another waits; a key or an installation an eighth, at least 4 MiB",
            "503 with Retry-After, and the connection ends"));
    rows.add(
        new Row(
            "answers",
            "1/16",
            answers(),
            "an address a quarter; an organisation half while another waits; a key or an"
                + " installation 1/64, at least 1 MiB",
            "503 with Retry-After"));
    rows.add(
        new Row(
            "ringing",
            "1/8",
            ringingRecipients() * RECIPIENT,
            "an organisation half while another waits; a key 1/64, at least 3 MiB or an eighth",
            "429 RV-120 with Retry-After"));
    rows.add(
        new Row(
            "in-flight",
            "1/8",
            inFlight(),
            "an organisation half while another waits",
            "429 RV-120 with Retry-After; deliveries that are less urgent wait on disk"));
    rows.add(
        new Row(
            "requests",
            "16 KiB for each of %,d".formatted(REQUESTS),
            requests(),
            "requests without a known key a quarter; of the rest an organisation three quarters"
                + " where there is another one, and half while another one asks",
            "503 with Retry-After"));
    rows.add(
        new Row(
            "caches",
            "1/4, less `requests`",
            caches(),
            "",
            "what was used longest ago is forgotten"));
    rows.add(
        new Row(
            "connections",
            "1/8",
            (long) connections() * CONNECTION,
            "an address a quarter, unless `limits.connections-per-address` says otherwise",
            "503 and the connection ends"));
    return rows;
  }
}
