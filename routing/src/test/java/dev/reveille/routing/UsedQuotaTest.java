package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A service takes no more messages for a while and says so, as a clearing house does whose quota
/// is used up; calls pass there.
class UsedQuotaTest {
  private static final Duration REST = Duration.ofSeconds(40);

  private final RoutingFixture fixture = RoutingFixture.ofAnna();
  private final List<Push> calls = new ArrayList<>();
  private final List<Push> messages = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private DeliveryOutcome answer(final Push push) {
    if (push.lane() == Lane.URGENT) {
      calls.add(push);
      return new DeliveryOutcome.HandedOver("");
    }
    messages.add(push);
    final var now = fixture.clock.instant();
    return now.isBefore(NOW.plus(REST))
        ? new TryAgain(Reason.SERVICE_THROTTLED, "480", NOW.plus(REST), ServiceReply.MOMENT)
        : new DeliveryOutcome.HandedOver("");
  }

  @Test
  void messages_that_wait_for_quota_hold_up_no_call_and_go_at_their_moment() {
    fixture.apns().always = this::answer;
    for (int i = 0; i < 50; i++) {
      fixture.accept(Samples.message("m" + i, ANNA));
    }
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(50, messages.size(), "each is refused by itself");
    fixture.accept(incomingCall("c"));
    assertEquals(1, calls.size());
    fixture.pass(REST.minusSeconds(2));
    assertEquals(50, messages.size(), "they are left alone until then");
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(100, messages.size());
    fixture.nothingIsLeft();
  }
}
