package dev.reveille.routing;

import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Remembers which devices were told of the calls that ring: a device that registers meanwhile is
/// told too, and one that was told before does not ring twice. Calls that a former run had finished
/// are not known here.
///
/// Belongs to the dispatcher's thread.
final class RingingDevices {
  private record Told(StoredJob call, Set<TargetKey> devices, Set<TargetKey> announced) {}

  private final Calls calls;
  private final ServerClock clock;
  private final Map<Long, Told> rings = new HashMap<>();

  RingingDevices(final Calls calls, final ServerClock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /// A call is dispatched, or was before.
  void begins(final StoredJob call, final Set<TargetKey> done) {
    rings
        .computeIfAbsent(call.sequence(), _ -> new Told(call, new HashSet<>(), new HashSet<>()))
        .devices()
        .addAll(done);
  }

  /// Its delivery to this device begins.
  void told(final long call, final InstallationId device) {
    final var told = rings.get(call);
    if (told != null) {
      told.devices().add(device.target());
    }
  }

  /// The devices to which its delivery began.
  Set<TargetKey> devicesOf(final long call) {
    final var told = rings.get(call);
    return told == null ? Set.of() : told.devices();
  }

  /// Whether nothing more is to be begun for this device.
  boolean isTold(final long call, final InstallationId device) {
    final var told = rings.get(call);
    return told == null || told.devices().contains(device.target());
  }

  /// There is no way to this device yet. Answers whether that is new.
  boolean announced(final long call, final InstallationId device) {
    final var told = rings.get(call);
    return told != null && told.announced().add(device.target());
  }

  /// The call, when it rings, is dispatched, and was not told to this device.
  Optional<StoredJob> newTo(final InstallationId device, final long call) {
    final var told = rings.get(call);
    return told == null || told.devices().contains(device.target())
        ? Optional.empty()
        : Optional.of(told.call());
  }

  void forgetOld(final Instant now) {
    rings.values().removeIf(told -> !stillRings(told.call(), now));
  }

  private boolean stillRings(final StoredJob stored, final Instant now) {
    return clock.present(stored.event()) instanceof final IncomingCall call
        && call.life().mayAlertAt(now)
        && call.recipients().stream()
            .anyMatch(user -> calls.stillRings(call.key().organisation(), call.call(), user));
  }
}
