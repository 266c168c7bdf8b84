package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleReason;
import dev.reveille.simulators.google.RegistrationToken;
import dev.reveille.simulators.google.RegistrationToken.State;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every answer that Google documents, and what becomes of the push.
final class FcmAnswersTest {
  @AutoClose private static final FcmStage stage = new FcmStage();

  @BeforeEach
  void fresh() {
    stage.fresh();
  }

  private DeliveryOutcome answered(final Fault fault) throws InterruptedException {
    return answered(fault, stage.notice(stage.address()));
  }

  private DeliveryOutcome answered(final Fault fault, final Push push) throws InterruptedException {
    stage.google.fault(fault.to(push.to().token().value()));
    return stage.send(push);
  }

  private int tries(final Push push) {
    return stage.google.messages(push.to().token().value()).size();
  }

  private Duration until(final TryAgain outcome) {
    return Duration.between(stage.clock.instant(), outcome.notBefore());
  }

  private enum About {
    NOTHING,
    DOUBTED,
    GONE;

    static About of(final Verdict verdict) {
      return switch (verdict) {
        case Verdict.Nothing _ -> NOTHING;
        case Verdict.Doubted _ -> DOUBTED;
        case Verdict.Gone _ -> GONE;
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_FIELD, BAD_REQUEST, NOTHING",
    "SENDER_ID_MISMATCH, TOKEN_WRONG_SENDER, DOUBTED",
    "UNREGISTERED, TOKEN_RETIRED, GONE",
    "BAD_TOKEN, TOKEN_BAD, DOUBTED",
    "INVALID_ARGUMENT, TOKEN_BAD, DOUBTED",
  })
  void refusals(final GoogleReason theirs, final Reason ours, final About address)
      throws Exception {
    final var outcome = assertInstanceOf(Refused.class, answered(Fault.answer(theirs).always()));
    assertEquals(ours, outcome.why());
    assertEquals(address, About.of(outcome.address()));
    assertTrue(outcome.theirWords().contains(Integer.toString(theirs.status())));
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHENTICATED, CREDENTIALS_EXPIRED",
    "PERMISSION_DENIED, CREDENTIALS_REFUSED",
    "NOT_FOUND, CREDENTIALS_REFUSED",
  })
  void refused_credentials_withhold_the_push(final GoogleReason theirs, final Reason ours)
      throws Exception {
    final var outcome = assertInstanceOf(Withheld.class, answered(Fault.answer(theirs).always()));
    assertEquals(ours, outcome.why());
    assertTrue(outcome.theirWords().contains(Integer.toString(theirs.status())));
  }

  @Test
  void what_the_service_behind_google_refuses_is_tried_again_while_it_matters() throws Exception {
    final var outcome =
        assertInstanceOf(
            TryAgain.class, answered(Fault.answer(GoogleReason.THIRD_PARTY_AUTH_ERROR).always()));
    assertEquals(Reason.THIRD_PARTY_REFUSED, outcome.why());
    assertEquals(List.of(Reason.THIRD_PARTY_REFUSED), stage.alerts);
  }

  @ParameterizedTest
  @CsvSource({"403", "404"})
  void an_unknown_refusal_concerns_this_push_only(final int status) throws Exception {
    final var outcome =
        assertInstanceOf(TryAgain.class, answered(Fault.answer(status, "NEW").always()));
    assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }

  @Test
  void an_answer_that_is_not_documented_goes_by_its_status() throws Exception {
    final var odd = assertInstanceOf(Refused.class, answered(Fault.answer(418, "TEAPOT")));
    assertEquals(Reason.BAD_REQUEST, odd.why());
    final var later = assertInstanceOf(TryAgain.class, answered(Fault.answer(502, "").always()));
    assertEquals(Reason.SERVICE_UNAVAILABLE, later.why());
  }

  @Test
  void a_real_dead_token_is_retired_since_the_try() throws Exception {
    final var push = stage.notice(stage.address());
    stage.google.put(
        new RegistrationToken(push.to().token().value(), FcmStage.PROJECT, State.UNREGISTERED));
    final var before = stage.clock.instant();
    final var outcome = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.TOKEN_RETIRED, outcome.why());
    final var gone = assertInstanceOf(Verdict.Gone.class, outcome.address());
    assertFalse(gone.since().isBefore(before.minusMillis(5)));
    assertEquals("404 UNREGISTERED", outcome.theirWords());
  }

  @Test
  void a_token_registered_after_the_try_is_kept() throws Exception {
    final var address = stage.address();
    final var later =
        new PushAddress.Direct(
            address.service(),
            address.channel(),
            address.app(),
            false,
            address.token(),
            stage.clock.instant().plusSeconds(60));
    final var outcome =
        assertInstanceOf(
            Refused.class, answered(Fault.answer(GoogleReason.UNREGISTERED), stage.notice(later)));
    assertEquals(Reason.TOKEN_KEPT_NEWER, outcome.why());
    assertEquals(Verdict.NOTHING, outcome.address());
  }

  @Test
  void a_token_of_another_project_is_doubted_and_the_operator_is_told() throws Exception {
    final var push = stage.notice(stage.at(stage.google.newToken("another-project")));
    final var outcome = assertInstanceOf(Refused.class, stage.send(push));
    assertEquals(Reason.TOKEN_WRONG_SENDER, outcome.why());
    assertEquals(Verdict.DOUBTED, outcome.address());
    assertEquals(List.of(Reason.TOKEN_WRONG_SENDER), stage.alerts);
  }

  @Test
  void a_message_that_google_finds_too_big_goes_out_again_with_its_id_only() throws Exception {
    final var push = stage.notice(stage.address());
    final var outcome = answered(Fault.answer(GoogleReason.TOO_BIG), push);
    assertTrue(
        assertInstanceOf(HandedOver.class, outcome)
            .receipt()
            .startsWith("400 INVALID_ARGUMENT, then 0:"));
    final var second = stage.google.messages(push.to().token().value()).get(1);
    assertTrue(second.data("reveille").contains("\"partial\":true"));
  }

  @Test
  void an_access_token_that_google_ended_is_replaced_once() throws Exception {
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
    final long before = stage.google.accessTokens();
    stage.google.endAccessTokens();
    final var push = stage.ring(stage.address());
    final var outcome = assertInstanceOf(HandedOver.class, stage.send(push));
    assertTrue(outcome.receipt().startsWith("401 UNAUTHENTICATED, then "), outcome.receipt());
    assertEquals(before + 1, stage.google.accessTokens());
  }

  @Test
  void refused_credentials_stop_the_app_for_a_moment() throws Exception {
    answered(Fault.answer(GoogleReason.PERMISSION_DENIED));
    final var next = stage.notice(stage.address());
    assertEquals(
        Reason.CREDENTIALS_REFUSED, assertInstanceOf(Withheld.class, stage.send(next)).why());
    assertEquals(0, tries(next), "nothing was asked again");
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
  }

  @Test
  void a_role_that_may_not_send_is_the_operators_to_mend() throws Exception {
    stage.google.register(stage.account, false);
    stage.app = Optional.of(stage.credential(stage.account));
    final var outcome = assertInstanceOf(Withheld.class, stage.send(stage.notice(stage.address())));
    assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
    assertEquals("403 PERMISSION_DENIED", outcome.theirWords());
  }

  @Test
  void the_projects_quota_is_waited_for_as_long_as_google_says() throws Exception {
    final var outcome =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(GoogleReason.QUOTA_EXCEEDED).withRetryAfter(120)));
    assertEquals(Reason.SERVICE_THROTTLED, outcome.why());
    assertTrue(until(outcome).toSeconds() >= 119, outcome.toString());
    // and the whole project slows down, but for calls
    final var other = stage.notice(stage.address());
    final var held = assertInstanceOf(TryAgain.class, stage.send(other));
    assertEquals(Reason.SERVICE_THROTTLED, held.why());
    assertTrue(until(held).toSeconds() >= 118, held.toString());
    assertEquals(0, tries(other));
    assertInstanceOf(HandedOver.class, stage.send(stage.ring(stage.address())));
  }

  @Test
  void without_a_word_from_google_a_quota_rests_for_a_minute() throws Exception {
    final var outcome =
        assertInstanceOf(TryAgain.class, answered(Fault.answer(GoogleReason.QUOTA_EXCEEDED)));
    assertTrue(until(outcome).toSeconds() >= 59, outcome.toString());
  }

  @ParameterizedTest
  @CsvSource({"QUOTA_EXCEEDED, SERVICE_THROTTLED", "DEVICE_QUOTA_EXCEEDED, DEVICE_THROTTLED"})
  void a_call_is_tried_again_soon_unless_google_names_a_moment(
      final GoogleReason theirs, final Reason ours) throws Exception {
    final var soon =
        assertInstanceOf(
            TryAgain.class, answered(Fault.answer(theirs), stage.ring(stage.address())));
    assertEquals(ours, soon.why());
    assertEquals(ServiceReply.ANSWER, soon.reply());
    assertTrue(until(soon).toMillis() <= 2_100, soon.toString());
    final var asked =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(theirs).withRetryAfter(20), stage.ring(stage.address())));
    assertEquals(ServiceReply.MOMENT, asked.reply());
    assertTrue(until(asked).toMillis() >= 19_900, asked.toString());
  }

  @Test
  void one_phones_quota_slows_that_phone_only() throws Exception {
    final var push = stage.notice(stage.address());
    final var outcome =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(GoogleReason.DEVICE_QUOTA_EXCEEDED).withRetryAfter(30), push));
    assertEquals(Reason.DEVICE_THROTTLED, outcome.why());
    assertEquals(
        Reason.DEVICE_THROTTLED,
        assertInstanceOf(TryAgain.class, stage.send(stage.notice(push.to()))).why());
    assertEquals(1, tries(push));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(stage.address())));
  }

  @Test
  void a_call_that_google_may_have_delivered_is_handed_back_for_at_once() throws Exception {
    final var push = stage.ring(stage.address());
    final var outcome =
        assertInstanceOf(TryAgain.class, answered(Fault.answer(GoogleReason.UNAVAILABLE), push));
    assertFalse(outcome.notBefore().isAfter(stage.clock.instant()));
    assertEquals(1, tries(push));
    assertInstanceOf(HandedOver.class, stage.send(push.again()));
    assertEquals(2, tries(push));
  }

  @Test
  void a_call_waits_as_google_asks_and_not_less() throws Exception {
    final var push = stage.ring(stage.address());
    final var outcome =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(GoogleReason.UNAVAILABLE).withRetryAfter(5), push));
    assertTrue(until(outcome).toMillis() >= 4_900, outcome.toString());
    assertEquals(1, tries(push));
  }

  @ParameterizedTest
  @CsvSource({"INTERNAL", "UNAVAILABLE"})
  void a_message_waits_ten_seconds_at_least_when_google_fails(final GoogleReason theirs)
      throws Exception {
    final var outcome = assertInstanceOf(TryAgain.class, answered(Fault.answer(theirs)));
    assertEquals(Reason.SERVICE_UNAVAILABLE, outcome.why());
    assertTrue(until(outcome).toMillis() >= 9_900, outcome.toString());
    assertTrue(until(outcome).toMillis() <= 20_000, outcome.toString());
  }

  @Test
  void a_failure_that_was_a_delivery_is_repeated_with_the_same_content() throws Exception {
    final var push = stage.ring(stage.address());
    final var heard = new java.util.concurrent.CopyOnWriteArrayList<String>();
    try (var _ =
        stage.google.connectPhone(
            push.to().token().value(), message -> heard.add(message.data("reveille")))) {
      answered(Fault.answer(GoogleReason.UNAVAILABLE).butDelivered(), push);
      assertInstanceOf(HandedOver.class, stage.send(push.again()));
      assertEquals(2, heard.size());
      assertEquals(heard.getFirst(), heard.getLast(), "the app folds them by the call's UUID");
    }
  }

  @Test
  void a_cut_before_the_answer_is_uncertain() throws Exception {
    final var outcome = answered(Fault.of(Fault.Action.CUT).butDelivered());
    assertEquals(Reason.NO_ANSWER, assertInstanceOf(Uncertain.class, outcome).why());
  }

  @Test
  void what_google_left_out_when_it_went_away_is_sent_again() throws Exception {
    final var push = stage.notice(stage.address());
    assertInstanceOf(HandedOver.class, answered(Fault.of(Fault.Action.GOAWAY_BEFORE), push));
  }

  @Test
  void our_own_count_holds_back_before_google_refuses_but_never_a_call() throws Exception {
    stage.send(stage.notice(stage.address())); // now the app is known, and one thread counts
    final var address = stage.address();
    final var before = stage.google.counters().get("refused.DEVICE_QUOTA_EXCEEDED");
    final var group = new ArrayList<Push>();
    for (int i = 0; i < 300; i++) {
      group.add(stage.notice(address));
    }
    final var outcomes = stage.send(group);
    final long held = outcomes.stream().filter(TryAgain.class::isInstance).count();
    assertEquals(60, held, "240 a minute leave at once");
    assertEquals(before, stage.google.counters().get("refused.DEVICE_QUOTA_EXCEEDED"));
    final var call = stage.send(stage.ring(address));
    assertTrue(
        call instanceof HandedOver || call instanceof TryAgain, "Google's word counts: " + call);
    assertEquals(240 + 1, stage.google.messages(address.token().value()).size());
  }

  @Test
  void the_project_has_no_more_than_google_granted() throws Exception {
    try (var small =
        new FcmStage(GoogleOptions.DEFAULT, FcmStage.QUICK.withMessagesPerMinute(100))) {
      final var group = new ArrayList<Push>();
      for (int i = 0; i < 40; i++) {
        group.add(small.notice(small.address()));
      }
      final var outcomes = small.send(group);
      final long sent = outcomes.stream().filter(HandedOver.class::isInstance).count();
      assertTrue(sent >= 10 && sent <= 12, sent + " left at once");
      assertInstanceOf(HandedOver.class, small.send(small.ring(small.address())));
    }
  }
}
