package dev.reveille.routing;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One event between its commit and its dispatch: what is known of devices that need nothing more,
/// what was read from the stores for it, and how often it was tried.
///
/// Fields that are not final belong to the dispatcher's thread.
final class PendingEvent {
  final StoredJob stored;

  /// Devices that need nothing more: an attempt before, or the last run, was done with them.
  final Set<TargetKey> done;

  /// A former run accepted the event: what it did with it is known from the trail only.
  final boolean recovered;

  /// How often it was tried before in this run.
  final int attempt;

  /// Its only device: it came while the call of this event rang. Null for all devices.
  final @Nullable InstallationId newcomer;

  /// It was let in in this run and holds credits of the intake, until it is dispatched.
  final boolean hasCredits;

  /// Devices that said, while it waited, that they have it.
  private Set<InstallationId> acknowledged = Set.of();

  /// What was read for it; null before.
  @Nullable EventInput input;

  /// Why the stores could not be read for it, when that came before its turn.
  @Nullable RuntimeException fault;

  /// How often the stores were read for it.
  int lookUps;

  /// How many earlier events of its recipients, in its lane, are not dispatched yet; see
  /// [RecipientOrder].
  int behind;

  /// All its devices are started, or it failed.
  boolean dispatched;

  /// It stands in the order of its recipients.
  boolean ordered;

  private PendingEvent(
      final StoredJob stored,
      final Set<TargetKey> done,
      final boolean recovered,
      final int attempt,
      final @Nullable InstallationId newcomer) {
    this.newcomer = newcomer;
    this.stored = stored;
    this.done = done;
    this.recovered = recovered;
    this.attempt = attempt;
    this.hasCredits = !recovered && newcomer == null;
  }

  /// An event that was committed just now.
  static PendingEvent fresh(final StoredJob stored) {
    return new PendingEvent(stored, Set.of(), false, 0, null);
  }

  /// An event that a former run accepted and did not finish.
  static PendingEvent recovered(final StoredJob stored, final Set<TargetKey> done) {
    return new PendingEvent(stored, done, true, 0, null);
  }

  /// A call that rings, for a device that joins in.
  static PendingEvent joinedBy(final InstallationId device, final StoredJob call) {
    return new PendingEvent(call, Set.of(), false, 0, device);
  }

  boolean concerns(final InstallationId device) {
    return (newcomer == null || newcomer.equals(device)) && !done.contains(device.target());
  }

  /// The same after a fault.
  PendingEvent again() {
    final var event = new PendingEvent(stored, done, recovered, attempt + 1, newcomer);
    event.acknowledged = acknowledged;
    return event;
  }

  void acknowledgedBy(final InstallationId device) {
    acknowledged = acknowledged.isEmpty() ? new HashSet<>() : acknowledged;
    acknowledged.add(device);
  }

  boolean isAcknowledgedBy(final InstallationId device) {
    return acknowledged.contains(device);
  }

  /// Empty for the end of a call that is not known.
  Optional<UserId> firstRecipient() {
    return stored.event().recipients().stream().findFirst();
  }

  /// It may have been shown, or tried, before.
  boolean isOld() {
    return recovered || attempt > 0;
  }

  Lane lane() {
    return stored.event().eventClass().lane();
  }
}
