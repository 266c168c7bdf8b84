package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Declines a call that rings on no device any more and can ring on none, after a user declined it
/// "here": else its caller would wait for a time-out that nothing can prevent.
///
/// The trail knows to how many devices the call went and what became of each; memory knows who
/// declined and which phones were told of the call when they connected. A device counts as silent
/// when the call was declined on it, was not for it (a decision to suppress), or did not reach it
/// and is not on its way. A phone that could still register or connect is not counted: if it does
/// so before the end is committed it rings and is told the end, else it finds the call over.
/// Recipients without a device neither ring nor keep the call from ending; a call that was declined
/// on no device goes on.
///
/// Asked by the dispatcher when a line of such a call is on disk. Reads the disk, on a thread for
/// look-ups.
final class DeclinedEverywhere {
  private static final Logger LOG = LoggerFactory.getLogger(DeclinedEverywhere.class);

  /// What says that a device does not ring: the ring did not reach it.
  private static final Set<String> NOT_REACHED =
      Set.of(
          Outcome.REFUSED.word(),
          Outcome.LOST.word(),
          Outcome.TRY_AGAIN.word(),
          Outcome.WAITS.word(),
          Outcome.NOT_SENT.word(),
          Outcome.EXPIRED.word(),
          Outcome.GIVEN_UP.word(),
          Outcome.ADDRESS_DROPPED.word(),
          Outcome.ADDRESS_KEPT.word());

  private final Calls calls;
  private final TrailStore trail;
  private final LookupThreads threads;

  DeclinedEverywhere(final Calls calls, final TrailStore trail, final LookupThreads threads) {
    this.calls = calls;
    this.trail = trail;
    this.threads = threads;
  }

  /// What to run when a new line of this event is on disk: it may be what makes a call silent.
  Runnable whenKept(final long event) {
    final var call = calls.ringing(event);
    return call != null && call.isDeclinedSomewhere() ? () -> look(event) : Trail.UNASKED;
  }

  /// Looks whether the call is silent now; from any thread.
  private void look(final long event) {
    threads
        .of(Lane.URGENT)
        .execute(() -> {
          try {
            final var call = calls.ringing(event);
            if (call != null) {
              decliner(call, event).ifPresent(by -> calls.isSilent(call, by));
            }
          } catch (final RuntimeException fault) {
            LOG.error("could not find out whether the call of event {} still rings", event, fault);
          }
        });
  }

  /// What the trail says of one device.
  private static final class OneDevice {
    @Nullable UserId user;
    boolean suppressed;
    boolean settled;
    boolean declined;
    boolean reached;

    /// Told of the call when it connected.
    boolean told;

    void add(final Iterable<Try> tries, final boolean isSettled) {
      settled |= isSettled;
      for (final var attempt : tries) {
        declined |= attempt.outcome().equals(Outcome.DECLINED.word());
        reached |= !NOT_REACHED.contains(attempt.outcome());
      }
    }

    boolean mayRing() {
      return !declined && (told || !settled || (!suppressed && reached));
    }
  }

  /// Who declined a call that is silent; empty when it is not.
  private Optional<UserId> decliner(final Ringing call, final long event) {
    final Map<TargetKey, OneDevice> devices = new HashMap<>();
    int expected = 0;
    int opened = 0;
    for (final var line : trail.of(event)) {
      switch (line) {
        case TrailEntry.Opening opening -> {
          expected = Math.max(expected, opening.devices());
          final var device = devices.computeIfAbsent(opening.target(), _ -> new OneDevice());
          opened += device.user == null ? 1 : 0;
          device.user = opening.user();
          device.suppressed = opening.decision().equals("suppress");
          device.add(opening.tries(), opening.settled());
        }
        case TrailEntry.Later later ->
            devices
                .computeIfAbsent(later.target(), _ -> new OneDevice())
                .add(later.tries(), later.settled());
        case TrailEntry.NoDevice noDevice -> expected = Math.max(expected, noDevice.devices());
        case TrailEntry.Targets _ -> {} // of a send
      }
    }
    if (opened < expected) {
      return Optional.empty(); // the ring is on its way to the others
    }
    call.told()
        .forEach(
            device -> devices.computeIfAbsent(device.target(), _ -> new OneDevice()).told = true);
    UserId by = null;
    for (final var one : devices.entrySet()) {
      final var device = one.getValue();
      device.declined |= one.getKey().installation().filter(call::isDeclinedOn).isPresent();
      if (device.mayRing()) {
        return Optional.empty();
      }
      by = device.declined && device.user != null ? device.user : by;
    }
    final var recipients = call.view().recipients();
    return Optional.of(by != null && recipients.contains(by) ? by : recipients.getFirst());
  }
}
