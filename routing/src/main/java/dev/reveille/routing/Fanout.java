package dev.reveille.routing;

import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.Directory.Person;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Sight;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Spreads one event over the devices it concerns: finds the recipients' installations, gathers
/// what is known of each, asks the [Router], and hands the decision to [Delivery].
///
/// Everything that may fail (the registry, the inbox) is read before the first device is started,
/// so that a fault leaves an event untouched and it can be tried again as a whole.
///
/// Belongs to the dispatcher's thread. May read the disk when a cache misses.
final class Fanout {

  private static final Logger LOG = LoggerFactory.getLogger(Fanout.class);

  /// What the last run, or an attempt before, leaves of an event.
  ///
  /// @param done devices that need nothing more
  /// @param acknowledged devices that said meanwhile that they have it
  record Left(Set<InstallationId> done, Set<InstallationId> acknowledged) {}

  /// A recipient to whom a device belongs.
  private record Owner(User user, UserState state) {}

  /// A device and the recipients it belongs to.
  private record Target(Installation installation, List<Owner> owners) {}

  private final EventJournal journal;
  private final Inbox inbox;
  private final Directory directory;
  private final Circumstances circumstances;
  private final LiveRoutes live;
  private final Calls calls;
  private final RingCounts rings;
  private final Router router;
  private final Delivery delivery;
  private final Rows rows;
  private final Trail trail;
  private final Counters counters;

  Fanout(
      final EventJournal journal,
      final Inbox inbox,
      final Directory directory,
      final Circumstances circumstances,
      final LiveRoutes live,
      final Calls calls,
      final RingCounts rings,
      final Router router,
      final Delivery delivery,
      final Rows rows,
      final Trail trail,
      final Counters counters) {
    this.journal = journal;
    this.inbox = inbox;
    this.directory = directory;
    this.circumstances = circumstances;
    this.live = live;
    this.calls = calls;
    this.rings = rings;
    this.router = router;
    this.delivery = delivery;
    this.rows = rows;
    this.trail = trail;
    this.counters = counters;
  }

  /// @param left null for an event that is dispatched for the first time
  void dispatch(final Kept kept, final @Nullable Left left, final Instant now) {
    final var recipients = kept.event().recipients();
    if (recipients.size() == 1) {
      toOne(kept, recipients.getFirst(), left, now);
    } else {
      toMany(kept, recipients, left, now);
    }
  }

  private void toOne(
      final Kept kept, final UserId recipient, final @Nullable Left left, final Instant now) {
    final var person = directory.person(recipient).orElse(null);
    if (person == null || person.installations().isEmpty()) {
      final var why = person == null ? Reason.UNKNOWN_USER : Reason.NO_DEVICES;
      trail.nobody(kept.sequence(), 0, recipient, now, why);
      return;
    }
    final var owners = List.of(new Owner(person.user(), stateOf(kept, person, now)));
    final int devices = person.installations().size();
    final var ready = new ArrayList<Item>(devices);
    for (final var installation : person.installations()) {
      if (left == null || !left.done.contains(installation.id())) {
        ready.add(item(kept, installation, owners, devices, left, null, now));
      }
    }
    if (ready.isEmpty()) { // the device that was still owed the event has gone meanwhile
      trail.nobody(kept.sequence(), devices, recipient, now, Reason.SIGNED_OUT);
    }
    start(ready, now);
  }

  /// A device that several recipients share is told once.
  private void toMany(
      final Kept kept,
      final List<UserId> recipients,
      final @Nullable Left left,
      final Instant now) {
    final var targets = new ArrayList<Target>(recipients.size());
    final Map<InstallationId, Target> shared = new HashMap<>();
    final var without = new ArrayList<UserId>();
    for (final var recipient : recipients) {
      final var person = directory.person(recipient).orElse(null);
      if (person == null || person.installations().isEmpty()) {
        without.add(recipient);
        continue;
      }
      final var owner = new Owner(person.user(), stateOf(kept, person, now));
      for (final var installation : person.installations()) {
        if (installation.users().size() < 2) {
          targets.add(new Target(installation, List.of(owner)));
        } else if (shared.get(installation.id()) instanceof final Target target) {
          target.owners.add(owner);
        } else {
          final var target = new Target(installation, new ArrayList<>(List.of(owner)));
          shared.put(installation.id(), target);
          targets.add(target);
        }
      }
    }
    final int devices = targets.size();
    final var ready = new ArrayList<Item>(devices);
    for (final var target : targets) {
      if (left == null || !left.done.contains(target.installation.id())) {
        ready.add(item(kept, target.installation, target.owners, devices, left, null, now));
      }
    }
    for (final var recipient : without) {
      trail.nobody(kept.sequence(), devices, recipient, now, Reason.NO_DEVICES);
    }
    if (ready.isEmpty() && devices > 0) {
      trail.nobody(kept.sequence(), devices, recipients.getFirst(), now, Reason.SIGNED_OUT);
    }
    start(ready, now);
  }

  /// A row's moment has come: everything is decided anew, since the world has moved on.
  void comeBack(final Waiting row, final Instant now) {
    final var kept = journal.find(row.event()).orElse(null);
    if (kept == null) {
      gone(row, Reason.TOO_LATE_TO_ALERT, now);
      return;
    }
    final var owners = new ArrayList<Owner>(1);
    Installation installation = null;
    for (final var user : usersOf(row.device(), kept)) {
      final var person = directory.person(user).orElse(null);
      if (person != null) {
        for (final var each : person.installations()) {
          if (each.id().equals(row.device())) {
            installation = each;
            owners.add(new Owner(person.user(), stateOf(kept, person, now)));
          }
        }
      }
    }
    if (installation == null) {
      gone(row, Reason.SIGNED_OUT, now);
      return;
    }
    start(List.of(item(kept, installation, owners, 0, null, row, now)), now);
  }

  /// The recipients to whom a device belongs. Of a thousand recipients most do not, so the registry
  /// is asked; of one there is nothing to ask.
  private List<UserId> usersOf(final InstallationId device, final Kept kept) {
    final var recipients = kept.event().recipients();
    return recipients.size() == 1
        ? recipients
        : directory.usersOf(device).stream().filter(recipients::contains).toList();
  }

  /// Work that waited for a device or an event that is no more.
  private void gone(final Waiting row, final Reason why, final Instant now) {
    final var line = new Try("push", Math.max(1, row.attempts()), now, Outcome.GIVEN_UP, why, "");
    trail.later(row.event(), row.device(), line, true);
    rows.unpark(new Item.Key(row.event(), row.device()));
  }

  private void start(final List<Item> items, final Instant now) {
    for (final var item : items) {
      try {
        delivery.start(item, now);
      } catch (final RuntimeException fault) { // the other devices must not suffer from it
        counters.faults.increment();
        LOG.error(
            "event {} could not be started for {}", item.key.event(), item.key.device(), fault);
      }
    }
  }

  /// Decides for one device. When several people share it, it is told if it concerns any of them.
  private Item item(
      final Kept kept,
      final Installation installation,
      final List<Owner> owners,
      final int devices,
      final @Nullable Left left,
      final @Nullable Waiting row,
      final Instant now) {
    final var sight = live.of(installation.id());
    Owner chosen = owners.getFirst();
    RouteDecision decision = decide(kept, installation, sight, chosen, left, row, now);
    for (int i = 1; i < owners.size() && decision instanceof RouteDecision.Suppress; i++) {
      final var other = decide(kept, installation, sight, owners.get(i), left, row, now);
      if (!(other instanceof RouteDecision.Suppress)) {
        chosen = owners.get(i);
        decision = other;
      }
    }
    counters.decisions.increment();
    final var known = Circumstances.known(installation, sight);
    final var item = new Item(kept, installation, chosen.user.id(), decision, known, now, devices);
    if (row != null) {
      item.continues(row);
    }
    return item;
  }

  private RouteDecision decide(
      final Kept kept,
      final Installation installation,
      final Sight sight,
      final Owner owner,
      final @Nullable Left left,
      final @Nullable Waiting row,
      final Instant now) {
    final var event = kept.event();
    final var user = owner.user.id();
    final var device =
        new Device(
            installation,
            sight,
            circumstances.isPushless(installation),
            !(event instanceof IncomingCall call)
                || calls.stillRings(call.key().organisation(), call.call(), user),
            !(event instanceof CallEnded end)
                || row != null
                || calls.mayHaveRung(end, installation.id(), user),
            seen(kept, installation, user, left, row));
    return router.decide(event, device, owner.state, now);
  }

  /// Whether an entry that waited was seen in the meantime. A new one cannot have been.
  private Seen seen(
      final Kept kept,
      final Installation installation,
      final UserId user,
      final @Nullable Left left,
      final @Nullable Waiting row) {
    if (left == null && row == null) {
      return Seen.NOT;
    }
    if (left != null && left.acknowledged.contains(installation.id())) {
      return Seen.HERE;
    }
    return switch (kept.event().eventClass()) {
      case MESSAGE, ALERT, CHANGE -> {
        if (inbox.cursor(user, installation.id()).sequence() >= kept.sequence()) {
          yield Seen.HERE;
        }
        yield kept.event() instanceof Event.Message message
                && inbox.readUpTo(user, message.in()) >= kept.sequence()
            ? Seen.ELSEWHERE
            : Seen.NOT;
      }
      case CALL, CALL_END, SILENT -> Seen.NOT; // these are not in the inbox, or not to be read
    };
  }

  private UserState stateOf(final Kept kept, final Person person, final Instant now) {
    return circumstances.of(person, isLimited(kept, person, now), now);
  }

  /// A count that cannot be read must not keep a phone from ringing.
  private boolean isLimited(final Kept kept, final Person person, final Instant now) {
    try {
      return rings.silences(kept, person.user(), now);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("the ring limit for event {} could not be looked at", kept.sequence(), fault);
      return false;
    }
  }
}
