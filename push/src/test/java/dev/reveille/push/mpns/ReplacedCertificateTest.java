package dev.reveille.push.mpns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.Until;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Lane;
import dev.reveille.push.windows.HeldAnswers;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.routing.port.Push;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A certificate for MPNS is replaced while pushes wait for one of its own connections.
final class ReplacedCertificateTest {
  private static final LoopbackCertificates FORMER = LoopbackCertificates.make();
  private static final LoopbackCertificates FRESH = LoopbackCertificates.make();

  /// Connections of the stage's pool that are not kept for calls, and so pushes that can be on
  /// their way at once.
  private static final int CONNECTIONS = 7;

  private static final int MANY = 40;

  private final WindowsStage stage = MpnsStage.open(true);
  private final LinkedBlockingQueue<DeliveryOutcome> heard = new LinkedBlockingQueue<>();
  private final HeldAnswers held = new HeldAnswers();

  @AfterEach
  void stop() {
    held.letGo();
    stage.close();
  }

  private static Credential.Mpns credential(final LoopbackCertificates of) {
    return new Credential.Mpns(of.leafPem(), of.keyPem());
  }

  private List<Push> notices() {
    final var group = new ArrayList<Push>();
    for (int i = 0; i < MANY; i++) {
      final var to = stage.at(stage.tokens.url() + "/unthrottledthirdparty/01.00/" + i);
      final var content = WindowsStage.notice("Anna", "hello");
      group.add(stage.push(to, content, Lane.NORMAL, Duration.ofHours(1)));
    }
    return group;
  }

  private long shown(final LoopbackCertificates by) {
    final var serial = by.chain().getFirst().getSerialNumber().toString();
    return stage.tokens.asked.stream().filter(one -> one.subject().equals(serial)).count();
  }

  @Test
  void what_waits_for_a_connection_goes_out_with_the_new_certificate_at_once() throws Exception {
    stage.tokens.answer =
        _ -> {
          held.hold();
          return "200 ";
        };
    stage.fresh(credential(FORMER));
    stage.sender.send(notices(), (_, outcome) -> heard.add(outcome));
    Until.holds(() -> shown(FORMER) >= CONNECTIONS, "all connections are taken");
    stage.fresh(credential(FRESH));
    Until.holds(() -> shown(FRESH) > 0, "others leave before those are answered");
    held.letGo();
    for (int i = 0; i < MANY; i++) {
      final var told = heard.poll(15, TimeUnit.SECONDS);
      assertNotNull(told, "no outcome");
      assertInstanceOf(HandedOver.class, told);
    }
    assertEquals(CONNECTIONS, shown(FORMER));
    assertEquals(MANY - CONNECTIONS, shown(FRESH));
    final var paths = new HashSet<String>();
    stage.tokens.asked.forEach(one -> assertTrue(paths.add(one.path()), "none twice"));
    assertEquals(List.of(), stage.alerts);
  }
}
