package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.SendLog.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Several large sends at once.
final class SendFanOutTurnsTest extends SendFanOutStage {
  private static final int EACH = 6_000;
  private static final int MOST = SendTurns.MOST_TARGETS;

  private Send large(final String id, final Lane lane) {
    final var like = send(id, new Audience.Registered("news", id, EACH), NOW);
    return new Send(like.key(), like.life(), lane, like.notBefore(), like.to(), like.what());
  }

  private List<Long> accept(final int sends, final Lane lane) {
    fixture.audiences = new Even(EACH, new HashSet<>());
    fixture.crashAndStartAgain();
    final var all = new ArrayList<Long>();
    for (int i = 0; i < sends; i++) {
      all.add(accept(large("send-" + i, lane)));
    }
    return all;
  }

  private Map<Long, Integer> underWay() {
    final Map<Long, Integer> each = new HashMap<>();
    fixture.apns().taken.forEach(push -> each.merge(push.event(), 1, Integer::sum));
    return each;
  }

  @Test
  void all_together_have_a_limit_and_each_is_told_completely() {
    final var all = accept(9, Lane.NORMAL);
    int most = 0;
    final Map<Long, Integer> told = new HashMap<>();
    while (!fixture.apns().taken.isEmpty()) {
      most = Math.max(most, fixture.apns().taken.size());
      underWay().forEach((send, count) -> told.merge(send, count, Integer::sum));
      handOverAll();
    }
    assertEquals(MOST, most);
    for (final long send : all) {
      assertEquals(EACH / 2, told.get(send));
      assertEquals(State.OVER, progress(send).state());
      assertEquals(Map.of("handed-over", EACH / 2L), progress(send).outcomes());
    }
    fixture.nothingIsLeft();
  }

  /// Four sends took all room; when each has ended two pages, none of them is through.
  @Test
  void sends_of_one_lane_take_turns() {
    final var all = accept(9, Lane.NORMAL);
    final Map<Long, Integer> told = new HashMap<>();
    for (int answered = 0; answered < 4 * 2 * SendFanOut.PAGE; answered++) {
      final var push = fixture.apns().taken.removeFirst();
      told.merge(push.event(), 1, Integer::sum);
      fixture.apns().handOver(push);
      if (answered % 50 == 0) {
        fixture.turn();
      }
    }
    fixture.turn();
    for (final long send : all) {
      assertTrue(
          told.getOrDefault(send, 0) + underWay().getOrDefault(send, 0) > 0,
          () -> "send " + send + " did not get a turn: " + told + ", and " + underWay());
    }
    while (!fixture.apns().taken.isEmpty()) {
      handOverAll();
    }
    fixture.nothingIsLeft();
  }

  @Test
  void an_urgent_one_is_not_held_up_by_others() {
    accept(5, Lane.NORMAL);
    assertEquals(MOST, fixture.apns().taken.size());
    final long urgent = accept(large("urgent", Lane.URGENT));
    assertEquals(SendFanOut.WINDOW, underWay().get(urgent));
    final var ofOthers =
        fixture.apns().taken.stream().filter(one -> one.event() != urgent).toList();
    while (true) {
      final var some = fixture.apns().taken.stream().filter(one -> one.event() == urgent).toList();
      if (some.isEmpty()) {
        break;
      }
      some.forEach(fixture.apns()::handOver);
      fixture.apns().taken.removeAll(new HashSet<>(some));
      fixture.turn();
    }
    assertEquals(Map.of("handed-over", EACH / 2L), progress(urgent).outcomes());
    assertEquals(MOST, ofOthers.size());
    while (!fixture.apns().taken.isEmpty()) {
      handOverAll();
    }
    fixture.nothingIsLeft();
  }

  @Test
  void a_cancelled_one_gives_its_room_to_the_others() {
    final var all = accept(9, Lane.NORMAL);
    all.subList(0, 8).forEach(send -> fixture.routing.sends().cancel(send, () -> {}));
    fixture.turn();
    final List<Push> before = List.copyOf(fixture.apns().taken);
    before.forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.turn();
    assertEquals(SendFanOut.WINDOW, underWay().get(all.getLast()));
    while (!fixture.apns().taken.isEmpty()) {
      handOverAll();
    }
    assertEquals(Map.of("handed-over", EACH / 2L), progress(all.getLast()).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void when_the_moment_of_very_many_comes_they_go_on_some_at_a_time() {
    final var moment = NOW.plus(Duration.ofMinutes(5));
    final int sends = 2 * SendFanOut.MOST_AT_ONCE + 10;
    for (int i = 0; i < sends; i++) {
      accept(send("s" + i, new Audience.Addresses(List.of(address(i + 1))), moment));
    }
    fixture.pass(Duration.ofMinutes(5));
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(SendFanOut.MOST_AT_ONCE, fixture.apns().taken.size());
    int told = 0;
    while (told < sends) {
      told += fixture.apns().taken.size();
      handOverAll();
      fixture.pass(Duration.ofSeconds(2));
    }
    assertEquals(sends, told);
    fixture.nothingIsLeft();
  }

  @Test
  void rows_of_one_claim_ask_once_for_their_send() {
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final var to = addresses(100);
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    fixture.apns().always = _ -> new HandedOver("");
    final int before = fixture.store.sendLog.asked();
    fixture.pass(Duration.ofMinutes(1));
    final int asked = fixture.store.sendLog.asked() - before;
    assertEquals(Map.of("handed-over", 100L), progress(send).outcomes());
    assertTrue(asked > 0 && asked < 30, () -> asked + " times for 100 rows");
    fixture.nothingIsLeft();
  }
}
