package dev.reveille.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// What every sender of pushes must do, whatever platform it speaks to: exactly one outcome per
/// push, nothing late, nothing unwanted, nothing in silence.
public interface SenderContract {
  int MANY = 300;

  /// A new one for each test.
  SenderStage stage();

  private static Push with(
      final Push push, final AppId app, final Instant deadline, final BooleanSupplier wanted) {
    final var to = push.to();
    return new Push(
        push.work(),
        new PushAddress.Direct(
            to.service(),
            to.channel(),
            app,
            to.scope(),
            to.sandbox(),
            to.token(),
            to.registeredAt(),
            to.doubt(),
            to.keys()),
        push.id(),
        push.content(),
        push.lane(),
        deadline,
        push.attempt(),
        wanted);
  }

  @Test
  default void a_push_is_handed_over_with_a_receipt() throws Exception {
    try (var stage = stage()) {
      final var push = stage.ring();
      final var outcome = stage.send(push);
      assertTrue(assertInstanceOf(HandedOver.class, outcome).receipt().length() > 8);
      assertEquals(1, stage.arrived(push));
    }
  }

  @Test
  default void every_push_of_a_group_hears_one_outcome_of_its_own() throws Exception {
    try (var stage = stage()) {
      final var group = new ArrayList<Push>();
      for (int i = 0; i < MANY; i++) {
        group.add(stage.ring());
      }
      final var heard = new LinkedBlockingQueue<Push>();
      stage.sender().send(group, (push, _) -> heard.add(push));
      final var times = new HashMap<Push, Integer>();
      for (int i = 0; i < MANY; i++) {
        final var push = heard.poll(20, TimeUnit.SECONDS);
        assertTrue(push != null, "only " + i + " outcomes");
        times.merge(push, 1, Integer::sum);
      }
      assertEquals(new HashSet<>(group), times.keySet());
      assertEquals(MANY, times.size());
    }
  }

  @Test
  default void nothing_leaves_after_its_deadline() throws Exception {
    try (var stage = stage()) {
      final var ring = stage.ring();
      final var late =
          with(ring, ring.to().app(), stage.clock.instant().minusMillis(1), () -> true);
      final var refused = assertInstanceOf(Refused.class, stage.send(late));
      assertEquals(Reason.TOO_LATE_TO_ALERT, refused.why());
      assertEquals(0, stage.arrived(late));
    }
  }

  @Test
  default void what_is_not_wanted_any_more_does_not_leave() throws Exception {
    try (var stage = stage()) {
      final var ring = stage.ring();
      final var over = with(ring, ring.to().app(), ring.deadline(), () -> false);
      final var refused = assertInstanceOf(Refused.class, stage.send(over));
      assertEquals(Reason.CALL_OVER, refused.why());
      assertEquals(0, stage.arrived(over));
    }
  }

  @Test
  default void an_app_without_credentials_is_refused_with_that_reason() throws Exception {
    try (var stage = stage()) {
      final var ring = stage.ring();
      final var stranger = with(ring, new AppId("unknown"), ring.deadline(), () -> true);
      final var refused = assertInstanceOf(Refused.class, stage.send(stranger));
      assertEquals(Reason.NOT_CONFIGURED, refused.why());
      assertEquals(0, stage.arrived(stranger));
    }
  }

  @Test
  default void a_broken_connection_costs_no_push_its_outcome() throws Exception {
    try (var stage = stage()) {
      stage.send(stage.ring());
      stage.cutOnce();
      final var group = new ArrayList<Push>();
      for (int i = 0; i < MANY; i++) {
        group.add(stage.ring());
      }
      final var all = stage.send(group);
      assertTrue(
          all.stream()
              .allMatch(one ->
                  one instanceof HandedOver
                      || one instanceof TryAgain
                      || one instanceof Uncertain(Reason why) && why == Reason.NO_ANSWER),
          all.toString());
      assertInstanceOf(HandedOver.class, stage.send(stage.ring()));
    }
  }

  @Test
  default void a_sender_that_was_closed_still_answers() throws Exception {
    try (var stage = stage()) {
      stage.send(stage.ring());
      stage.sender().close();
      assertInstanceOf(TryAgain.class, stage.send(stage.ring()));
    }
  }
}
