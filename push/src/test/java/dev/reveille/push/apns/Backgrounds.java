package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reveille.model.AppId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.WorkKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;

/// Background pushes, and what [BackgroundLimit] says to them.
final class Backgrounds {
  private static final Instant FAR = Instant.parse("2030-01-01T00:00:00Z");

  private Backgrounds() {}

  static Push push(
      final long number, final String phone, final PushContent.Wake wake, final Instant deadline) {
    return new Push(
        new WorkKey(number, new TargetKey("i-" + phone)),
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.MESSAGE,
            new AppId("app"),
            false,
            new PushToken(phone),
            Instant.EPOCH),
        new UUID(7, number),
        wake,
        Lane.NORMAL,
        deadline,
        1,
        () -> true);
  }

  static Push change(final long number, final String phone) {
    return push(
        number, phone, new PushContent.Wake("e", EventClass.CHANGE, "mail", "changes"), FAR);
  }

  static Push silent(final long number, final String phone, final String type) {
    return push(number, phone, new PushContent.Wake("e", EventClass.SILENT, type, ""), FAR);
  }

  /// What is said to a push that may not leave.
  static DeliveryOutcome asked(final BackgroundLimit limit, final Push push) {
    final var told = new ArrayList<DeliveryOutcome>();
    assertNull(limit.admit(push, (_, outcome) -> told.add(outcome)), "it may leave");
    return told.getFirst();
  }

  /// Lets it leave; its outcome is to be told.
  static BackgroundLimit.Leaving leaves(final BackgroundLimit limit, final Push push) {
    final var leaving = limit.admit(push, (_, _) -> {});
    assertNotNull(leaving, "it may not leave");
    final var background = (BackgroundLimit.Leaving) leaving;
    background.leaves();
    return background;
  }

  /// Lets it leave, and Apple takes it.
  static void take(final BackgroundLimit limit, final Push push) {
    leaves(limit, push).outcome(push, new HandedOver(""));
  }
}
