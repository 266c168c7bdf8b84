package dev.reveille.sip.transport;

import static dev.reveille.sip.transport.Recorder.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.message.Samples;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transaction.ClientTransaction;
import dev.reveille.sip.transaction.TransactionEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests, answers, pings and the end of connections over TCP on loopback.
class TcpConnectionTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @AutoClose private final TestLoops loops = new TestLoops(/* isEpoll= */ true);
  private final Recorder server = new Recorder();
  private final Recorder client = new Recorder();

  private SipListener listen(final TransportSettings settings) throws IOException {
    return loops.transport(settings).listen(TestLoops.anyPort(), server);
  }

  private SipConnection open(final InetSocketAddress to, final TransportSettings settings)
      throws InterruptedException {
    loops.transport(settings).open(SipTarget.plain(to), client, client);
    return next(client.connections);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requests_go_both_ways_over_one_connection(final boolean isEpoll) throws Exception {
    try (var other = new TestLoops(isEpoll)) {
      final var transport = other.transport(TestLoops.patient());
      final var listener = transport.listen(TestLoops.anyPort(), server);
      transport.open(SipTarget.plain(listener.address()), client, client);
      final var outgoing = next(client.connections);
      for (int i = 0; i < 100; i++) {
        outgoing.request(Samples.request("MESSAGE", "out" + i), client);
      }
      for (int i = 0; i < 100; i++) {
        final var answer = next(client.responses);
        assertEquals(202, answer.status());
        assertEquals("out" + i, answer.callId());
        assertTrue(answer.to().tag().isPresent());
      }
      final var incoming = next(server.connections);
      assertTrue(incoming.isAccepted());
      assertTrue(incoming.isReuseOffered());
      incoming.request(Samples.request("MESSAGE", "back"), server);
      assertEquals("back", next(server.responses).callId());
      assertEquals(1, listener.connections());
      final var hop = next(server.requests).request().topVia().orElseThrow();
      assertEquals("here.example:5061", hop.sentBy());
      assertEquals("127.0.0.1", hop.received().orElse(""));
      listener.close(Duration.ofSeconds(5));
      assertEquals(CloseReason.PEER_CLOSED, next(client.closings).why());
      assertEquals(CloseReason.SHUT_DOWN, next(server.closings).why());
    }
  }

  @Test
  void a_request_in_pieces_is_answered_and_its_hop_told() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      final var request = RawPeer.request("MESSAGE", "a");
      for (int i = 0; i < request.length(); i += 50) {
        peer.send(request.substring(i, Math.min(request.length(), i + 50)));
      }
      final var answer = peer.readMessage();
      assertTrue(answer.startsWith("SIP/2.0 202 Accepted\r\n"), answer);
      assertTrue(answer.contains(";branch=z9hG4bKa;received=127.0.0.1\r\n"), answer);
    }
  }

  @Test
  void an_answer_may_come_from_another_thread_and_much_later() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      peer.send(RawPeer.request("OPTIONS", "a"));
      final var connection = next(server.connections);
      final var transaction = next(server.requests);
      CompletableFuture.runAsync(() ->
              connection.respond(transaction, SipResponse.to(transaction.request(), 200).build()))
          .get();
      assertTrue(peer.readMessage().startsWith("SIP/2.0 200 OK"));
    }
  }

  @Test
  void an_invite_that_waits_gets_trying() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      peer.send(RawPeer.request("INVITE", "a"));
      assertTrue(peer.readMessage().startsWith("SIP/2.0 100 Trying"));
      peer.send(RawPeer.request("CANCEL", "a"));
      assertTrue(peer.readMessage().startsWith("SIP/2.0 200 OK"));
    }
  }

  @Test
  void pings_are_answered_before_and_after_messages() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      assertEquals("\r\n", peer.send("\n\n").readUntil("\n"));
      peer.send(RawPeer.request("MESSAGE", "a") + "\n\n");
      assertTrue(peer.readMessage().startsWith("SIP/2.0 202"));
      assertEquals("\r\n", peer.readUntil("\n"));
    }
  }

  @Test
  void a_stream_that_lost_its_place_gets_the_answer_and_then_the_end() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      final var bad = RawPeer.request("MESSAGE", "a").replace("Length: 0", "Length: -5");
      // what follows is under way when the answer goes out; a reset would destroy it
      peer.send(bad + RawPeer.request("MESSAGE", "b").repeat(200));
      final var all = peer.readToEnd();
      assertTrue(all.startsWith("SIP/2.0 400 "), all);
      assertEquals(all.indexOf("SIP/2.0 "), all.lastIndexOf("SIP/2.0 4"), all);
    }
    assertEquals(
        new Recorder.Closed(CloseReason.MALFORMED, "BAD_CONTENT_LENGTH"), next(server.closings));
    assertTrue(server.requests.isEmpty());
  }

  @Test
  void what_is_not_sip_is_closed_without_a_word() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      assertEquals("", peer.send("GET / HTTP/1.1\nHost: a\n\n").readToEnd());
    }
    assertEquals(new Recorder.Closed(CloseReason.MALFORMED, "NOT_SIP"), next(server.closings));
  }

  @Test
  void beyond_its_transactions_a_peer_is_told_to_come_again() throws Exception {
    final var listener = listen(TestLoops.settings(2, TestLoops.patientTimes()));
    try (var peer = RawPeer.connect(listener.address())) {
      peer.send(RawPeer.request("OPTIONS", "a") + RawPeer.request("OPTIONS", "b"));
      final var answer = peer.send(RawPeer.request("OPTIONS", "c")).readMessage();
      assertTrue(answer.startsWith("SIP/2.0 503 "), answer);
      assertTrue(answer.contains("\r\nRetry-After: 1\r\n"), answer);
      assertTrue(answer.contains("\r\nCall-ID: c\r\n"), answer);
    }
  }

  @Test
  void closing_waits_for_the_open_answer_and_takes_nothing_new() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var peer = RawPeer.connect(listener.address())) {
      peer.send(RawPeer.request("OPTIONS", "a"));
      final var transaction = next(server.requests);
      final var connection = next(server.connections);
      final var closing = CompletableFuture.runAsync(() -> listener.close(Duration.ofSeconds(10)));
      // tells that the drain has begun: the first refused request
      String answer = "202";
      for (int i = 0; answer.contains("202"); i++) {
        answer = peer.send(RawPeer.request("MESSAGE", "b" + i)).readMessage();
      }
      assertTrue(answer.startsWith("SIP/2.0 503 "), answer);
      assertFalse(closing.isDone());
      connection.respond(transaction, SipResponse.to(transaction.request(), 200).build());
      assertTrue(peer.readToEnd().startsWith("SIP/2.0 200 OK"));
      closing.get();
    }
    assertEquals(CloseReason.SHUT_DOWN, next(server.closings).why());
    assertEquals(0, listener.connections());
  }

  @Test
  void a_fault_of_a_handler_ends_its_connection_and_no_other() throws Exception {
    final var listener = listen(TestLoops.patient());
    try (var one = RawPeer.connect(listener.address());
        var other = RawPeer.connect(listener.address())) {
      assertEquals("", one.send(RawPeer.request("FAIL", "a")).readToEnd());
      assertEquals(CloseReason.FAULT, next(server.closings).why());
      other.send(RawPeer.request("MESSAGE", "b"));
      assertTrue(other.readMessage().startsWith("SIP/2.0 202"));
    }
  }

  /// The tick of the event loop and the other connections on it go on.
  @Test
  void a_fault_of_a_listener_ends_its_connection_and_no_other() throws Exception {
    final var listener = listen(TestLoops.patient());
    final var outgoing = open(listener.address(), TestLoops.patient());
    final var other = open(listener.address(), TestLoops.patient());
    outgoing.request(
        Samples.request("OPTIONS", "a"),
        new Recorder() {
          @Override
          public void begun(final ClientTransaction transaction) {
            throw new IllegalStateException("on purpose");
          }
        });
    assertEquals(CloseReason.FAULT, next(client.closings).why());
    other.request(Samples.request("MESSAGE", "b"), client);
    assertEquals(202, next(client.responses).status());
  }

  @Test
  void after_the_event_loops_ended_nothing_is_sent_and_nothing_thrown() throws Exception {
    final var listener = listen(TestLoops.patient());
    final var outgoing = open(listener.address(), TestLoops.patient());
    outgoing.request(Samples.request("OPTIONS", "a"), client);
    final var transaction = next(server.requests);
    final var incoming = next(server.connections);
    loops.close();
    assertEquals(TransactionEnd.NO_CONNECTION, next(client.ends));
    outgoing.request(Samples.request("OPTIONS", "b"), client);
    assertEquals(TransactionEnd.NOT_CONNECTED, next(client.ends));
    incoming.respond(transaction, SipResponse.to(transaction.request(), 200).build());
    incoming.close();
  }

  @Test
  void requests_under_way_are_told_when_the_peer_goes() throws Exception {
    final var listener = listen(TestLoops.patient());
    final var outgoing = open(listener.address(), TestLoops.patient());
    outgoing.request(Samples.request("OPTIONS", "a"), client);
    next(server.requests);
    next(server.connections).close();
    assertEquals(TransactionEnd.NO_CONNECTION, next(client.ends));
    assertEquals(CloseReason.PEER_CLOSED, next(client.closings).why());
    outgoing.request(Samples.request("OPTIONS", "b"), client);
    assertEquals(TransactionEnd.NOT_CONNECTED, next(client.ends));
    assertFalse(outgoing.isOpen());
  }

  @Test
  void where_no_port_is_open_it_is_unreachable() throws Exception {
    final int port;
    try (var closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    final var to = new InetSocketAddress("127.0.0.1", port);
    loops.transport(TestLoops.patient()).open(SipTarget.plain(to), client, client);
    final var failure = assertInstanceOf(OpenFailure.Unreachable.class, next(client.failures));
    assertFalse(failure.isTimeout());
  }

  @Test
  void a_peer_that_answers_pings_stays_and_one_that_does_not_goes() throws Exception {
    final var often =
        new TransportSettings.Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            SHORT,
            SHORT,
            Duration.ofSeconds(10),
            SHORT);
    try (var port = new ServerSocket(0, 5, TestLoops.anyPort().getAddress())) {
      final var to = new InetSocketAddress("127.0.0.1", port.getLocalPort());
      open(to, TestLoops.settings(10, often));
      try (var peer = port.accept()) {
        final var ping = new byte[4];
        for (int i = 0; i < 3; i++) {
          assertEquals(4, peer.getInputStream().readNBytes(ping, 0, 4));
          assertEquals("\r\n\r\n", new String(ping, StandardCharsets.US_ASCII));
          peer.getOutputStream().write(new byte[] {'\r', '\n'});
        }
        assertTrue(client.closings.isEmpty());
        assertEquals(CloseReason.NO_PONG, next(client.closings).why());
      }
    }
  }
}
