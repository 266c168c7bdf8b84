package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Background pushes to one phone, over a socket.
final class BackgroundPushTest {
  @AutoClose private static final ApnsStage stage = new ApnsStage();
  private static final AtomicLong NUMBERS = new AtomicLong();

  @AfterEach
  void putBack() {
    stage.apple.clearFaults();
  }

  /// Numbers only grow, as those of the journal do: each test has ten of its own.
  private final long first = NUMBERS.getAndAdd(10);

  private Push change(final int which, final PushAddress.Direct to) {
    return numbered(first + which, to);
  }

  private static Push numbered(final long number, final PushAddress.Direct to) {
    return new Push(
        new WorkKey(number, new TargetKey("i-phone")),
        to,
        new UUID(3, number),
        new PushContent.Wake("7-" + number, EventClass.CHANGE, "mail", "changes"),
        Lane.NORMAL,
        stage.clock.instant().plus(Duration.ofHours(2)),
        1,
        () -> true);
  }

  private static int arrived(final PushAddress.Direct to) {
    return stage.apple.pushes(to.token().value()).size();
  }

  private static void waits(final DeliveryOutcome outcome) {
    assertEquals(Reason.BACKGROUND_HELD, assertInstanceOf(TryAgain.class, outcome).why());
  }

  @Test
  void a_second_one_within_20_minutes_waits_and_a_third_folds_into_it() throws Exception {
    final var phone = stage.address(PushChannel.MESSAGE);
    assertInstanceOf(HandedOver.class, stage.send(change(1, phone)));
    waits(stage.send(change(2, phone)));
    waits(stage.send(change(3, phone)));
    assertEquals(1, arrived(phone));
    stage.clock.forward(Duration.ofMinutes(20));
    assertInstanceOf(HandedOver.class, stage.send(change(2, phone).again()));
    final var folded = assertInstanceOf(Refused.class, stage.send(change(3, phone).again()));
    assertEquals(Reason.FOLDED, folded.why());
    assertTrue(folded.byUs());
    assertTrue(folded.theirWords().contains(change(2, phone).id().toString()));
    assertEquals(2, arrived(phone));
  }

  @Test
  void two_in_one_group_leave_as_one_and_the_other_folds() throws Exception {
    final var phone = stage.address(PushChannel.MESSAGE);
    final var both = stage.send(List.of(change(1, phone), change(2, phone)));
    assertEquals(1, both.stream().filter(HandedOver.class::isInstance).count());
    assertEquals(1, both.stream().filter(TryAgain.class::isInstance).count());
    final var folded = assertInstanceOf(Refused.class, stage.send(change(2, phone).again()));
    assertEquals(Reason.FOLDED, folded.why());
    assertEquals(1, arrived(phone));
  }

  @Test
  void alerts_and_calls_do_not_wait_behind_one() throws Exception {
    final var phone = stage.address(PushChannel.MESSAGE);
    assertInstanceOf(HandedOver.class, stage.send(change(1, phone)));
    waits(stage.send(change(2, phone)));
    assertInstanceOf(HandedOver.class, stage.send(stage.notice(phone)));
    assertInstanceOf(HandedOver.class, stage.send(stage.ring(stage.address(PushChannel.VOIP))));
    assertEquals(2, arrived(phone));
  }

  @Test
  void one_that_apple_did_not_take_holds_up_none() throws Exception {
    final var phone = stage.address(PushChannel.MESSAGE);
    stage.apple.fault(Fault.answer(AppleReason.ServiceUnavailable).to(phone.token().value()));
    assertEquals(
        Reason.SERVICE_UNAVAILABLE,
        assertInstanceOf(TryAgain.class, stage.send(change(1, phone))).why());
    assertInstanceOf(HandedOver.class, stage.send(change(2, phone)));
    // accepted before the other one left
    assertEquals(
        Reason.FOLDED, assertInstanceOf(Refused.class, stage.send(change(1, phone).again())).why());
  }

  /// Its caller knows what the push is for: Apple's throttle is enough there.
  @Test
  void one_that_its_caller_wrote_goes_out_as_given() throws Exception {
    final var phone = stage.address(PushChannel.MESSAGE);
    final var given =
        new PushContent.Native("7-41", Map.of(), Bytes.of("{\"aps\":{\"content-available\":1}}"));
    for (int i = 0; i < 2; i++) {
      assertInstanceOf(
          HandedOver.class, stage.send(stage.push(phone, given, Lane.NORMAL, Duration.ofHours(1))));
    }
    assertEquals(
        List.of("background", "background"),
        stage.apple.pushes(phone.token().value()).stream()
            .map(push -> push.header("apns-push-type"))
            .toList());
    assertInstanceOf(HandedOver.class, stage.send(change(2, phone)));
  }

  /// There everything travels on the one channel, which Apple does not hold back.
  @Test
  void the_single_channel_of_ios_12_has_no_such_pause() throws Exception {
    final var phone = stage.address(PushChannel.SINGLE);
    assertInstanceOf(HandedOver.class, stage.send(change(1, phone)));
    assertInstanceOf(HandedOver.class, stage.send(change(2, phone)));
  }
}
