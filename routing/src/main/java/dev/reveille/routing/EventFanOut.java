package dev.reveille.routing;

import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Spreads one event over the devices it concerns: finds the recipients' installations, gathers
/// what is known of each, asks the [Router], and hands the decision to [Delivery].
///
/// What the stores say comes with the event, as [EventInput]: nothing here reads the disk. A large
/// event is a [RemainingDevices] that goes on device by device, so that the dispatcher can look at
/// its input in between.
///
/// Belongs to the dispatcher's thread.
final class EventFanOut {
  private static final Logger LOG = LoggerFactory.getLogger(EventFanOut.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(10);

  /// An event whose recipients changed while it was looked up is looked up again, so often.
  private static final int MOST_LOOK_UPS = 3;

  /// A recipient to whom a device belongs.
  private record Owner(User user, UserState state, boolean pushless) {}

  /// A device and the recipients it belongs to.
  private record Target(Installation installation, List<Owner> owners) {}

  private final RoutingInput routingInput;
  private final LiveRoutes live;
  private final Calls calls;
  private final RingCounts rings;
  private final RingingDevices ringing;
  private final Router router;
  private final Delivery delivery;
  private final RecentMarks marks;
  private final PendingRows pending;
  private final SendFanOut sends;
  private final Trail trail;
  private final ServerClock clock;
  private final Counters counters;

  EventFanOut(
      final RoutingInput routingInput,
      final LiveRoutes live,
      final Calls calls,
      final RingCounts rings,
      final RingingDevices ringing,
      final Router router,
      final Delivery delivery,
      final RecentMarks marks,
      final PendingRows pending,
      final SendFanOut sends,
      final Trail trail,
      final ServerClock clock,
      final Counters counters) {
    this.routingInput = routingInput;
    this.live = live;
    this.calls = calls;
    this.rings = rings;
    this.ringing = ringing;
    this.router = router;
    this.delivery = delivery;
    this.marks = marks;
    this.pending = pending;
    this.sends = sends;
    this.trail = trail;
    this.clock = clock;
    this.counters = counters;
  }

  // ---- what an event needs --------------------------------------------------------------------

  /// What a new event needs, from memory; null when the stores must be asked.
  @Nullable EventInput fromMemory(final StoredJob stored, final Instant now) {
    final var users = stored.event().recipients();
    if (users.size() == 1) {
      final var recipient = inMemory(stored, users.getFirst(), now);
      return recipient == null ? null : new EventInput(List.of(Optional.of(recipient)));
    }
    final var recipients = new ArrayList<Optional<Recipient>>(users.size());
    for (final var user : users) {
      final var recipient = inMemory(stored, user, now);
      if (recipient == null) {
        return null;
      }
      recipients.add(Optional.of(recipient));
    }
    return new EventInput(recipients);
  }

  private @Nullable Recipient inMemory(
      final StoredJob stored, final UserId user, final Instant now) {
    final var recipient = routingInput.inMemory(user);
    return recipient != null
            && rings.isReadyFor(stored, recipient.person().user(), now)
            && delivery.isReadyFor(stored.event(), recipient.person())
        ? recipient
        : null;
  }

  /// Takes in what was read. False when the registry changed meanwhile in a way that may concern
  /// the event, so that it is to be read once more.
  boolean accepts(final PendingEvent event, final EventInput input) {
    input.calls().forEach(rings::learn);
    if (input.version() != routingInput.version() && event.lookUps < MOST_LOOK_UPS) {
      for (final var user : event.stored.event().recipients()) {
        if (routingInput.inMemory(user) == null) {
          return false;
        }
      }
    }
    event.input = input;
    return true;
  }

  /// Whether nothing is sent for no other reason than that there is no way to the device.
  private static boolean isOutOfReach(final RouteDecision decision) {
    return decision instanceof RouteDecision.Suppress(var why)
        && (why == Reason.NO_PUSH_ADDRESS
            || why == Reason.NO_VOIP_ADDRESS
            || why == Reason.PUSH_NOT_NEEDED
            || why == Reason.PUSH_SWITCHED_OFF);
  }

  // ---- one event ------------------------------------------------------------------------------

  /// The devices of one event that are still to be told.
  final class RemainingDevices {
    final PendingEvent event;
    private final EventInput input;
    private final List<Target> targets;
    private final int devices;
    private int next;

    private RemainingDevices(
        final PendingEvent event,
        final EventInput input,
        final List<Target> targets,
        final int devices) {
      this.event = event;
      this.input = input;
      this.targets = targets;
      this.devices = devices;
    }

    /// Decides for the next device and starts its delivery; false when there is none.
    boolean next(final Instant now) {
      while (next < targets.size()) {
        final var target = targets.get(next++);
        if (event.concerns(target.installation.id())) {
          start(target, now);
          return true;
        }
      }
      return false;
    }

    /// A fault in one device must not stop the others.
    private void start(final Target target, final Instant now) {
      final var device = target.installation.id();
      try {
        final var seen =
            event.isAcknowledgedBy(device) || marks.has(event.stored.sequence(), device)
                ? Seen.HERE
                : input.seen().getOrDefault(device, Seen.NOT);
        final long sequence = event.stored.sequence();
        final var decided = decided(event.stored, target, devices, seen, false, now);
        if (event.newcomer != null && ringing.isTold(sequence, device)) {
          return; // it was told while this waited for its turn
        }
        if (event.newcomer != null && isOutOfReach(decided.decision())) {
          if (ringing.announced(sequence, device)) {
            trail.announced(decided, now);
          }
          return;
        }
        final var work = work(decided);
        if (event.recovered) {
          work.continues(input.history().getOrDefault(device.target(), PushHistory.NOTHING_KNOWN));
        }
        ringing.told(sequence, device);
        delivery.start(work, now);
      } catch (final RuntimeException fault) {
        counters.faults.increment();
        LOG.error("event {} could not be started for {}", event.stored.sequence(), device, fault);
      }
    }
  }

  /// Begins with an event whose input is there.
  RemainingDevices begin(final PendingEvent event, final EventInput input, final Instant now) {
    final var stored = event.stored;
    final var users = stored.event().recipients();
    final var targets = new ArrayList<Target>(users.size());
    final Map<InstallationId, Integer> shared = users.size() == 1 ? Map.of() : new HashMap<>();
    Map<UserId, Reason> without = Map.of();
    for (int i = 0; i < users.size(); i++) {
      final var recipient = current(users.get(i), input.recipients().get(i));
      if (recipient != null && !recipient.person().installations().isEmpty()) {
        add(stored, recipient, targets, shared, now);
      } else {
        without = without.isEmpty() ? new LinkedHashMap<>() : without;
        without.put(users.get(i), recipient == null ? Reason.UNKNOWN_USER : Reason.NO_DEVICES);
      }
    }
    if (event.newcomer != null) {
      final var told = ringing.devicesOf(stored.sequence());
      return new RemainingDevices(event, input, targets, devices(targets, told));
    }
    if (stored.event() instanceof IncomingCall) {
      ringing.begins(stored, event.done);
    }
    final int devices = devices(targets, event.done);
    without.forEach((user, why) -> trail.noDevice(stored.sequence(), devices, user, now, why));
    if (!targets.isEmpty()
        && isDone(event, targets)) { // the device that was owed the event is gone
      trail.noDevice(stored.sequence(), devices, users.getFirst(), now, Reason.SIGNED_OUT);
    }
    return new RemainingDevices(event, input, targets, devices);
  }

  /// How many devices the event concerns. Those that signed out after it was begun for them count
  /// as well: an event is over when so many devices are settled, and theirs may be settled lines.
  private static int devices(final List<Target> targets, final Set<TargetKey> begun) {
    if (begun.isEmpty()) {
      return targets.size();
    }
    final var gone = new HashSet<>(begun);
    targets.forEach(target -> gone.remove(target.installation.id().target()));
    return targets.size() + gone.size();
  }

  /// Memory knows of changes since the stores were read.
  private @Nullable Recipient current(final UserId user, final Optional<Recipient> read) {
    final var known = routingInput.inMemory(user);
    return known != null ? known : read.orElse(null);
  }

  /// A device that several recipients share is told once.
  private void add(
      final StoredJob stored,
      final Recipient recipient,
      final List<Target> targets,
      final Map<InstallationId, Integer> shared,
      final Instant now) {
    final var user = recipient.person().user();
    final boolean limited = !endedEarly(stored, user.id()) && rings.silences(stored, user, now);
    final var state = routingInput.of(recipient, limited, now);
    for (final var installation : recipient.person().installations()) {
      final var owner = new Owner(user, state, recipient.pushless().contains(installation.id()));
      if (stored.event().recipients().size() == 1 || installation.users().size() < 2) {
        targets.add(new Target(installation, List.of(owner)));
      } else {
        final var place = shared.putIfAbsent(installation.id(), targets.size());
        if (place == null) {
          targets.add(new Target(installation, new ArrayList<>(List.of(owner))));
        } else {
          targets.get(place).owners.add(owner);
        }
      }
    }
  }

  private static boolean isDone(final PendingEvent event, final List<Target> targets) {
    if (event.done.isEmpty()) {
      return false;
    }
    for (final var target : targets) {
      if (!event.done.contains(target.installation.id().target())) {
        return false;
      }
    }
    return true;
  }

  // ---- one row --------------------------------------------------------------------------------

  /// False when the registry or the switches changed since the row was read, in a way that may
  /// concern it, so that it is to be read once more.
  ///
  /// @param reads how often it was read
  boolean accepts(final RowInput input, final int reads) {
    if (reads < MOST_LOOK_UPS
        && input instanceof final RowInput.Here here
        && here.version() != routingInput.version()) {
      for (final var owner : here.owners()) {
        if (routingInput.inMemory(owner.person().user().id()) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /// A row's moment has come: everything is decided anew, since devices and settings may have
  /// changed.
  void comeBack(final RowInput input, final Instant now) {
    switch (input) {
      case RowInput.Here here -> comeBack(here, now);
      case RowInput.OfSend row -> sends.comeBack(row, now);
      case RowInput.Due due -> sends.comeBack(due, now);
      case RowInput.Gone(var row, var why) -> gone(row, why, now);
      case RowInput.Unreadable(var row) -> putBack(row, now);
    }
  }

  private void comeBack(final RowInput.Here here, final Instant now) {
    here.calls().forEach(rings::learn);
    final var device = here.installation().id();
    final var owners = new ArrayList<Owner>(1);
    Installation installation = here.installation();
    for (final var read : here.owners()) {
      final var recipient =
          Objects.requireNonNullElse(routingInput.inMemory(read.person().user().id()), read);
      for (final var each : recipient.person().installations()) {
        if (each.id().equals(device)) {
          final var user = recipient.person().user();
          final var limited = rings.silences(here.stored(), user, now);
          installation = each;
          owners.add(
              new Owner(
                  user,
                  routingInput.of(recipient, limited, now),
                  recipient.pushless().contains(device)));
        }
      }
    }
    if (owners.isEmpty()) {
      gone(here.row(), Reason.SIGNED_OUT, now);
      return;
    }
    final var target = new Target(installation, owners);
    final var work = work(decided(here.stored(), target, 0, here.seen(), true, now));
    work.continues(here.row(), here.history());
    delivery.start(work, now);
  }

  /// Ends work whose device or event no longer exists.
  private void gone(final Waiting row, final Reason why, final Instant now) {
    final boolean inTransit = row.why() == Reason.RELAY_HAS_IT; // it may have arrived
    final var line =
        new Try(
            "push",
            Math.max(1, row.attempts()),
            now,
            inTransit ? Outcome.UNCERTAIN : Outcome.GIVEN_UP,
            inTransit ? Reason.NO_REPORT : why,
            "");
    delivery.givenUp(row.key(), line, now);
  }

  /// A row that could not be worked on waits a moment more.
  void putBack(final Waiting row, final Instant now) {
    pending.park(
        Waiting.until(
            now.plus(AFTER_A_FAULT),
            row.event(),
            row.target(),
            row.lane(),
            row.attempts(),
            clock.unsteady(row.deadline()),
            Pushing.isOpen(row.why()) ? row.why() : Reason.INTERNAL));
  }

  // ---- one device -----------------------------------------------------------------------------

  private static Work work(final TargetJob.ForDevice decided) {
    return new Work(decided.key(), decided.stored().event().eventClass().lane(), decided);
  }

  /// Decides for one device. When several people share it, it is told if it concerns any of them.
  private TargetJob.ForDevice decided(
      final StoredJob labelled,
      final Target target,
      final int devices,
      final Seen seen,
      final boolean waited,
      final Instant now) {
    final var stored = clock.present(labelled);
    final var installation = target.installation;
    final var owners = target.owners;
    final var liveState = live.of(installation.id());
    Owner chosen = owners.getFirst();
    RouteDecision decision = decide(stored, installation, liveState, chosen, seen, waited, now);
    for (int i = 1; i < owners.size() && decision instanceof RouteDecision.Suppress; i++) {
      final var other = decide(stored, installation, liveState, owners.get(i), seen, waited, now);
      if (!(other instanceof RouteDecision.Suppress)) {
        chosen = owners.get(i);
        decision = other;
      }
    }
    counters.decisions.increment();
    final var known = RoutingInput.known(installation, liveState);
    return new TargetJob.ForDevice(
        stored, installation, chosen.user.id(), decision, known, now, devices);
  }

  private RouteDecision decide(
      final StoredJob stored,
      final Installation installation,
      final LiveState liveState,
      final Owner owner,
      final Seen seen,
      final boolean waited,
      final Instant now) {
    final var event = stored.event();
    final var user = owner.user.id();
    final var device =
        new Device(
            installation,
            liveState,
            owner.pushless,
            !(event instanceof IncomingCall call)
                || calls.stillRings(call.key().organisation(), call.call(), user),
            !(event instanceof CallEnded end)
                || waited
                || calls.mayHaveRung(end, installation.id(), user),
            seen);
    final var decision = router.decide(event, device, owner.state, now);
    return decision instanceof RouteDecision.Suppress(var why)
            && why == Reason.CALL_OVER
            && endedEarly(stored, user)
        ? new RouteDecision.Suppress(Reason.ENDED_BEFORE_IT_BEGAN)
        : decision;
  }

  /// Whether it is a call that was over for this user before it began: it never rings.
  private boolean endedEarly(final StoredJob stored, final UserId user) {
    return stored.event() instanceof final IncomingCall call
        && calls.isEndedEarlyFor(call.key().organisation(), call.call(), user);
  }
}
