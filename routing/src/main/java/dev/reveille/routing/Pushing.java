package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Heard;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.Event;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventClass;
import dev.reveille.model.Installation;
import dev.reveille.model.Lane;
import dev.reveille.model.Position;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Look;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushSender;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The push half of [Delivery]: hands pushes to their services, judges the outcomes, and turns what
/// must wait into rows.
///
/// Pushes are gathered during a turn and leave together in [#flush]. Every push under way is marked
/// by `item.pushOut`; only the outcome of that very try ends it.
///
/// Belongs to the dispatcher's thread.
final class Pushing {
  private static final Logger LOG = LoggerFactory.getLogger(Pushing.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration LONGEST_PAUSE_URGENT = Duration.ofSeconds(2);
  private static final Duration AFTER_UNCERTAINTY = Duration.ofSeconds(5);

  /// So often a push is repeated that may have arrived: each repeat may be one alert too many.
  private static final int MOST_REPEATS = 2;

  private final Map<PushService, PushSender> senders;
  private final Calls calls;
  private final Inbox inbox;
  private final Registry registry;
  private final Looks looks;
  private final Lookups lookups;
  private final Rows rows;
  private final Trail trail;
  private final Mailbox<Letter> mailbox;
  private final long epoch;
  private final Counters counters;
  private final Gates gates;
  private final Map<PushService, List<Push>> groups = new EnumMap<>(PushService.class);
  private final SplittableRandom random = new SplittableRandom();

  Pushing(
      final Map<PushService, PushSender> senders,
      final Calls calls,
      final Inbox inbox,
      final Registry registry,
      final Looks looks,
      final Lookups lookups,
      final Rows rows,
      final Trail trail,
      final Mailbox<Letter> mailbox,
      final long epoch,
      final Gates gates,
      final Counters counters) {
    this.senders = Map.copyOf(senders);
    this.calls = calls;
    this.inbox = inbox;
    this.registry = registry;
    this.looks = looks;
    this.lookups = lookups;
    this.rows = rows;
    this.trail = trail;
    this.mailbox = mailbox;
    this.epoch = epoch;
    this.gates = gates;
    this.counters = counters;
  }

  /// Sends it, parks it, or writes down why not.
  ///
  /// @param fallsBack it takes over from a live delivery: the message may have been read elsewhere
  /// @param crowded so much is under way that only urgent pushes join
  void send(
      final Item item,
      final PushAddress address,
      final boolean fallsBack,
      final boolean crowded,
      final Instant now) {
    final var to =
        switch (address) {
          case PushAddress.Direct direct -> direct;
        };
    if (!now.isBefore(deadline(item))) {
      said(item, now, Outcome.EXPIRED, Reason.TOO_LATE_TO_ALERT, waitedFor(item.waitedFor));
    } else if (!senders.containsKey(to.service())) {
      said(item, now, Outcome.REFUSED, Reason.SERVICE_NOT_BUILT_IN, to.service().word());
    } else if (item.mayHaveLeft && !mayBeRepeated(item, now)) {
      return; // the trail's last word is that it is uncertain
    } else if (crowded && item.lane() != Lane.URGENT) {
      park(item, Reason.SERVICE_BUSY, now, now);
    } else if (gates.before(to) instanceof final Gate gate
        && !gate.lets(item.key, item.lane(), now)) {
      parkBehind(gate, item, gate.why(), now);
    } else {
      depart(item, to, fallsBack, now);
    }
  }

  private static Instant deadline(final Item item) {
    return item.kept.event().life().alertBefore();
  }

  /// The server stopped while the last push was on its way, and it is not known whether it left.
  private static boolean mayBeRepeated(final Item item, final Instant now) {
    item.mayHaveLeft = false;
    item.uncertain++;
    said(item, now, Outcome.UNCERTAIN, Reason.STOPPED_WHILE_SENDING, "");
    return item.uncertain <= MOST_REPEATS;
  }

  // ---- the way out ----------------------------------------------------------------------------

  /// From here on the push is out; it leaves when all that it needs is known and noted.
  private void depart(
      final Item item, final PushAddress.Direct to, final boolean fallsBack, final Instant now) {
    item.pushOut = true;
    item.pushSent = false;
    item.pushTries++;
    item.pushTo = to;
    final var event = item.kept.event();
    item.pushInput =
        fallsBack && event instanceof Event.Message ? null : fromMemory(event, item.user, to);
    if (item.pushInput == null) {
      lookups.ask(item.key, item.kept, item.user, to.app(), fallsBack);
    } else {
      noteAndLeave(item, to, now);
    }
  }

  private @Nullable PushInput fromMemory(
      final Event event, final UserId user, final PushAddress.Direct to) {
    final var presentation = looks.inMemory(to.app());
    if (presentation == null) {
      return null;
    }
    if (!showsBadge(event)) {
      return new PushInput(PushInput.UNKNOWN, presentation, false);
    }
    final var unread = inbox.unreadInMemory(user);
    return unread.isPresent() ? new PushInput(unread.getAsInt(), presentation, false) : null;
  }

  /// Whether memory holds what a push of this event to the installation needs.
  boolean isReadyFor(final Event event, final UserId user, final Installation installation) {
    for (final var address : installation.addresses()) {
      switch (address) {
        case PushAddress.Direct direct -> {
          if (looks.inMemory(direct.app()) == null) {
            return false;
          }
        }
      }
    }
    return installation.addresses().isEmpty()
        || !showsBadge(event)
        || inbox.unreadInMemory(user).isPresent();
  }

  static boolean showsBadge(final Event event) {
    return switch (event.eventClass()) {
      case MESSAGE, ALERT -> true;
      case CALL, CALL_END, CHANGE, SILENT -> false;
    };
  }

  /// What the push needs was read. Afterwards it is out, or the item is idle.
  void inputRead(final Item item, final PushInput input, final Instant now) {
    final var to = item.pushTo;
    if (!item.pushOut || item.pushSent || item.pushInput != null || to == null) {
      return;
    }
    item.pushInput = input;
    if (input.readElsewhere() || item.acknowledged) {
      item.pushOut = false;
      gates.before(to).cameBack(item.key, now);
      said(
          item,
          now,
          Outcome.NOT_SENT,
          input.readElsewhere() ? Reason.ALREADY_READ : Reason.LIVE_ACKNOWLEDGED,
          "");
    } else {
      noteAndLeave(item, to, now);
    }
  }

  /// The first push of an event leaves at once: after a crash the journal shows the event
  /// unfinished. Every further push is written down before it leaves, so that after a crash it is
  /// known which ones may have left without an answer.
  private void noteAndLeave(final Item item, final PushAddress.Direct to, final Instant now) {
    final int attempt = item.pushTries;
    if (attempt == 1 && !item.hasRow) {
      leave(item, to);
      return;
    }
    said(item, now, Outcome.LEAVES, item.decision.why(), "");
    trail.tell(item, now, false);
    final var key = item.key;
    trail.whenDurable(() -> mailbox.put(new Letter.DepartureNoted(key, attempt)));
  }

  /// The line that says that it leaves is on disk.
  void departureNoted(final Item item, final int attempt) {
    final var to = item.pushTo;
    if (item.pushOut && !item.pushSent && item.pushTries == attempt && to != null) {
      leave(item, to);
    }
  }

  private void leave(final Item item, final PushAddress.Direct to) {
    item.pushSent = true;
    counters.pushes.increment();
    groups.computeIfAbsent(to.service(), _ -> new ArrayList<>()).add(push(item, to));
  }

  private Push push(final Item item, final PushAddress.Direct to) {
    final var id = new Position(epoch, item.key.event()).toString();
    final var input = Objects.requireNonNull(item.pushInput);
    final var event = item.kept.event();
    final var wishes = input.presentation().orElse(null);
    final boolean badge = wishes == null || wishes.showsBadge(event);
    final var content = Contents.of(item.kept, id, to, badge ? input.unread() : PushInput.UNKNOWN);
    final var plain = Look.of(content);
    final var locale = item.installation.locale();
    final var key = item.installation.contentKey();
    return new Push(
        item.key.event(),
        item.key.device(),
        to,
        PushIds.of(epoch, item.key),
        content,
        wishes == null ? plain : wishes.look(plain, event, locale, input.unread()),
        key.isEmpty() ? Seal.OPEN : new Seal.Wanted(key),
        item.lane(),
        deadline(item),
        item.pushTries,
        wanted(item));
  }

  private BooleanSupplier wanted(final Item item) {
    // A call goes both ways even when the app was quick to acknowledge: it may fall asleep ringing.
    final boolean needed = item.pushTries <= 1;
    return item.kept.event() instanceof IncomingCall call
        ? () ->
            (needed || !item.acknowledged)
                && calls.stillRings(call.key().organisation(), call.call(), item.user)
        : () -> !item.acknowledged;
  }

  // ---- the answer -----------------------------------------------------------------------------

  /// What became of the push that is under way. Afterwards the item is idle, parked, or out again.
  void outcome(
      final Item item,
      final Push push,
      final DeliveryOutcome outcome,
      final boolean crowded,
      final Instant now) {
    item.pushOut = false;
    final var gate = gates.before(push.to());
    gate.cameBack(item.key, now);
    switch (outcome) {
      case Acknowledged(var after) -> {
        gate.answered();
        said(item, now, Outcome.ACKNOWLEDGED, Reason.LIVE_ACKNOWLEDGED, after.toMillis() + " ms");
      }
      case HandedOver(var receipt) -> {
        counters.handedOver.increment();
        gate.answered();
        said(item, now, Outcome.HANDED_OVER, Reason.HANDED_TO_PLATFORM, receipt);
      }
      case Refused(var why, var words, var deadSince, var byUs) -> {
        counters.refused.increment();
        if (why == Reason.CALL_OVER) {
          notWanted(item, now);
        } else if (why == Reason.TOO_LATE_TO_ALERT) { // it was never sent
          said(item, now, Outcome.EXPIRED, why, words);
        } else {
          if (!byUs) {
            gate.answered();
          }
          said(item, now, Outcome.REFUSED, why, words);
          deadSince.ifPresent(since -> retire(push, since));
        }
      }
      case TryAgain(var why, var words, var notBefore, var heard) -> {
        counters.triedAgain.increment();
        if (why == Reason.SERVICE_UNREACHABLE) {
          gate.unreachable(now);
        } else if (why == Reason.SERVICE_UNAVAILABLE) {
          gate.failed(heard == Heard.MOMENT ? notBefore : Instant.MIN, now);
        } else if (heard != Heard.NOTHING) { // it has too much to do, but it is there
          gate.answered();
        }
        final boolean atTheGate =
            why == Reason.SERVICE_UNREACHABLE
                || (why == Reason.SERVICE_UNAVAILABLE && gate.isShut(now));
        if (!atTheGate) {
          said(item, now, Outcome.TRY_AGAIN, why, words);
          final var soonest = now.plus(jittered(pauseAfter(item)));
          tryLater(item, why, notBefore.isAfter(soonest) ? notBefore : soonest, now);
        } else if (!item.acknowledged) {
          if (item.waitedFor != why) { // probes that find the same are not told one by one
            said(item, now, Outcome.TRY_AGAIN, why, words);
          }
          parkBehind(gate, item, why, now);
        }
      }
      case Uncertain(var why) -> {
        counters.uncertain.increment();
        gate.unanswered(now);
        item.uncertain++;
        said(item, now, Outcome.UNCERTAIN, why, "");
        if (item.uncertain > MOST_REPEATS) {
          LOG.debug("event {} is not repeated any more", item.key.event());
        } else if (item.kept.event().eventClass() == EventClass.CALL
            && item.pushTries <= 1
            && !item.acknowledged) {
          send(item, push.to(), false, crowded, now); // the call's UUID folds it
        } else {
          final var pause = pauseAfter(item);
          final var longer = pause.compareTo(AFTER_UNCERTAINTY) < 0 ? AFTER_UNCERTAINTY : pause;
          tryLater(item, why, now.plus(jittered(longer)), now);
        }
      }
    }
  }

  /// The sender asked right before it wrote the push, and it was not wanted any more.
  private static void notWanted(final Item item, final Instant now) {
    final boolean over =
        item.kept.event() instanceof IncomingCall && (item.pushTries <= 1 || !item.acknowledged);
    said(item, now, Outcome.NOT_SENT, over ? Reason.CALL_OVER : Reason.LIVE_ACKNOWLEDGED, "");
  }

  private static void said(
      final Item item,
      final Instant now,
      final Outcome outcome,
      final Reason why,
      final String detail) {
    item.untold.add(new Try("push", Math.max(1, item.pushTries), now, outcome, why, detail));
  }

  private void tryLater(
      final Item item, final Reason why, final Instant notBefore, final Instant now) {
    if (item.acknowledged) {
      return; // the app has it meanwhile
    }
    if (notBefore.isBefore(deadline(item))) {
      park(item, why, notBefore, now);
    } else {
      said(item, now, Outcome.EXPIRED, Reason.TOO_LATE_TO_ALERT, waitedFor(why));
    }
  }

  /// What kept a push until it was too late, for its last line in the trail.
  static String waitedFor(final @Nullable Reason why) {
    return why == null ? "" : "it waited: " + why.code() + " " + why.sentence();
  }

  private static Duration pauseAfter(final Item item) {
    final var longest = item.lane() == Lane.URGENT ? LONGEST_PAUSE_URGENT : LONGEST_PAUSE;
    final var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(item.pushTries - 1, 16));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  private void park(final Item item, final Reason why, final Instant notBefore, final Instant now) {
    final var deadline = deadline(item);
    final var moment = notBefore.isBefore(deadline) ? notBefore : deadline; // to say it in time
    park(item, row(item, moment, deadline, why), now);
  }

  /// Its line goes on when the service answers again.
  private void parkBehind(final Gate gate, final Item item, final Reason why, final Instant now) {
    final var deadline = deadline(item);
    park(item, row(item, Instant.EPOCH, deadline, why).behind(gate.name()), now);
  }

  /// A row of an item that was uncertain says so for as long as it waits, whatever it waits for:
  /// then the trail is asked how often.
  private static Waiting row(
      final Item item, final Instant notBefore, final Instant deadline, final Reason why) {
    return Waiting.until(
        notBefore,
        item.key.event(),
        item.key.device(),
        item.lane(),
        item.pushTries,
        deadline,
        item.uncertain > 0 && !isUncertain(why) ? Reason.NO_ANSWER : why);
  }

  /// Whether this reason speaks of a push that may have arrived without an answer.
  static boolean isUncertain(final Reason why) {
    return why == Reason.NO_ANSWER || why == Reason.STOPPED_WHILE_SENDING || why == Reason.INTERNAL;
  }

  private void park(final Item item, final Waiting row, final Instant now) {
    counters.parked.increment();
    if (item.untold.isEmpty() && item.waitedFor != row.why()) { // say why nothing happens
      said(item, now, Outcome.WAITS, row.why(), "");
    }
    trail.tell(item, now, false);
    rows.park(row);
    item.waitedFor = row.why();
    item.hasRow = true;
    item.parked = true;
  }

  private Duration jittered(final Duration around) {
    return around.plusMillis(random.nextLong(around.toMillis() + 1));
  }

  private void retire(final Push push, final Instant deadSince) {
    Thread.ofVirtual()
        .name("retire")
        .start(() -> {
          try {
            final boolean dropped = registry.retire(push.device(), push.to(), deadSince);
            mailbox.put(new Letter.Retired(push, dropped));
          } catch (final RuntimeException fault) {
            counters.faults.increment();
            LOG.error("a dead address of {} could not be dropped", push.device(), fault);
          }
        });
  }

  /// What was gathered leaves.
  void flush() {
    for (final var group : groups.entrySet()) {
      final var pushes = group.getValue();
      final var sender = senders.get(group.getKey());
      if (!pushes.isEmpty() && sender != null) {
        group.setValue(new ArrayList<>(pushes.size()));
        try {
          sender.send(pushes, (push, outcome) -> mailbox.put(new Letter.Told(push, outcome)));
        } catch (final RuntimeException fault) { // what left is not known
          counters.faults.increment();
          LOG.error("{} failed to take {} pushes", group.getKey(), pushes.size(), fault);
          final var unknown = new Uncertain(Reason.INTERNAL);
          pushes.forEach(push -> mailbox.put(new Letter.Told(push, unknown)));
        }
      }
    }
  }
}
