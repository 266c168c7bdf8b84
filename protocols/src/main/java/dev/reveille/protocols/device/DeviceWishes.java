package dev.reveille.protocols.device;

import dev.reveille.model.Preferences;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Unreadable;
import dev.reveille.protocols.protection.Protection;
import dev.reveille.routing.Routing;
import java.util.function.UnaryOperator;

/// What an app asks and sets of its own user's protection: do not disturb, quiet hours, muted
/// conversations, a ring limit. May read the disk.
final class DeviceWishes {
  private final Routing routing;

  DeviceWishes(final Routing routing) {
    this.routing = routing;
  }

  byte[] show(final Phone phone) {
    return routing
        .stores()
        .registry()
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
    final var now = routing.clock().instant();
    return change(phone, before -> Protection.mute(before, conversation, body, now));
  }

  byte[] unmute(final Phone phone, final String conversation) {
    return change(phone, before -> Protection.unmute(before, conversation));
  }

  private byte[] change(final Phone phone, final UnaryOperator<Preferences> change) {
    try {
      return routing
          .stores()
          .registry()
          .changePreferences(phone.user(), change, "device " + phone.id())
          .map(user -> written(user.preferences()))
          .orElseThrow(() -> gone(phone.user()));
    } catch (Unreadable unreadable) {
      throw new Refusal(unreadable.why(), unreadable.detail());
    }
  }

  private byte[] written(final Preferences preferences) {
    return Protection.written(preferences, routing.clock().instant());
  }

  private static Refusal gone(final UserId user) {
    return new Refusal(Reason.NOT_FOUND, "user " + user.name());
  }
}
