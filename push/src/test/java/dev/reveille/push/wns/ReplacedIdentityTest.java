package dev.reveille.push.wns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Until;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.push.windows.HeldAnswers;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.routing.port.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An identity of WNS is replaced while pushes wait for its access token or for a connection.
final class ReplacedIdentityTest {
  /// Connections of the stage's pool, and so pushes that can be on their way at once.
  private static final int CONNECTIONS = 8;

  private static final int MANY = 40;

  private final WindowsStage stage = WnsStage.open();
  private final LinkedBlockingQueue<DeliveryOutcome> heard = new LinkedBlockingQueue<>();
  private final HeldAnswers held = new HeldAnswers();

  @AfterEach
  void stop() {
    held.letGo();
    stage.close();
  }

  private List<Push> notices(final int count) {
    final var group = new ArrayList<Push>();
    for (int i = 0; i < count; i++) {
      group.add(stage.push(WindowsStage.notice("Anna", "hello")));
    }
    return group;
  }

  private void allHandedOver(final List<Push> group) throws InterruptedException {
    for (int i = 0; i < group.size(); i++) {
      final var told = heard.poll(15, TimeUnit.SECONDS);
      assertNotNull(told, "no outcome");
      assertInstanceOf(HandedOver.class, told);
    }
    group.forEach(push -> assertEquals(1, stage.arrived(push)));
    assertEquals(List.of(), stage.alerts);
  }

  private long carried(final String token) {
    return stage.channels.requests.stream()
        .filter(request -> WindowsStage.header(request, "authorization").equals(token))
        .count();
  }

  @Test
  void what_waits_for_an_access_token_goes_out_with_the_new_identity_at_once() throws Exception {
    final var usual = stage.tokens.answer;
    stage.tokens.answer =
        number -> {
          if (number == 1) {
            held.hold();
          }
          return usual.apply(number);
        };
    final var group = notices(3);
    stage.sender.send(group, (_, outcome) -> heard.add(outcome));
    Until.holds(() -> stage.tokens.asked.size() == 1, "a token was asked for");
    stage.fresh(WnsStage.store(stage));
    allHandedOver(group);
    assertEquals(3, carried("Bearer token-2"));
  }

  @Test
  void what_waits_for_a_connection_goes_out_with_the_new_identity() throws Exception {
    stage.channels.beforeAnswer = held::hold;
    final var group = notices(MANY);
    stage.sender.send(group, (_, outcome) -> heard.add(outcome));
    Until.holds(() -> stage.channels.requests.size() > 1, "some are on their way");
    stage.credential = WnsStage.store(stage);
    stage.sender.forget(WindowsStage.APP);
    held.letGo();
    allHandedOver(group);
    final long before = carried("Bearer token-1");
    assertTrue(before >= 2 && before <= CONNECTIONS, "left with the former identity: " + before);
    assertEquals(MANY - before, carried("Bearer token-2"));
  }
}
