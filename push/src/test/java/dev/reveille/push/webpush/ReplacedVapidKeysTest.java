package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Until;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.push.windows.HeldAnswers;
import dev.reveille.routing.port.Push;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An app's keys for Web Push are replaced while pushes wait for a connection, which all apps
/// share.
final class ReplacedVapidKeysTest {
  /// Connections of the stage's pool, and so pushes that can be on their way at once.
  private static final int CONNECTIONS = 8;

  private static final int MANY = 40;

  private final WebPushStage stage = new WebPushStage();
  private final LinkedBlockingQueue<DeliveryOutcome> heard = new LinkedBlockingQueue<>();
  private final HeldAnswers held = new HeldAnswers();

  @AfterEach
  void stop() {
    held.letGo();
    stage.close();
  }

  private void allHandedOver(final int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      final var told = heard.poll(15, TimeUnit.SECONDS);
      assertNotNull(told, "no outcome");
      assertInstanceOf(HandedOver.class, told);
    }
    final var paths = new HashSet<String>();
    for (final var request : stage.service.requests) {
      assertTrue(paths.add(request.substring(0, request.indexOf("\r\n"))), "none twice");
    }
    assertEquals(count, paths.size());
    assertEquals(List.of(), stage.alerts);
  }

  private long signed(final Credential.WebPush by) {
    return stage.service.requests.stream()
        .filter(request -> request.contains(", k=" + by.publicKey() + "\r\n"))
        .count();
  }

  private Credential.WebPush replaced() {
    final var fresh = VapidKeys.fresh("mailto:push@example.org", false);
    stage.credential = fresh;
    stage.sender.forget(WebPushStage.APP);
    return fresh;
  }

  private List<Push> notices(final int count) {
    final var group = new ArrayList<Push>();
    for (int i = 0; i < count; i++) {
      group.add(stage.notice(stage.address(), "hello", "7-" + i));
    }
    return group;
  }

  @Test
  void what_waits_for_a_connection_goes_out_with_the_new_keys() throws Exception {
    final var former = stage.credential;
    stage.service.beforeAnswer = held::hold;
    stage.sender.send(notices(MANY), (_, outcome) -> heard.add(outcome));
    Until.holds(() -> stage.service.requests.size() > 1, "some are on their way");
    final var fresh = replaced();
    held.letGo();
    allHandedOver(MANY);
    final long before = signed(former);
    assertTrue(before >= 2 && before <= CONNECTIONS, "left with the former keys: " + before);
    assertEquals(MANY - before, signed(fresh));
  }

  @Test
  void keys_that_change_again_and_again_lose_and_double_nothing() throws Exception {
    final int rounds = 12;
    for (int i = 0; i < rounds; i++) {
      stage.sender.send(notices(MANY), (_, outcome) -> heard.add(outcome));
      replaced();
    }
    allHandedOver(rounds * MANY);
  }
}
