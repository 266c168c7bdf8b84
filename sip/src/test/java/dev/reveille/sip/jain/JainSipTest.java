package dev.reveille.sip.jain;

import static dev.reveille.sip.jain.JainPeer.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipUri;
import dev.reveille.sip.transaction.TransactionEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import javax.sip.ServerTransaction;
import javax.sip.TransactionState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every state of our transactions with JAIN-SIP on the other side, over TCP, and over UDP where
/// the message is lost that leads into the state.
class JainSipTest {
  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static JainPeer jain(
      final String transport, final BiConsumer<JainPeer, ServerTransaction> answers)
      throws Exception {
    return new JainPeer(transport, freePort(), answers);
  }

  private static OurSide ours(final String transport, final JainPeer jain) throws Exception {
    return transport.equals("tcp") ? new OverTcp(jain.port()) : new OverUdp(jain.port());
  }

  private static SipRequest request(final String method, final JainPeer jain) {
    return request(method, jain, "");
  }

  private static SipRequest request(final String method, final JainPeer jain, final String toTag) {
    final var to = NameAddress.of(SipUri.of("jain", "jain.example"));
    return SipRequest.builder(method, "sip:jain@127.0.0.1:" + jain.port())
        .add(SipName.MAX_FORWARDS, "70")
        .from(NameAddress.of(SipUri.of("ours", "ours.example")).withParameter("tag", "o1"))
        .to(toTag.isEmpty() ? to : to.withParameter("tag", toTag))
        .callId("call-" + jain.port())
        .cseq(1)
        .add(SipName.CONTACT, "<sip:ours@127.0.0.1>")
        .build();
  }

  private static BiConsumer<JainPeer, ServerTransaction> says(final Integer... statuses) {
    return (jain, transaction) -> {
      for (final var status : statuses) {
        jain.answer(transaction, status);
      }
    };
  }

  private static List<Integer> heard(final OurSide ours, final int count)
      throws InterruptedException {
    final var all = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      all.add(next(ours.responses).status());
    }
    return all;
  }

  // --- requests of ours -----------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void a_message_is_sent_again_until_it_is_answered(final String transport) throws Exception {
    try (var jain = jain(transport, says(202));
        var ours = ours(transport, jain)) {
      ours.lose(true, line -> line.startsWith("MESSAGE"));
      ours.send(request("MESSAGE", jain));
      assertEquals(List.of(202), heard(ours, 1));
      assertEquals("MESSAGE", next(jain.requests));
      assertTrue(jain.requests.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void a_message_may_have_a_provisional_answer(final String transport) throws Exception {
    try (var jain = jain(transport, says(100, 200));
        var ours = ours(transport, jain)) {
      ours.send(request("OPTIONS", jain));
      assertEquals(List.of(100, 200), heard(ours, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp"})
  void a_lost_answer_is_sent_again_for_the_repeated_message(final String transport)
      throws Exception {
    try (var jain = jain(transport, says(202));
        var ours = ours(transport, jain)) {
      ours.lose(false, line -> line.startsWith("202"));
      ours.send(request("MESSAGE", jain));
      assertEquals(List.of(202), heard(ours, 1));
      assertEquals("MESSAGE", next(jain.requests));
      assertTrue(jain.requests.isEmpty(), "the repeat reached the user of the other stack");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp"})
  void a_message_that_is_never_answered_ends(final String transport) throws Exception {
    try (var jain = jain(transport, says());
        var ours = ours(transport, jain)) {
      ours.send(request("MESSAGE", jain));
      assertEquals(TransactionEnd.NO_RESPONSE, next(ours.ends));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void an_invite_rings_and_is_accepted(final String transport) throws Exception {
    try (var jain = jain(transport, says(180, 200));
        var ours = ours(transport, jain)) {
      ours.lose(true, line -> line.startsWith("INVITE"));
      ours.send(request("INVITE", jain));
      assertEquals(List.of(180, 200), heard(ours, 2));
      assertEquals("INVITE", next(jain.requests));
      ours.acknowledge(request("ACK", jain, "jain"));
      assertEquals("ACK", next(jain.requests));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void a_refusal_is_acknowledged_again_when_it_comes_again(final String transport)
      throws Exception {
    try (var jain = jain(transport, says(486));
        var ours = ours(transport, jain)) {
      ours.lose(true, line -> line.startsWith("ACK"));
      ours.send(request("INVITE", jain));
      assertEquals(List.of(486), heard(ours, 1));
      Until.holds(
          () -> jain.served.getFirst().getState() != TransactionState.COMPLETED,
          "JAIN-SIP got the ACK");
      assertTrue(jain.timeouts.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void an_invite_that_rings_is_cancelled(final String transport) throws Exception {
    final BiConsumer<JainPeer, ServerTransaction> answers =
        (jain, transaction) -> {
          if (transaction.getRequest().getMethod().equals("CANCEL")) {
            jain.answer(transaction, 200);
            jain.answer(jain.served.getFirst(), 487);
          } else {
            jain.answer(transaction, 180);
          }
        };
    try (var jain = jain(transport, answers);
        var ours = ours(transport, jain)) {
      ours.send(request("INVITE", jain));
      ours.cancel(next(ours.begun));
      assertEquals(List.of(180, 487), heard(ours, 2));
      assertEquals("INVITE", next(jain.requests));
      assertEquals("CANCEL", next(jain.requests));
    }
  }

  // --- requests of theirs ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void their_message_gets_its_answer_again_when_it_comes_again(final String transport)
      throws Exception {
    try (var jain = jain(transport, says());
        var ours = ours(transport, jain)) {
      ours.lose(true, line -> line.startsWith("202"));
      jain.send("MESSAGE", ours.port());
      ours.answer(next(ours.requests), 202);
      assertEquals(202, next(jain.responses));
      assertTrue(ours.requests.isEmpty(), "the repeat reached our user");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void their_invite_gets_trying_rings_and_is_accepted(final String transport) throws Exception {
    try (var jain = jain(transport, says());
        var ours = ours(transport, jain)) {
      final var invite = jain.send("INVITE", ours.port());
      final var transaction = next(ours.requests);
      assertEquals(100, next(jain.responses));
      ours.answer(transaction, 180);
      assertEquals(180, next(jain.responses));
      ours.answer(transaction, 200);
      assertEquals(200, next(jain.responses));
      jain.acknowledge(invite);
      assertEquals(SipMethod.ACK, next(ours.acks).method());
      assertTrue(ours.ends.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void our_refusal_is_sent_again_until_their_ack_comes(final String transport) throws Exception {
    try (var jain = jain(transport, says());
        var ours = ours(transport, jain)) {
      ours.lose(false, line -> line.startsWith("ACK"));
      jain.send("INVITE", ours.port());
      final var transaction = next(ours.requests);
      ours.answer(transaction, 486);
      assertEquals(486, jainFinal(jain));
      Until.holds(
          () ->
              transaction.state()
                  == dev.reveille.sip.transaction.ServerTransaction.State.TERMINATED,
          "the ACK came");
      assertTrue(ours.ends.isEmpty());
      assertTrue(ours.acks.isEmpty());
    }
  }

  private static int jainFinal(final JainPeer jain) throws InterruptedException {
    int status = next(jain.responses);
    while (status < 200) {
      status = next(jain.responses);
    }
    return status;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void their_cancel_is_answered_and_told(final String transport) throws Exception {
    try (var jain = jain(transport, says());
        var ours = ours(transport, jain)) {
      final var invite = jain.send("INVITE", ours.port());
      final var transaction = next(ours.requests);
      ours.answer(transaction, 180);
      assertEquals(180, next(jain.responses));
      jain.cancel(invite);
      assertEquals(transaction, next(ours.cancels));
      assertEquals(200, next(jain.responses));
      ours.answer(transaction, 487);
      assertEquals(487, next(jain.responses));
    }
  }
}
