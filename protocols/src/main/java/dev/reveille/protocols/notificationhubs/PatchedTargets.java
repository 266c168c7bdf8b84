package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.PushAddress;
import dev.reveille.model.PushToken;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Derives the targets of an installation after a patch.
///
/// A channel that the patch does not name stays what it was: registered when its app registered it,
/// and dead when its push service said so. As of now it would be taken for one that the app has
/// registered again, since the word of the service is older, and be sent to for ever.
///
/// Pure functions, thread-safe.
final class PatchedTargets {
  private PatchedTargets() {}

  /// @param kept as it was, with `before` as its document
  /// @param now when channels are registered that are new
  static List<Target> of(
      final Hub hub,
      final Versioned kept,
      final HubInstallation before,
      final InstallationPatch patch,
      final HubInstallation after,
      final Instant now) {
    final Map<PushToken, PushAddress.Direct> alive = new HashMap<>();
    kept.entry().targets().forEach(target -> alive.put(target.address().token(), target.address()));
    final var untouched = tokens(hub, before, channels(before));
    untouched.removeAll(tokens(hub, after, patch.channels(after)));
    final var targets = new ArrayList<Target>();
    for (final var target : HubTargets.of(hub, after, now)) {
      final var token = target.address().token();
      if (!untouched.contains(token)) {
        targets.add(target);
      } else if (alive.containsKey(token)) {
        targets.add(target.at(alive.get(token)));
      }
    }
    return targets;
  }

  private static List<PnsHandle> channels(final HubInstallation installation) {
    final var all = new ArrayList<PnsHandle>();
    all.add(installation.channel());
    installation.secondaryTiles().values().forEach(tile -> all.add(tile.channel()));
    return all;
  }

  private static Set<PushToken> tokens(
      final Hub hub, final HubInstallation installation, final List<PnsHandle> channels) {
    final Set<PushToken> tokens = new HashSet<>();
    for (final var channel : channels) {
      HubTargets.address(hub, installation.platform(), channel, Instant.EPOCH)
          .ifPresent(address -> tokens.add(address.token()));
    }
    return tokens;
  }
}
