package dev.reveille.sip.transaction;

import org.junit.jupiter.api.Test;

/// Every state and timer of requests that we answer (RFC 3261 section 17.2, RFC 4320, RFC 6026).
class ServerTransactionTest {
  private static void play(final String method, final boolean isReliable, final String script) {
    new Dialogue(method, isReliable).plays(script);
  }

  @Test
  void an_invite_that_gets_no_word_gets_trying_after_200_ms() {
    play(
        "INVITE",
        false,
        """
        0    gets INVITE => asked INVITE, PROCEEDING
        100  gets INVITE => PROCEEDING
        200  .           => 100, PROCEEDING
        500  gets INVITE => 100, PROCEEDING
        600  says 180    => 180, PROCEEDING
        1500 gets INVITE => 180, PROCEEDING
        """);
  }

  @Test
  void a_word_of_the_user_takes_the_place_of_trying() {
    play(
        "INVITE",
        true,
        """
        0    gets INVITE => asked INVITE, PROCEEDING
        50   says 183    => 183, PROCEEDING
        5000 .           => PROCEEDING
        """);
  }

  @Test
  void a_refused_invite_is_repeated_by_timer_g_until_timer_h() {
    play(
        "INVITE",
        false,
        """
        0     gets INVITE => asked INVITE, PROCEEDING
        100   says 486    => 486, COMPLETED
        300   gets INVITE => 486, COMPLETED
        600   .           => 486, COMPLETED
        1600  .           => 486, COMPLETED
        3600  .           => 486, COMPLETED
        7600  .           => 486, COMPLETED
        11600 .           => 486, COMPLETED
        15600 .           => 486, COMPLETED
        19600 .           => 486, COMPLETED
        23600 .           => 486, COMPLETED
        27600 .           => 486, COMPLETED
        31600 .           => 486, COMPLETED
        32100 .           => ended NO_ACK, TERMINATED
        """);
  }

  @Test
  void the_ack_confirms_a_refusal_until_timer_i() {
    play(
        "INVITE",
        false,
        """
        0    gets INVITE => asked INVITE, PROCEEDING
        100  says 486    => 486, COMPLETED
        150  gets ACK    => CONFIRMED
        160  gets ACK    => CONFIRMED
        170  gets INVITE => CONFIRMED
        5149 .           => CONFIRMED
        5150 .           => TERMINATED
        """);
  }

  @Test
  void on_a_reliable_transport_the_ack_ends_it() {
    play(
        "INVITE",
        true,
        """
        0     gets INVITE => asked INVITE, PROCEEDING
        100   says 486    => 486, COMPLETED
        20000 .           => COMPLETED
        20001 gets ACK    => TERMINATED
        """);
  }

  @Test
  void without_an_ack_timer_h_ends_it_on_a_reliable_transport_too() {
    play(
        "INVITE",
        true,
        """
        0     gets INVITE => asked INVITE, PROCEEDING
        100   says 486    => 486, COMPLETED
        32100 .           => ended NO_ACK, TERMINATED
        """);
  }

  @Test
  void an_accepted_invite_is_absorbed_until_timer_l() {
    play(
        "INVITE",
        false,
        """
        0     gets INVITE     => asked INVITE, PROCEEDING
        100   says 200        => 200, ACCEPTED
        500   gets INVITE     => ACCEPTED
        600   says 200        => 200, ACCEPTED
        700   says 486        => ACCEPTED
        800   gets ACK        => acknowledged, ACCEPTED
        900   gets ACK-OF-200 => acknowledged, ACCEPTED
        32099 .               => ACCEPTED
        32100 .               => TERMINATED
        """);
  }

  @Test
  void a_cancel_is_answered_and_told() {
    play(
        "INVITE",
        true,
        """
        0    gets INVITE => asked INVITE, PROCEEDING
        50   says 180    => 180, PROCEEDING
        100  gets CANCEL => 200 CANCEL, cancelled, PROCEEDING
        110  says 487    => 487, COMPLETED
        120  gets ACK    => TERMINATED
        """);
  }

  @Test
  void a_cancel_after_the_answer_changes_nothing() {
    play(
        "INVITE",
        true,
        """
        0    gets INVITE => asked INVITE, PROCEEDING
        50   says 200    => 200, ACCEPTED
        100  gets CANCEL => 200 CANCEL, ACCEPTED
        """);
  }

  @Test
  void a_cancel_of_nothing_is_told_so() {
    play("INVITE", true, "0    gets CANCEL => 481 CANCEL, -");
  }

  @Test
  void a_repeated_request_gets_the_answer_again_until_timer_j() {
    play(
        "MESSAGE",
        false,
        """
        0     gets MESSAGE => asked MESSAGE, TRYING
        500   gets MESSAGE => TRYING
        600   says 100     => 100, PROCEEDING
        1500  gets MESSAGE => 100, PROCEEDING
        2000  says 202     => 202, COMPLETED
        3500  gets MESSAGE => 202, COMPLETED
        3600  says 500     => COMPLETED
        33999 .            => COMPLETED
        34000 .            => TERMINATED
        """);
  }

  @Test
  void on_a_reliable_transport_the_answer_ends_it() {
    play(
        "MESSAGE",
        true,
        """
        0    gets MESSAGE => asked MESSAGE, TRYING
        900  says 202     => 202, TERMINATED
        """);
  }

  @Test
  void an_answer_that_comes_too_late_is_not_sent() {
    play(
        "MESSAGE",
        true,
        """
        0     gets MESSAGE => asked MESSAGE, TRYING
        32000 .            => ended NO_ANSWER_OF_OURS, TERMINATED
        32001 says 202     => TERMINATED
        """);
  }

  @Test
  void a_408_to_other_requests_than_invite_is_not_sent() {
    play(
        "MESSAGE",
        false,
        """
        0     gets MESSAGE => asked MESSAGE, TRYING
        31000 says 408     => TERMINATED
        """);
  }

  @Test
  void the_end_of_the_connection_is_told_when_an_answer_is_owed() {
    play(
        "MESSAGE",
        true,
        """
        0   gets MESSAGE => asked MESSAGE, TRYING
        10  breaks       => ended NO_CONNECTION, TERMINATED
        20  says 202     => TERMINATED
        """);
  }
}
