package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.Lane;
import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A hub for calls, whose bundle id ends in `.voip` as it did at Azure.
final class VoipBundleTest {
  private static final String VOIP = ApnsStage.BUNDLE + ".voip";

  @AutoClose private final ApnsStage stage = new ApnsStage();

  private String topic(final Map<String, String> headers) throws Exception {
    final var token = stage.apple.newToken(VOIP, false);
    final var content = new PushContent.Native("sealed-id", headers, Bytes.of("{\"aps\":{}}"));
    final var to = stage.at(token, PushChannel.MESSAGE, false);
    assertInstanceOf(
        HandedOver.class, stage.send(stage.push(to, content, Lane.URGENT, Duration.ofMinutes(1))));
    return stage.apple.pushes(token).getLast().header("apns-topic");
  }

  @Test
  void its_calls_go_out_under_it() throws Exception {
    stage.app = Optional.of(new ApnsApps.ApnsApp(VOIP, stage.credential(stage.key)));
    stage.sender.forget(ApnsStage.APP);
    assertEquals(VOIP, topic(Map.of("apns-push-type", "voip")));
    assertEquals(VOIP, topic(Map.of("apns-push-type", "voip", "apns-topic", VOIP)));
  }
}
