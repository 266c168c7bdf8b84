package dev.reveille.push.apns;

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
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.apple.DeviceToken;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Every row of Apple's table of statuses and reasons, answered by the simulator.
final class ApnsAnswersTest {
  @AutoClose private static final ApnsStage stage = new ApnsStage();

  @AfterEach
  void putBack() throws Exception {
    stage.apple.clearFaults();
    stage.sender.forget(ApnsStage.APP);
    stage.alerts.clear();
    // a good answer, so that a bad token counts again
    assertInstanceOf(
        HandedOver.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE))));
  }

  private static DeliveryOutcome answered(final Fault fault) throws InterruptedException {
    final var push = stage.notice(stage.address(PushChannel.MESSAGE));
    stage.apple.fault(fault.to(push.to().token().value()));
    return stage.send(push);
  }

  private static long connections() {
    return stage.apple.counters().getOrDefault("connections", 0L);
  }

  @ParameterizedTest
  @CsvSource({
    "BadCollapseId, BAD_REQUEST",
    "BadExpirationDate, BAD_REQUEST",
    "BadMessageId, BAD_REQUEST",
    "BadPriority, BAD_REQUEST",
    "DuplicateHeaders, BAD_REQUEST",
    "InvalidPushType, BAD_REQUEST",
    "MissingDeviceToken, BAD_REQUEST",
    "PayloadEmpty, BAD_REQUEST",
    "BadPath, BAD_REQUEST",
    "MethodNotAllowed, BAD_REQUEST",
  })
  void a_badly_made_push_is_refused_for_good_with_the_address_kept(
      final AppleReason theirs, final Reason ours) throws Exception {
    final var outcome = assertInstanceOf(Refused.class, answered(Fault.answer(theirs).always()));
    assertEquals(ours, outcome.why());
    assertEquals(theirs.status() + " " + theirs.name(), outcome.theirWords());
    assertEquals(Verdict.NOTHING, outcome.address());
    assertEquals(List.of(), stage.alerts);
  }

  @ParameterizedTest
  @CsvSource({"BadTopic", "MissingTopic", "TopicDisallowed"})
  void a_push_whose_topic_is_refused_is_tried_again_while_it_matters(final AppleReason theirs)
      throws Exception {
    final var outcome = assertInstanceOf(TryAgain.class, answered(Fault.answer(theirs).always()));
    assertEquals(Reason.TOPIC_REFUSED, outcome.why());
    assertEquals(theirs.status() + " " + theirs.name(), outcome.theirWords());
    assertEquals(List.of(Reason.TOPIC_REFUSED), stage.alerts);
  }

  @ParameterizedTest
  @CsvSource({
    "InvalidProviderToken",
    "MissingProviderToken",
    "BadEnvironmentKeyIdInToken",
    "BadEnvironmentKeyInToken",
    "BadCertificate",
    "BadCertificateEnvironment",
    "Forbidden",
    "UnrelatedKeyIdInToken",
  })
  void refused_credentials_withhold_the_push_and_say_nothing_about_it(final AppleReason theirs)
      throws Exception {
    final var outcome = assertInstanceOf(Withheld.class, answered(Fault.answer(theirs).always()));
    assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
    assertEquals(theirs.status() + " " + theirs.name(), outcome.theirWords());
    assertEquals(List.of(Reason.CREDENTIALS_REFUSED), stage.alerts);
  }

  @ParameterizedTest
  @CsvSource({"BadDeviceToken, TOKEN_BAD", "DeviceTokenNotForTopic, TOKEN_WRONG_TOPIC"})
  void an_address_that_may_be_our_mistake_is_doubted_and_not_dropped(
      final AppleReason theirs, final Reason ours) throws Exception {
    final var outcome = assertInstanceOf(Refused.class, answered(Fault.answer(theirs).always()));
    assertEquals(ours, outcome.why());
    assertEquals(Verdict.DOUBTED, outcome.address());
    assertEquals(List.of(ours), stage.alerts);
  }

  @Test
  void a_sandbox_token_at_production_is_tried_at_the_sandbox_which_takes_it() throws Exception {
    final var token = stage.apple.newToken(ApnsStage.BUNDLE, true);
    final var address = stage.at(token, PushChannel.MESSAGE, false);
    final var outcome = assertInstanceOf(HandedOver.class, stage.send(stage.notice(address)));
    assertTrue(outcome.elsewhere());
    assertTrue(
        outcome.receipt().startsWith("400 BadDeviceToken from production, then "),
        outcome.receipt());
    final var tries = stage.apple.pushes(token);
    assertEquals(
        tries.getFirst().header("apns-id"), tries.getLast().header("apns-id"), "one push id");
  }

  @Test
  void a_token_that_neither_environment_knows_is_doubted_in_the_words_of_both() throws Exception {
    final var address = stage.at("ab".repeat(32), PushChannel.MESSAGE, false);
    final var outcome = assertInstanceOf(Refused.class, stage.send(stage.notice(address)));
    assertEquals(
        "400 BadDeviceToken from production, then 400 BadDeviceToken", outcome.theirWords());
    assertEquals(Verdict.DOUBTED, outcome.address());
  }

  @ParameterizedTest
  @CsvSource({"ServiceUnavailable", "InternalServerError", "TooManyRequests"})
  void a_token_of_which_the_other_environment_did_not_say_is_asked_again_with_the_next_event(
      final AppleReason there) throws Exception {
    final var address = stage.address(PushChannel.MESSAGE);
    stage.apple.fault(Fault.answer(AppleReason.BadDeviceToken).times(1));
    stage.apple.fault(Fault.answer(there).times(1));
    final var outcome = assertInstanceOf(Refused.class, stage.send(stage.notice(address)));
    assertEquals(Reason.TOKEN_BAD, outcome.why());
    assertEquals(Verdict.DOUBTED_FOR_NOW, outcome.address());
  }

  @Test
  void what_the_sandbox_refuses_leaves_production_open() throws Exception {
    final var developer = stage.address(PushChannel.MESSAGE, true);
    stage.apple.fault(
        Fault.answer(AppleReason.BadEnvironmentKeyIdInToken)
            .to(developer.token().value())
            .always());
    assertInstanceOf(Withheld.class, stage.send(stage.notice(developer)));
    assertInstanceOf(
        HandedOver.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE))));
    final var next = assertInstanceOf(Withheld.class, stage.send(stage.notice(developer)));
    assertEquals(ServiceReply.NOTHING, next.reply(), "the sandbox is not asked again at once");
  }

  @ParameterizedTest
  @CsvSource({"Unregistered", "ExpiredToken"})
  void a_dead_token_is_dropped_since_its_timestamp(final AppleReason theirs) throws Exception {
    final var died = Instant.ofEpochMilli(stage.clock.instant().minusSeconds(60).toEpochMilli());
    final var outcome =
        assertInstanceOf(Refused.class, answered(Fault.answer(theirs).since(died.toEpochMilli())));
    assertEquals(Reason.TOKEN_RETIRED, outcome.why());
    assertEquals(new Verdict.Gone(died), outcome.address());
  }

  @Test
  void a_token_registered_again_after_the_refusal_is_kept() throws Exception {
    final var address = stage.address(PushChannel.MESSAGE);
    final var before = address.registeredAt().minusSeconds(1);
    stage.apple.put(
        new DeviceToken(
            address.token().value(),
            ApnsStage.BUNDLE,
            false,
            DeviceToken.State.UNREGISTERED,
            before));
    final var outcome = assertInstanceOf(Refused.class, stage.send(stage.notice(address)));
    assertEquals(Reason.TOKEN_KEPT_NEWER, outcome.why());
    assertEquals(Verdict.NOTHING, outcome.address());
  }

  @Test
  void an_oversized_push_is_shrunk_once_and_goes_through() throws Exception {
    final var push = stage.notice(stage.address(PushChannel.MESSAGE));
    stage.apple.fault(Fault.answer(AppleReason.PayloadTooLarge).to(push.to().token().value()));
    final var outcome = assertInstanceOf(HandedOver.class, stage.send(push));
    assertTrue(outcome.receipt().startsWith("413 PayloadTooLarge, then "), outcome.receipt());
    final var tries = stage.apple.pushes(push.to().token().value());
    assertEquals(2, tries.size());
    assertTrue(tries.get(1).payload().contains("New message"));
    assertEquals(tries.get(0).header("apns-id"), tries.get(1).header("apns-id"));
  }

  @Test
  void what_is_too_large_even_then_is_given_up() throws Exception {
    final var outcome =
        assertInstanceOf(
            Refused.class, answered(Fault.answer(AppleReason.PayloadTooLarge).always()));
    assertEquals(Reason.PAYLOAD_TOO_LARGE, outcome.why());
  }

  @Test
  void a_device_that_gets_too_much_is_left_alone_as_long_as_apple_says() throws Exception {
    final var outcome =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(AppleReason.TooManyRequests).withRetryAfter(120)));
    assertEquals(Reason.DEVICE_THROTTLED, outcome.why());
    assertTrue(outcome.notBefore().isAfter(stage.clock.instant().plusSeconds(110)));
  }

  @Test
  void a_call_to_a_device_that_gets_too_much_is_tried_again_soon() throws Exception {
    final var push = stage.ring(stage.address(PushChannel.VOIP));
    stage.apple.fault(Fault.answer(AppleReason.TooManyRequests).to(push.to().token().value()));
    final var outcome = assertInstanceOf(TryAgain.class, stage.send(push));
    assertTrue(outcome.notBefore().isBefore(stage.clock.instant().plusMillis(2_100)));
  }

  @ParameterizedTest
  @CsvSource({"InternalServerError", "ServiceUnavailable"})
  void a_message_waits_when_apple_fails(final AppleReason theirs) throws Exception {
    final var outcome = assertInstanceOf(TryAgain.class, answered(Fault.answer(theirs).always()));
    assertEquals(Reason.SERVICE_UNAVAILABLE, outcome.why());
    assertTrue(outcome.notBefore().isAfter(stage.clock.instant().plusSeconds(4)));
  }

  @ParameterizedTest
  @CsvSource({"InternalServerError", "ServiceUnavailable"})
  void a_call_that_apple_may_have_delivered_is_handed_back_for_at_once(final AppleReason theirs)
      throws Exception {
    final var push = stage.ring(stage.address(PushChannel.VOIP));
    stage.apple.fault(Fault.answer(theirs).to(push.to().token().value()));
    final long connections = connections();
    final var outcome = assertInstanceOf(TryAgain.class, stage.send(push));
    assertFalse(outcome.notBefore().isAfter(stage.clock.instant()));
    assertEquals(1, stage.apple.pushes(push.to().token().value()).size());
    assertInstanceOf(HandedOver.class, stage.send(push.again()));
    assertEquals(connections + 1, connections(), "the repeat avoids the connection that failed");
  }

  @ParameterizedTest
  @CsvSource({"Shutdown", "IdleTimeout"})
  void a_call_is_repeated_once_at_once_on_another_connection(final AppleReason theirs)
      throws Exception {
    final var push = stage.ring(stage.address(PushChannel.VOIP));
    stage.apple.fault(Fault.answer(theirs).to(push.to().token().value()));
    final long connections = connections();
    assertInstanceOf(HandedOver.class, stage.send(push));
    assertEquals(connections + 1, connections());
    assertEquals(2, stage.apple.pushes(push.to().token().value()).size());
  }

  @Test
  void a_call_that_apple_fails_twice_waits_a_second_or_two() throws Exception {
    final var push = stage.ring(stage.address(PushChannel.VOIP)).again();
    stage.apple.fault(
        Fault.answer(AppleReason.ServiceUnavailable).to(push.to().token().value()).always());
    final var outcome = assertInstanceOf(TryAgain.class, stage.send(push));
    assertEquals("503 ServiceUnavailable", outcome.theirWords());
    assertTrue(outcome.notBefore().isAfter(stage.clock.instant().plusMillis(900)));
    assertEquals(1, stage.apple.pushes(push.to().token().value()).size());
  }

  @Test
  void an_expired_provider_token_right_after_signing_means_a_wrong_clock() throws Exception {
    final var outcome =
        assertInstanceOf(
            Withheld.class, answered(Fault.answer(AppleReason.ExpiredProviderToken).always()));
    assertEquals(Reason.CREDENTIALS_EXPIRED, outcome.why());
    assertEquals(List.of(Reason.CREDENTIALS_EXPIRED), stage.alerts);
  }

  @Test
  void too_many_provider_tokens_are_answered_by_waiting_when_there_is_no_older_one()
      throws Exception {
    final var outcome =
        assertInstanceOf(
            TryAgain.class,
            answered(Fault.answer(AppleReason.TooManyProviderTokenUpdates).always()));
    assertEquals(Reason.SERVICE_THROTTLED, outcome.why());
  }

  @ParameterizedTest
  @EnumSource(AppleReason.class)
  void our_table_knows_every_reason_that_apple_documents(final AppleReason theirs) {
    final boolean refusal = theirs != AppleReason.Accepted;
    final var action = ApnsAnswers.action(theirs.status(), theirs.name());
    assertEquals(refusal, action != ApnsAnswers.Action.ACCEPTED);
    assertEquals(
        theirs.name(),
        ApnsAnswers.reason("{\"reason\" : \"" + theirs.name() + "\", \"timestamp\":1}"));
  }

  @ParameterizedTest
  @CsvSource({"418, BAD_REQUEST", "410, TOKEN_RETIRED"})
  void an_unknown_reason_goes_by_its_status(final int status, final Reason ours) throws Exception {
    final var outcome =
        assertInstanceOf(Refused.class, answered(Fault.answer(status, "SomethingNew").always()));
    assertEquals(ours, outcome.why());
  }

  @Test
  void an_unknown_refusal_of_credentials_concerns_this_push_only() throws Exception {
    final var outcome =
        assertInstanceOf(TryAgain.class, answered(Fault.answer(403, "SomethingNew").always()));
    assertEquals(Reason.CREDENTIALS_REFUSED, outcome.why());
    assertInstanceOf(
        HandedOver.class, stage.send(stage.notice(stage.address(PushChannel.MESSAGE))));
  }

  @Test
  void an_answer_without_a_body_goes_by_its_status() throws Exception {
    final var outcome = assertInstanceOf(TryAgain.class, answered(Fault.answer(502, "").always()));
    assertEquals("502", outcome.theirWords());
  }

  @Test
  void no_answer_is_uncertain() throws Exception {
    final var outcome = answered(Fault.of(Fault.Action.CUT).butDelivered());
    assertEquals(Reason.NO_ANSWER, assertInstanceOf(Uncertain.class, outcome).why());
  }

  @Test
  void a_provider_token_is_renewed_in_time_and_apple_takes_the_change() throws Exception {
    try (var other = new ApnsStage()) {
      final var address = other.address(PushChannel.MESSAGE);
      assertInstanceOf(HandedOver.class, other.send(other.notice(address)));
      for (int i = 0; i < 4; i++) {
        other.clock.forward(Duration.ofMinutes(44));
        assertInstanceOf(
            HandedOver.class,
            other.send(other.notice(address)),
            "after " + (i + 1) * 44 + " minutes");
      }
    }
  }

  @Test
  void a_stale_provider_token_is_signed_again_and_the_push_goes_through() throws Exception {
    try (var other = new ApnsStage()) {
      final var address = other.address(PushChannel.MESSAGE);
      assertInstanceOf(HandedOver.class, other.send(other.notice(address)));
      other.clock.forward(Duration.ofMinutes(30));
      other.apple.fault(Fault.answer(AppleReason.ExpiredProviderToken));
      final var outcome = assertInstanceOf(HandedOver.class, other.send(other.notice(address)));
      assertTrue(
          outcome.receipt().startsWith("403 ExpiredProviderToken, then "), outcome.receipt());
    }
  }
}
