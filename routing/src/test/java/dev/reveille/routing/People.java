package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.NOW;

import dev.reveille.model.AppId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Phones for tests.
final class People {
  static final AppId APP = new AppId("com.example.phone");

  private People() {}

  /// An iPhone with both channels (or with the single one before iOS 13).
  static Installation iPhone(final String id, final int osMajor, final UserId... users) {
    final var service = PushService.APNS;
    return phone(
        id,
        Platform.IOS,
        osMajor,
        osMajor < 13
            ? List.of(address(id, service, PushChannel.SINGLE))
            : List.of(
                address(id, service, PushChannel.VOIP), address(id, service, PushChannel.MESSAGE)),
        users);
  }

  static Installation android(final String id, final UserId... users) {
    final var service = PushService.FCM;
    return phone(
        id,
        Platform.ANDROID,
        15,
        List.of(address(id, service, PushChannel.VOIP), address(id, service, PushChannel.MESSAGE)),
        users);
  }

  static Installation browser(final String id, final UserId... users) {
    return phone(
        id,
        Platform.BROWSER,
        0,
        List.of(address(id, PushService.WEB_PUSH, PushChannel.SINGLE)),
        users);
  }

  static Installation windowsPhone(final String id, final UserId... users) {
    return phone(
        id,
        Platform.WINDOWS_PHONE,
        8,
        List.of(address(id, PushService.MPNS, PushChannel.SINGLE)),
        users);
  }

  static Installation phone(
      final String id,
      final Platform platform,
      final int osMajor,
      final List<PushAddress> addresses,
      final UserId... users) {
    return new Installation(
        new InstallationId(id),
        ACME,
        APP,
        platform,
        osMajor,
        "",
        List.of(users),
        addresses,
        Map.of(),
        NOW.minus(Duration.ofDays(30)),
        NOW.minus(Duration.ofHours(2)));
  }

  static PushAddress.Direct address(
      final String of, final PushService service, final PushChannel channel) {
    return new PushAddress.Direct(
        service,
        channel,
        APP,
        false,
        new PushToken(of + "/" + channel.word()),
        NOW.minus(Duration.ofDays(1)));
  }

  static Installation with(final Installation phone, final List<PushAddress> addresses) {
    return copy(phone, phone.generation(), addresses, phone.attributes());
  }

  static Installation of(final Installation phone, final String generation) {
    return copy(phone, generation, phone.addresses(), phone.attributes());
  }

  static Installation withoutCallKit(final Installation phone) {
    return copy(phone, phone.generation(), phone.addresses(), Map.of("callkit", "no"));
  }

  private static Installation copy(
      final Installation phone,
      final String generation,
      final List<PushAddress> addresses,
      final Map<String, String> attributes) {
    return new Installation(
        phone.id(),
        phone.organisation(),
        phone.app(),
        phone.platform(),
        phone.osMajor(),
        generation,
        phone.users(),
        new ArrayList<>(addresses),
        attributes,
        phone.registeredAt(),
        phone.lastSeen());
  }

  static boolean isTold(final UserId user, final ConversationId of, final Event event) {
    return event instanceof final Event.Message message
        && message.in().equals(of)
        && message.recipients().contains(user);
  }
}
