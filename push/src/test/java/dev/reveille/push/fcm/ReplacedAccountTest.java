package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.reveille.http.client.Until;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A service account is replaced while pushes wait for its access token or for a connection.
final class ReplacedAccountTest {
  @AutoClose private final FcmStage stage = new FcmStage();
  private final LinkedBlockingQueue<DeliveryOutcome> heard = new LinkedBlockingQueue<>();

  private List<Push> notices(final int count) {
    final var group = new ArrayList<Push>();
    for (int i = 0; i < count; i++) {
      group.add(stage.notice(stage.address()));
    }
    return group;
  }

  private DeliveryOutcome next() throws InterruptedException {
    final var told = heard.poll(15, TimeUnit.SECONDS);
    assertNotNull(told, "no outcome");
    return told;
  }

  @Test
  void what_had_not_left_goes_out_with_the_new_account() throws Exception {
    final int rounds = 12;
    final int each = 50;
    for (int i = 0; i < rounds; i++) {
      stage.sender.send(notices(each), (_, outcome) -> heard.add(outcome));
      stage.fresh();
    }
    for (int i = 0; i < rounds * each; i++) {
      assertInstanceOf(HandedOver.class, next());
    }
    assertEquals(rounds * each, stage.google.messages("").size(), "none twice");
    assertEquals(List.of(), stage.alerts);
  }

  @Test
  void what_waits_for_an_access_token_goes_out_with_the_new_account() throws Exception {
    stage.google.tokenFault(Fault.delay(Duration.ofSeconds(2)).times(1));
    stage.sender.send(notices(3), (_, outcome) -> heard.add(outcome));
    Until.holds(
        () -> stage.google.counters().getOrDefault("faults", 0L) > 0,
        "Google was asked for a token");
    stage.fresh();
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(HandedOver.class, next());
    }
  }

  @Test
  void what_comes_while_the_sender_closes_is_told_that_the_server_stops() throws Exception {
    stage.sender.send(notices(1), (_, outcome) -> heard.add(outcome));
    assertInstanceOf(HandedOver.class, next());
    stage.sender.close();
    stage.sender.send(notices(1), (_, outcome) -> heard.add(outcome));
    assertEquals(Reason.SHUTTING_DOWN, assertInstanceOf(TryAgain.class, next()).why());
  }
}
