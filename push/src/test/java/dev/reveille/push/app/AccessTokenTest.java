package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Until;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How the sender comes by its access token.
final class AccessTokenTest {
  @AutoClose private static final FcmStage stage = new FcmStage();
  private Map<String, Long> before = Map.of();

  @BeforeEach
  void fresh() {
    stage.fresh();
    before = stage.google.counters();
  }

  /// Counted since this test began.
  private long count(final String name) {
    return stage.google.counters().getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
  }

  @Test
  void one_request_serves_however_many_pushes_wait() throws Exception {
    stage.google.tokenFault(Fault.delay(Duration.ofMillis(300)));
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    for (int i = 0; i < 100; i++) {
      final var group = new ArrayList<Push>();
      group.add(stage.ring(stage.address()));
      group.add(stage.notice(stage.address()));
      stage.sender.send(group, (_, outcome) -> heard.add(outcome));
    }
    for (int i = 0; i < 200; i++) {
      final var outcome = heard.poll(10, TimeUnit.SECONDS);
      assertInstanceOf(HandedOver.class, outcome, String.valueOf(outcome));
    }
    assertEquals(1, count("access-tokens"));
  }

  @Test
  void it_is_renewed_before_it_ends_while_pushes_go_on_with_the_old_one() throws Exception {
    stage.send(stage.notice(stage.address()));
    stage.clock.forward(Duration.ofMinutes(51)); // five sixths of an hour and a moment
    stage.google.tokenFault(Fault.delay(Duration.ofMillis(200)));
    for (int i = 0; i < 20; i++) {
      assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    }
    Until.holds(() -> count("access-tokens") >= 2, "the new token");
    assertEquals(2, count("access-tokens"));
    assertEquals(0, count("refused.UNAUTHENTICATED"));
  }

  @Test
  void one_that_ended_is_not_used() throws Exception {
    stage.send(stage.notice(stage.address()));
    stage.clock.forward(Duration.ofHours(3));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    assertEquals(2, count("access-tokens"));
    assertEquals(0, count("refused.UNAUTHENTICATED"));
  }

  @Test
  void a_failed_renewal_costs_nothing_while_the_old_one_holds() throws Exception {
    stage.send(stage.notice(stage.address()));
    stage.clock.forward(Duration.ofMinutes(51));
    stage.google.tokenFault(Fault.answer(500, "backend_error").always());
    for (int i = 0; i < 20; i++) {
      assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    }
    assertEquals(1, count("access-tokens"));
  }

  @Test
  void a_key_that_google_took_back_is_said_in_googles_words() throws Exception {
    stage.google.revoke(stage.account.keyId());
    final var outcome = assertInstanceOf(Withheld.class, stage.send(stage.notice(stage.address())));
    assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
    assertEquals(
        "no access token: 400 invalid_grant Invalid grant: account not found",
        outcome.theirWords());
    assertEquals(java.util.List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
  }

  @Test
  void a_clock_that_is_wrong_is_said_in_googles_words() throws Exception {
    try (var other = new FcmStage()) {
      // the account is theirs, the clock of ours runs three hours ahead
      final var credential = other.credential(other.account);
      stage.app = Optional.of(credential);
      stage.clock.forward(Duration.ofHours(3));
      final var outcome =
          assertInstanceOf(Withheld.class, stage.send(stage.notice(stage.address())));
      assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
      assertTrue(outcome.theirWords().contains("reasonable timeframe"), outcome.theirWords());
    }
  }

  @Test
  void a_failure_of_before_the_clock_was_set_back_holds_up_no_push() throws Exception {
    stage.google.tokenFault(Fault.answer(503, "backend_error").always());
    assertInstanceOf(TryAgain.class, stage.send(stage.notice(stage.address())));
    stage.google.clearFaults();
    stage.clock.forward(Duration.ofHours(-1));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }

  @Test
  void a_token_of_before_the_clock_was_set_back_is_renewed_in_good_time() throws Exception {
    stage.send(stage.notice(stage.address()));
    stage.clock.forward(Duration.ofHours(-1));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    Until.holds(() -> count("access-tokens") >= 2, "the new token");
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    assertEquals(2, count("access-tokens"));
  }

  @Test
  void a_token_endpoint_in_trouble_is_asked_again_later_and_not_by_every_push() throws Exception {
    stage.google.tokenFault(Fault.answer(503, "backend_error").withRetryAfter(20).always());
    final var first = assertInstanceOf(TryAgain.class, stage.send(stage.notice(stage.address())));
    assertEquals(Reason.SERVICE_UNAVAILABLE, first.why());
    assertTrue(
        Duration.between(stage.clock.instant(), first.notBefore()).toSeconds() >= 19,
        first.toString());
    for (int i = 0; i < 20; i++) {
      assertInstanceOf(TryAgain.class, stage.send(stage.ring(stage.address())));
    }
    assertEquals(1, count("faults"));
    stage.google.clearFaults();
    stage.clock.forward(Duration.ofSeconds(21));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }

  @Test
  void the_pause_of_the_token_endpoint_is_bounded() throws Exception {
    stage.google.tokenFault(Fault.answer(503, "backend_error").withRetryAfter(3_600).always());
    final var asked = assertInstanceOf(TryAgain.class, stage.send(stage.notice(stage.address())));
    assertEquals(ServiceReply.MOMENT, asked.reply());
    final var pause = Duration.between(stage.clock.instant(), asked.notBefore()).toSeconds();
    assertTrue(pause > 590 && pause <= 600, "pause: " + pause);
  }

  @Test
  void a_call_does_not_wait_long_for_a_token_endpoint_that_names_no_moment() throws Exception {
    stage.google.tokenFault(Fault.answer(503, "backend_error").always());
    for (int i = 0; i < 8; i++) {
      final var call = assertInstanceOf(TryAgain.class, stage.send(stage.ring(stage.address())));
      assertEquals(ServiceReply.NOTHING, call.reply());
      final var pause = Duration.between(stage.clock.instant(), call.notBefore());
      assertTrue(pause.toSeconds() <= 15, "pause: " + pause);
      stage.clock.forward(pause.plusMillis(1));
    }
    assertEquals(8, count("faults"));
  }

  @Test
  void a_token_endpoint_out_of_reach_is_named() throws Exception {
    stage.google.goDown();
    final var outcome = assertInstanceOf(TryAgain.class, stage.send(stage.notice(stage.address())));
    assertEquals(Reason.SERVICE_UNREACHABLE, outcome.why());
    assertTrue(outcome.theirWords().startsWith("no access token: "), outcome.theirWords());
    stage.google.comeBack();
    stage.clock.forward(Duration.ofMinutes(2));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }

  @Test
  void a_push_that_waited_past_its_deadline_does_not_leave() throws Exception {
    stage.google.tokenFault(Fault.delay(Duration.ofMillis(700)));
    final var ring = stage.ring(stage.address());
    final var push = stage.push(ring.to(), ring.content(), ring.lane(), Duration.ofMillis(200));
    final var outcome = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.TOO_LATE_TO_ALERT, outcome.why());
    assertEquals(0, stage.google.messages(push.to().token().value()).size());
  }
}
