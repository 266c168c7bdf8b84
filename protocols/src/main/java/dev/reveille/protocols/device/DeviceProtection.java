package dev.reveille.protocols.device;

import dev.reveille.model.Preferences;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.protection.Protection;
import dev.reveille.routing.port.Registry;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/// Lets apps read and change the protection of their own user: do not disturb, quiet hours, muted
/// conversations, a ring limit. Methods may block on the disk.
final class DeviceProtection {
  private final Registry registry;
  private final InstantSource clock;

  DeviceProtection(final Registry registry, final InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  byte[] show(final Phone phone) {
    return registry
        .user(phone.user())
        .map(user -> written(user.preferences()))
        .orElseThrow(() -> gone(phone.user()));
  }

  byte[] replace(final Phone phone, final byte[] body) {
    return change(phone, before -> Protection.replaced(body, before));
  }

  byte[] patch(final Phone phone, final byte[] body) {
    return change(phone, before -> Protection.patched(body, before));
  }

  byte[] mute(final Phone phone, final String conversation, final byte[] body) {
    final var now = clock.instant();
    return change(phone, before -> Protection.mute(before, conversation, body, now));
  }

  byte[] unmute(final Phone phone, final String conversation) {
    return change(phone, before -> Protection.unmute(before, conversation));
  }

  private byte[] change(final Phone phone, final UnaryOperator<Preferences> change) {
    return registry
        .changePreferences(phone.user(), change, Registry.device(phone.id()))
        .map(user -> written(user.preferences()))
        .orElseThrow(() -> gone(phone.user()));
  }

  private byte[] written(final Preferences preferences) {
    return Protection.written(preferences, clock.instant());
  }

  private static Refusal gone(final UserId user) {
    return new Refusal(Reason.NOT_FOUND, "user " + user.name());
  }
}
