package dev.reveille.sip.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.message.Samples;
import dev.reveille.sip.message.SipMessage;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.Via;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which message belongs to which transaction, how many there may be, and what the answers carry.
class TransactionsTest {
  private final List<ServerTransaction> asked = new ArrayList<>();
  private final List<SipRequest> acknowledged = new ArrayList<>();
  private final List<SipMessage> written = new ArrayList<>();
  private final List<SipResponse> heard = new ArrayList<>();
  private final Set<TransactionEnd> ends = new HashSet<>();
  private final Transactions transactions =
      new Transactions(
          TransactionSettings.reliable(),
          new TransactionUser() {
            @Override
            public void request(final ServerTransaction transaction) {
              asked.add(transaction);
            }

            @Override
            public void cancelled(final ServerTransaction invite) {}

            @Override
            public void acknowledged(final SipRequest ack) {
              acknowledged.add(ack);
            }

            @Override
            public void ended(final ServerTransaction transaction, final TransactionEnd why) {
              ends.add(why);
            }
          },
          written::add,
          new RandomIds(new SecureRandom()));
  private final ClientListener listener =
      new ClientListener() {
        @Override
        public void response(final SipResponse response) {
          heard.add(response);
        }

        @Override
        public void ended(final TransactionEnd why) {
          ends.add(why);
        }
      };

  /// Section 17.2.3: branch, sent-by and method.
  @ParameterizedTest
  @CsvSource({
    "MESSAGE, edge.contoso.example, 0, z9hG4bKa, true",
    "MESSAGE, EDGE.contoso.example, 0, z9hG4bKa, true",
    "MESSAGE, edge.contoso.example, 5061, z9hG4bKa, false",
    "MESSAGE, other.contoso.example, 0, z9hG4bKa, false",
    "MESSAGE, edge.contoso.example, 0, z9hG4bKb, false",
    "OPTIONS, edge.contoso.example, 0, z9hG4bKa, false"
  })
  void a_repeat_has_branch_sent_by_and_method_of_the_first(
      final String method,
      final String host,
      final int port,
      final String branch,
      final boolean isRepeat) {
    transactions.receive(Samples.request("MESSAGE", "c", "z9hG4bKa"), 0);
    transactions.receive(
        Samples.request(method, "c").withTopVia(Via.of("TLS", host, port, branch)), 0);
    assertEquals(isRepeat ? 1 : 2, asked.size());
  }

  /// Peers of RFC 2543, whose branch says nothing.
  @Test
  void an_old_peers_request_is_known_by_its_other_fields() {
    transactions.receive(Samples.request("MESSAGE", "c1", "1"), 0);
    transactions.receive(Samples.request("MESSAGE", "c1", "1"), 0);
    transactions.receive(Samples.request("MESSAGE", "c2", "1"), 0);
    transactions.receive(Samples.request("MESSAGE", "c2", "z9hG4bK"), 0);
    assertEquals(3, asked.size());
  }

  @Test
  void an_old_peers_ack_finds_its_invite() {
    final var invite = Samples.request("INVITE", "c", "1");
    transactions.receive(invite, 0);
    final var answer = SipResponse.to(invite, 486).build();
    transactions.respond(asked.getFirst(), answer, 0);
    transactions.receive(invite.acknowledging(answer.withToTag(asked.getFirst().tag())), 0);
    assertEquals(0, transactions.size());
    assertEquals(List.of(), acknowledged);
  }

  /// Section 17.1.3: branch and the method of CSeq.
  @Test
  void a_response_has_the_branch_and_the_method_of_its_request() {
    final var request = Samples.request("MESSAGE", "c", "z9hG4bKa");
    assertTrue(transactions.send(request, listener, 0).isPresent());
    transactions.receive(
        SipResponse.to(Samples.request("MESSAGE", "c", "z9hG4bKb"), 200).build(), 0);
    transactions.receive(
        SipResponse.to(Samples.request("OPTIONS", "c", "z9hG4bKa"), 200).build(), 0);
    assertEquals(List.of(), heard);
    transactions.receive(SipResponse.to(request, 202).build(), 0);
    assertEquals(List.of(202), heard.stream().map(SipResponse::status).toList());
  }

  @Test
  void beyond_the_limit_the_peer_is_told_to_come_again() {
    for (int i = 0; i < TransactionSettings.MOST; i++) {
      transactions.receive(Samples.request("MESSAGE", "c", "z9hG4bK" + i), 0);
    }
    assertEquals(List.of(), written);
    transactions.receive(Samples.request("MESSAGE", "c", "z9hG4bKmore"), 0);
    transactions.receive(Samples.request(SipMethod.ACK, "c", "z9hG4bKack"), 0);
    assertEquals(TransactionSettings.MOST, asked.size());
    assertEquals(1, written.size());
    final var answer = (SipResponse) written.getFirst();
    assertEquals(503, answer.status());
    assertTrue(answer.headers().has(SipName.RETRY_AFTER));
    assertTrue(answer.to().tag().isPresent());
    assertTrue(
        transactions.send(Samples.request("MESSAGE", "d", "z9hG4bKd"), listener, 0).isEmpty());

    final var first = asked.getFirst();
    transactions.respond(first, SipResponse.to(first.request(), 202).build(), 0);
    transactions.receive(Samples.request("MESSAGE", "c", "z9hG4bKmore"), 0);
    assertEquals(TransactionSettings.MOST + 1, asked.size());
  }

  @Test
  void all_answers_of_a_transaction_carry_one_tag_and_trying_none() {
    transactions.receive(Samples.request("INVITE", "c", "z9hG4bKa"), 0);
    final var invite = asked.getFirst();
    for (final var status : List.of(100, 180, 200)) {
      transactions.respond(invite, SipResponse.to(invite.request(), status).build(), 0);
    }
    assertEquals(
        List.of("", invite.tag(), invite.tag()),
        written.stream().map(one -> one.to().tag().orElse("")).toList());
  }

  @Test
  void the_answer_of_a_cancel_carries_the_invites_tag() {
    final var invite = Samples.request("INVITE", "c", "z9hG4bKa");
    transactions.receive(invite, 0);
    transactions.receive(invite.cancelling(), 0);
    assertEquals(asked.getFirst().tag(), written.getFirst().to().tag().orElse(""));
  }

  @Test
  void an_ack_or_a_request_without_a_branch_is_refused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> transactions.send(Samples.request("ACK", "c", "z9hG4bKa"), listener, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> transactions.send(Samples.request("MESSAGE", "c"), listener, 0));
  }

  @Test
  void after_the_end_of_the_connection_nothing_is_begun_and_nothing_written() {
    transactions.receive(Samples.request("MESSAGE", "c", "z9hG4bKa"), 0);
    transactions.fail();
    transactions.respond(
        asked.getFirst(), SipResponse.to(asked.getFirst().request(), 202).build(), 0);
    assertTrue(
        transactions.send(Samples.request("MESSAGE", "d", "z9hG4bKd"), listener, 0).isEmpty());
    assertEquals(List.of(), written);
    assertEquals(Set.of(TransactionEnd.NO_CONNECTION), ends);
    assertEquals(Long.MAX_VALUE, transactions.nextTimerMillis());
  }

  /// Timers that were stopped leave nothing behind, however many there were.
  @Test
  void finished_transactions_leave_no_timers() {
    for (int i = 0; i < 100_000; i++) {
      final var request = Samples.request("MESSAGE", "c", "z9hG4bK" + i);
      assertTrue(transactions.send(request, listener, i).isPresent());
      transactions.receive(SipResponse.to(request, 202).build(), i);
      heard.clear();
      written.clear();
    }
    assertEquals(Long.MAX_VALUE, transactions.nextTimerMillis());
    assertEquals(0, transactions.size());
    assertFalse(transactions.isWorking());
  }
}
