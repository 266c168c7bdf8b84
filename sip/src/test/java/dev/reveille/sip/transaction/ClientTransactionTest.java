package dev.reveille.sip.transaction;

import org.junit.jupiter.api.Test;

/// Every state and timer of requests that we send (RFC 3261 section 17.1, RFC 6026).
class ClientTransactionTest {
  private static void play(final String method, final boolean isReliable, final String script) {
    new Dialogue(method, isReliable).plays(script);
  }

  @Test
  void timer_a_doubles_until_timer_b_ends_an_invite() {
    play(
        "INVITE",
        false,
        """
        0     send => INVITE, CALLING
        500   .    => INVITE, CALLING
        1500  .    => INVITE, CALLING
        3500  .    => INVITE, CALLING
        7500  .    => INVITE, CALLING
        15500 .    => INVITE, CALLING
        31500 .    => INVITE, CALLING
        32000 .    => ended NO_RESPONSE, TERMINATED
        """);
  }

  @Test
  void on_a_reliable_transport_an_invite_is_sent_once() {
    play(
        "INVITE",
        true,
        """
        0     send => INVITE, CALLING
        31999 .    => CALLING
        32000 .    => ended NO_RESPONSE, TERMINATED
        """);
  }

  @Test
  void a_phone_may_ring_as_long_as_it_likes() {
    play(
        "INVITE",
        false,
        """
        0      send     => INVITE, CALLING
        200    gets 180 => hears 180, PROCEEDING
        170000 gets 180 => hears 180, PROCEEDING
        300000 gets 200 => hears 200, ACCEPTED
        """);
  }

  @Test
  void several_phones_may_accept_until_timer_m() {
    play(
        "INVITE",
        true,
        """
        0     send     => INVITE, CALLING
        100   gets 200 => hears 200, ACCEPTED
        200   gets 200 => hears 200, ACCEPTED
        300   gets 180 => ACCEPTED
        300   gets 486 => ACCEPTED
        32099 .        => ACCEPTED
        32100 .        => TERMINATED
        """);
  }

  @Test
  void a_refusal_is_acknowledged_each_time_until_timer_d() {
    play(
        "INVITE",
        false,
        """
        0     send     => INVITE, CALLING
        100   gets 486 => ACK, hears 486, COMPLETED
        600   gets 486 => ACK, COMPLETED
        700   gets 200 => COMPLETED
        32100 .        => TERMINATED
        """);
  }

  @Test
  void on_a_reliable_transport_a_refusal_ends_the_invite() {
    play(
        "INVITE",
        true,
        """
        0   send     => INVITE, CALLING
        100 gets 183 => hears 183, PROCEEDING
        200 gets 603 => ACK, hears 603, TERMINATED
        300 gets 603 => TERMINATED
        """);
  }

  @Test
  void an_invite_is_cancelled_once_the_peer_has_said_something() {
    play(
        "INVITE",
        true,
        """
        0    send     => INVITE, CALLING
        10   cancel   => CALLING
        100  gets 100 => CANCEL, hears 100, PROCEEDING
        110  cancel   => PROCEEDING
        200  gets 487 => ACK, hears 487, TERMINATED
        """);
  }

  @Test
  void a_cancelled_invite_that_is_never_answered_ends() {
    play(
        "INVITE",
        true,
        """
        0     send     => INVITE, CALLING
        100   gets 180 => hears 180, PROCEEDING
        5000  cancel   => CANCEL, PROCEEDING
        37000 .        => ended NO_RESPONSE, TERMINATED
        """);
  }

  @Test
  void an_answered_invite_is_not_cancelled() {
    play(
        "INVITE",
        true,
        """
        0   send     => INVITE, CALLING
        100 gets 200 => hears 200, ACCEPTED
        110 cancel   => ACCEPTED
        """);
  }

  @Test
  void timer_e_doubles_to_t2_until_timer_f() {
    play(
        "MESSAGE",
        false,
        """
        0     send => MESSAGE, TRYING
        500   .    => MESSAGE, TRYING
        1500  .    => MESSAGE, TRYING
        3500  .    => MESSAGE, TRYING
        7500  .    => MESSAGE, TRYING
        11500 .    => MESSAGE, TRYING
        15500 .    => MESSAGE, TRYING
        19500 .    => MESSAGE, TRYING
        23500 .    => MESSAGE, TRYING
        27500 .    => MESSAGE, TRYING
        31500 .    => MESSAGE, TRYING
        32000 .    => ended NO_RESPONSE, TERMINATED
        """);
  }

  @Test
  void after_a_provisional_response_timer_e_is_t2() {
    play(
        "MESSAGE",
        false,
        """
        0     send     => MESSAGE, TRYING
        100   gets 100 => hears 100, PROCEEDING
        500   .        => MESSAGE, PROCEEDING
        4500  .        => MESSAGE, PROCEEDING
        8500  .        => MESSAGE, PROCEEDING
        8600  gets 202 => hears 202, COMPLETED
        8700  gets 202 => COMPLETED
        13599 .        => COMPLETED
        13600 .        => TERMINATED
        """);
  }

  @Test
  void on_a_reliable_transport_the_final_response_ends_it() {
    play(
        "MESSAGE",
        true,
        """
        0    send     => MESSAGE, TRYING
        4000 gets 100 => hears 100, PROCEEDING
        5000 gets 202 => hears 202, TERMINATED
        5001 gets 202 => TERMINATED
        """);
  }

  @Test
  void timer_f_runs_on_a_reliable_transport_too() {
    play(
        "MESSAGE",
        true,
        """
        0     send     => MESSAGE, TRYING
        5000  gets 100 => hears 100, PROCEEDING
        32000 .        => ended NO_RESPONSE, TERMINATED
        """);
  }

  @Test
  void only_an_invite_can_be_cancelled() {
    play(
        "MESSAGE",
        true,
        """
        0   send     => MESSAGE, TRYING
        10  cancel   => TRYING
        20  gets 100 => hears 100, PROCEEDING
        30  cancel   => PROCEEDING
        """);
  }

  @Test
  void the_end_of_the_connection_ends_what_waits() {
    play(
        "MESSAGE",
        true,
        """
        0   send   => MESSAGE, TRYING
        10  breaks => ended NO_CONNECTION, TERMINATED
        20  gets 202 => TERMINATED
        """);
  }

  @Test
  void the_end_of_the_connection_says_nothing_more_about_an_accepted_invite() {
    play(
        "INVITE",
        true,
        """
        0   send     => INVITE, CALLING
        5   gets 200 => hears 200, ACCEPTED
        10  breaks   => TERMINATED
        """);
  }
}
