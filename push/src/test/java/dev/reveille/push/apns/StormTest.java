package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.Fault.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Apple at its worst: connections break in every way while groups of pushes go out.
final class StormTest {
  private static final int GROUPS = 200;
  private static final int GROUP = 50;
  private static final long SEED = 20_261_121;

  @Test
  void every_push_gets_one_outcome_and_none_is_taken_twice() throws Exception {
    final var settings =
        ApnsSettings.DEFAULT.withPool(ApnsStage.QUICK.withQueuePatience(Duration.ofSeconds(30)));
    try (var stage = new ApnsStage(AppleOptions.DEFAULT.withStreams(1, 100), settings)) {
      final var address = stage.address(PushChannel.MESSAGE);
      stage.send(stage.notice(address));
      stage.apple.fault(Fault.of(Action.GOAWAY_BEFORE).always().withChance(0.002, SEED));
      stage.apple.fault(Fault.of(Action.GOAWAY_AFTER).always().withChance(0.002, SEED + 1));
      stage.apple.fault(Fault.of(Action.GOAWAY_UNANSWERED).always().withChance(0.001, SEED + 2));
      stage.apple.fault(Fault.of(Action.CUT).always().withChance(0.001, SEED + 3));
      stage.apple.fault(Fault.reset("REFUSED_STREAM").always().withChance(0.01, SEED + 4));
      stage.apple.fault(Fault.reset("INTERNAL_ERROR").always().withChance(0.002, SEED + 5));
      stage.apple.fault(Fault.delay(Duration.ofMillis(30)).always().withChance(0.01, SEED + 6));
      stage.apple.fault(Fault.streamLimit(7).always().withChance(0.001, SEED + 7));

      final Map<UUID, AtomicInteger> heard = new ConcurrentHashMap<>();
      final Map<UUID, DeliveryOutcome> outcomes = new ConcurrentHashMap<>();
      final var ended = new CountDownLatch(GROUPS * GROUP);
      for (int i = 0; i < GROUPS; i++) {
        final var group = new ArrayList<Push>(GROUP);
        for (int j = 0; j < GROUP; j++) {
          group.add(stage.notice(address));
        }
        stage.sender.send(
            group,
            (push, outcome) -> {
              heard.computeIfAbsent(push.id(), _ -> new AtomicInteger()).incrementAndGet();
              outcomes.put(push.id(), outcome);
              ended.countDown();
            });
      }
      assertTrue(ended.await(60, TimeUnit.SECONDS), "without an outcome: " + ended.getCount());

      final Map<String, Integer> taken = new HashMap<>();
      for (final var push : stage.apple.pushes(address.token().value())) {
        if (push.status() == 200) {
          taken.merge(push.header("apns-id"), 1, Integer::sum);
        }
      }
      final String seed = "seed " + SEED;
      assertEquals(GROUPS * GROUP, heard.size(), seed);
      assertTrue(heard.values().stream().allMatch(count -> count.get() == 1), seed);
      assertTrue(taken.values().stream().allMatch(count -> count == 1), seed);
      outcomes.forEach((id, outcome) -> {
        if (outcome instanceof HandedOver) {
          assertTrue(taken.containsKey(id.toString()), seed);
        }
        assertTrue(!(outcome instanceof Refused), () -> outcome + ", " + seed);
      });
      assertTrue(
          taken.size() > GROUPS * GROUP * 0.8, "most went through: " + taken.size() + ", " + seed);
    }
  }
}
