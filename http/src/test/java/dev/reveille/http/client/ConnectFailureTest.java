package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Each reason for which there is no connection, made for real, is told as exactly that.
final class ConnectFailureTest {
  private static final PoolSettings QUICK =
      PoolSettings.DEFAULT
          .withRetry(Duration.ofMillis(20), Duration.ofMillis(200))
          .withConnectPatience(Duration.ofMillis(200))
          .withQueuePatience(Duration.ofMillis(600));

  /// For peers that answer: however slow the machine is, the first failure is the one to be told.
  private static final PoolSettings AT_ONCE =
      QUICK
          .onDemand()
          .withConnectPatience(Duration.ofSeconds(8))
          .withQueuePatience(Duration.ofSeconds(9));

  private static EventLoopGroup loops;
  private final LoopbackCertificates good = LoopbackCertificates.make();
  private final List<ClientPool> pools = new ArrayList<>();

  @BeforeAll
  static void startLoops() {
    loops = ClientEventLoops.start(1, "failure-test");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    pools.forEach(pool -> pool.close(Duration.ofMillis(100)));
  }

  private NoConnection ask(
      final String host,
      final int port,
      final LoopbackCertificates trusted,
      final PoolSettings settings)
      throws InterruptedException {
    final var target = ClientTarget.of(host, port, List.of(trusted.authority()));
    final var pool = new ClientPool("test", loops, target, settings, PoolListener.NONE);
    pools.add(pool);
    final var probe = Probe.of("vain");
    pool.send(List.of(probe));
    assertEquals(NotSent.NO_CONNECTION, probe.result());
    final var told = probe.told();
    assertEquals(host + ":" + port, told.peer());
    return told;
  }

  private void assertFailure(
      final ConnectFailure expected,
      final String host,
      final int port,
      final LoopbackCertificates trusted)
      throws InterruptedException {
    final boolean silent = expected == ConnectFailure.TIMED_OUT;
    final var told = ask(host, port, trusted, silent ? QUICK : AT_ONCE);
    assertEquals(Optional.of(expected), told.failure(), told.words());
  }

  @Test
  void a_name_that_no_server_knows() throws Exception {
    try (var server = new NameServer(NameServer.Says.NO_SUCH_NAME)) {
      final var told = ask("push.service.test", 443, good, QUICK.withNameServers(server.alone()));
      assertEquals(Optional.of(ConnectFailure.NAME_UNKNOWN), told.failure(), told.words());
      assertTrue(server.questions() > 0);
    }
  }

  @Test
  void a_name_server_that_does_not_answer() throws Exception {
    try (var server = new NameServer(NameServer.Says.NOTHING)) {
      final var told = ask("push.service.test", 443, good, QUICK.withNameServers(server.alone()));
      assertEquals(Optional.of(ConnectFailure.NAME_SERVER_SILENT), told.failure(), told.words());
      assertTrue(server.questions() > 0);
    }
  }

  @Test
  void a_name_server_that_does_not_answer_until_the_resolver_gives_up() throws Exception {
    try (var server = new NameServer(NameServer.Says.NOTHING)) {
      final var failure = NameLookup.check(loops, server.alone(), "push.service.test");
      assertEquals(
          Optional.of(ConnectFailure.NAME_SERVER_SILENT),
          ConnectFailure.of(failure.orElseThrow()),
          failure.toString());
    }
  }

  @Test
  void a_name_server_that_has_no_answer_because_it_fails() throws Exception {
    try (var server = new NameServer(NameServer.Says.SERVER_FAILURE)) {
      final var failure = NameLookup.check(loops, server.alone(), "push.service.test");
      assertEquals(
          Optional.of(ConnectFailure.NAME_SERVER_SILENT),
          ConnectFailure.of(failure.orElseThrow()),
          failure.toString());
    }
  }

  @Test
  void a_name_in_the_file_of_hosts_needs_no_name_server() throws Exception {
    try (var server = new NameServer(NameServer.Says.NO_SUCH_NAME)) {
      assertEquals(Optional.empty(), NameLookup.check(loops, server.alone(), "localhost"));
      assertEquals(0, server.questions());
    }
  }

  @Test
  void a_port_where_nothing_listens() throws Exception {
    final int port = UnreachablePeer.closedPort();
    assertFailure(ConnectFailure.REFUSED, "127.0.0.1", port, good);
  }

  @Test
  void a_port_whose_system_answers_no_connection() throws Exception {
    try (var peer = UnreachablePeer.full()) {
      assertFailure(ConnectFailure.TIMED_OUT, "127.0.0.1", peer.number(), good);
    }
  }

  @Test
  void a_peer_that_takes_the_connection_and_says_nothing() throws Exception {
    try (var peer = UnreachablePeer.deaf()) {
      assertFailure(ConnectFailure.TIMED_OUT, "127.0.0.1", peer.number(), good);
    }
  }

  @Test
  void a_peer_that_is_still_waited_for_when_the_request_gives_up() throws Exception {
    try (var peer = UnreachablePeer.deaf()) {
      final var patient = QUICK.withConnectPatience(Duration.ofSeconds(30));
      final var told = ask("127.0.0.1", peer.number(), good, patient);
      assertEquals(Optional.of(ConnectFailure.TIMED_OUT), told.failure());
    }
  }

  @Test
  void an_address_to_which_there_is_no_way() throws Exception {
    // TCP to a multicast address: the system refuses before anything leaves
    assertFailure(ConnectFailure.NO_ROUTE, "224.0.0.1", 443, good);
  }

  @Test
  void an_answer_in_plain_http() throws Exception {
    try (var peer = UnreachablePeer.plainHttp()) {
      assertFailure(ConnectFailure.NOT_TLS, "127.0.0.1", peer.number(), good);
    }
  }

  @Test
  void a_certificate_of_an_authority_that_is_not_trusted() throws Exception {
    try (var peer = UnreachablePeer.tls(LoopbackCertificates.make())) {
      assertFailure(ConnectFailure.UNTRUSTED, "127.0.0.1", peer.number(), good);
    }
  }

  @Test
  void a_certificate_whose_time_is_over() throws Exception {
    final var expired = LoopbackCertificates.expired();
    try (var peer = UnreachablePeer.tls(expired)) {
      assertFailure(ConnectFailure.EXPIRED, "127.0.0.1", peer.number(), expired);
    }
  }

  @Test
  void a_certificate_for_another_host() throws Exception {
    final var other = LoopbackCertificates.forHost("elsewhere.example");
    try (var peer = UnreachablePeer.tls(other)) {
      assertFailure(ConnectFailure.OTHER_NAME, "localhost", peer.number(), other);
      assertFailure(ConnectFailure.OTHER_NAME, "127.0.0.1", peer.number(), other);
    }
  }

  @Test
  void a_peer_that_speaks_only_http_1() throws Exception {
    try (var peer = UnreachablePeer.tls(good)) {
      assertFailure(ConnectFailure.NO_HTTP2, "127.0.0.1", peer.number(), good);
    }
  }

  @Test
  void a_peer_that_says_that_it_speaks_only_http_1() throws Exception {
    try (var peer = UnreachablePeer.tlsOfHttp1(good)) {
      assertFailure(ConnectFailure.NO_HTTP2, "127.0.0.1", peer.number(), good);
    }
  }
}
