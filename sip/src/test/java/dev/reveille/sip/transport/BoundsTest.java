package dev.reveille.sip.transport;

import static dev.reveille.sip.transport.Recorder.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.identity.TestAuthority;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.Samples;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transaction.TransactionEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Peers that are silent, slow, or do not read, beside a partner that notices nothing.
class BoundsTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration LONG = TestLoops.longTime();
  private static final int SILENT = 1_000;
  private static final byte[] BODY = new byte[60_000];

  private final TestLoops loops = new TestLoops(/* isEpoll= */ true);
  private final Recorder server = new Recorder();
  private final Recorder client = new Recorder();
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void end() throws IOException {
    for (final var socket : sockets) {
      socket.close();
    }
    loops.close();
  }

  private SipListener listen(final TransportSettings.Times times) throws IOException {
    return loops.transport(TestLoops.settings(100, times)).listen(TestLoops.anyPort(), server);
  }

  private Socket socket(final InetSocketAddress to) throws IOException {
    final var socket = new Socket(to.getAddress(), to.getPort());
    sockets.add(socket);
    return socket;
  }

  private void partnerIsAnswered(final InetSocketAddress to) throws Exception {
    try (var partner = RawPeer.connect(to)) {
      for (int i = 0; i < 20; i++) {
        final var answer = partner.send(RawPeer.request("MESSAGE", "p" + i)).readMessage();
        assertTrue(answer.startsWith("SIP/2.0 202"), answer);
      }
    }
  }

  private int closedFor(final CloseReason why, final int count) throws InterruptedException {
    int found = 0;
    for (int i = 0; i < count; i++) {
      found += next(server.closings).why() == why ? 1 : 0;
    }
    return found;
  }

  @Test
  void a_thousand_silent_connections_end_and_a_partner_is_answered_meanwhile() throws Exception {
    final var listener = listen(TestLoops.times(LONG, SHORT.multipliedBy(4), LONG, LONG, LONG));
    for (int i = 0; i < SILENT; i++) {
      socket(listener.address());
    }
    partnerIsAnswered(listener.address());
    assertEquals(SILENT, closedFor(CloseReason.SILENT, SILENT + 1));
    assertEquals(0, listener.connections());
    partnerIsAnswered(listener.address());
  }

  @Test
  void beyond_a_number_the_oldest_silent_connection_makes_room() throws Exception {
    final var listener = listen(TestLoops.patientTimes());
    for (int i = 0; i < 1_600; i++) {
      socket(listener.address());
    }
    partnerIsAnswered(listener.address());
    assertTrue(closedFor(CloseReason.CROWDED_OUT, 101) >= 100);
    assertTrue(sockets.getFirst().getInputStream().read() < 0, "the oldest one ended");
    assertTrue(listener.refused() >= 100);
  }

  @Test
  void a_handshake_that_is_begun_and_not_finished_ends() throws Exception {
    final var authority = TestAuthority.make("CN=Lab");
    final var own = authority.issue("CN=x", List.of("dns:push.example"));
    final var tls =
        SipTls.of(own.key(), own.chain(), SipTls.trusting(List.of(authority.certificate())));
    final var listener =
        loops
            .transport(
                TestLoops.settings(
                    100, TestLoops.times(SHORT.multipliedBy(2), LONG, LONG, LONG, LONG)))
            .listen(TestLoops.anyPort(), () -> tls, server);
    for (int i = 0; i < 200; i++) {
      // the first bytes of a TLS record, and no more
      socket(listener.address()).getOutputStream().write(new byte[] {22, 3, 1, 0, (byte) 200, 1});
    }
    loops
        .transport(TestLoops.patient())
        .open(
            SipTarget.secure(listener.address(), tls, "push.example", Set.of("push.example")),
            client,
            client);
    next(client.connections).request(Samples.request("MESSAGE", "c"), client);
    assertEquals(202, next(client.responses).status());
    assertEquals(200, closedFor(CloseReason.HANDSHAKE_TIMEOUT, 200));
  }

  @Test
  void a_message_that_is_begun_and_not_finished_ends() throws Exception {
    final var listener = listen(TestLoops.times(LONG, LONG, SHORT, LONG, LONG));
    try (var slow = RawPeer.connect(listener.address())) {
      slow.send(RawPeer.request("MESSAGE", "a").substring(0, 100));
      assertEquals("", slow.readToEnd());
    }
    assertEquals(CloseReason.SLOW_MESSAGE, next(server.closings).why());
  }

  @Test
  void a_connection_without_a_word_for_too_long_ends_unless_an_answer_is_owed() throws Exception {
    final var listener = listen(TestLoops.times(LONG, LONG, LONG, SHORT, LONG));
    try (var idle = RawPeer.connect(listener.address());
        var waiting = RawPeer.connect(listener.address())) {
      waiting.send(RawPeer.request("OPTIONS", "a"));
      idle.send(RawPeer.request("MESSAGE", "b"));
      idle.readToEnd();
      assertEquals(CloseReason.IDLE, next(server.closings).why());
      assertEquals(1, listener.connections());
    }
  }

  /// Requests come in and no answer is taken: we stop reading, hold no more than the bound, and
  /// then end the connection.
  @Test
  void a_peer_that_does_not_read_its_answers_is_read_no_more_and_then_ended() throws Exception {
    final var listener = listen(TestLoops.times(LONG, LONG, LONG, LONG, SHORT.multipliedBy(4)));
    final var socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4 * 1024);
    socket.connect(listener.address());
    int sent = 0;
    try {
      while (server.closings.isEmpty()) {
        final var request = RawPeer.request("MESSAGE", "a" + sent++).replace("\n", "\r\n");
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (SocketException _) {
      // the end came while we wrote
    }
    // after its time, and not because too much was written
    assertEquals(new Recorder.Closed(CloseReason.PEER_DOES_NOT_READ, ""), next(server.closings));
    partnerIsAnswered(listener.address());
  }

  @Test
  void no_request_is_begun_to_a_peer_that_does_not_read() throws Exception {
    try (var port = new ServerSocket()) {
      port.setReceiveBufferSize(4 * 1024);
      port.bind(TestLoops.anyPort());
      loops
          .transport(TestLoops.patient())
          .open(
              SipTarget.plain(new InetSocketAddress("127.0.0.1", port.getLocalPort())),
              client,
              client);
      final var connection = next(client.connections);
      sockets.add(port.accept());
      int sent = 0;
      while (client.ends.isEmpty()) {
        connection.request(large(sent++), client);
        assertTrue(sent < 100_000, "nothing is ever refused");
      }
      assertEquals(TransactionEnd.NO_ROOM, next(client.ends));
      assertTrue(connection.isOpen());
      assertTrue(client.closings.isEmpty());
    }
  }

  private static SipRequest large(final int number) {
    return SipRequest.builder("MESSAGE", "sip:push@push.example")
        .from(NameAddress.of(SipUri.of("", "contoso.example")))
        .to(NameAddress.of(SipUri.of("", "push.example")))
        .callId("c" + number)
        .cseq(1)
        .body("text/plain", BODY)
        .build();
  }
}
