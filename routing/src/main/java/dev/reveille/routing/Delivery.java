package dev.reveille.routing;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventClass;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.RouteDecision;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushSender;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WaitingRoom.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Works on items: live channel, push, both, or live and else push.
///
/// Nothing here waits on a thread. A live delivery that waits for its acknowledgement is an item in
/// memory for two seconds; everything that waits for longer, and everything above
/// [Limits#mostInFlight], becomes a row in the waiting room and comes back through the
/// dispatcher.
///
/// Pushes and frames are gathered during a turn of the dispatcher and leave together in [#flush],
/// so that a commit group costs one flush per connection.
///
/// Belongs to the dispatcher's thread.
final class Delivery {
  /// @param patience how long a live delivery waits for its acknowledgement
  /// @param mostInFlight items in memory before the less urgent ones wait as rows
  record Limits(Duration patience, int mostInFlight) {
    static final Limits DEFAULT = new Limits(Duration.ofSeconds(2), 50_000);
  }

  /// What delivery tells the dispatcher's outside: outcomes come back into its turn.
  interface Outside {
    void outcome(Push push, DeliveryOutcome outcome);

    void lost(Frame frame, Reason why);

    void retire(Push push, PushAddress address, Instant deadSince);
  }

  private static final Duration WHILE_DOWN = Duration.ofSeconds(5);
  private static final Duration WHILE_DOWN_URGENT = Duration.ofSeconds(1);
  private static final Duration AFTER_UNCERTAINTY = Duration.ofSeconds(5);
  private static final int ROWS_WHILE_DOWN = 32;
  private static final int MOST_REPEATS_OF_A_CALL = 2;

  private record Gate(PushService service, String app) {}

  private record Deadline(Instant at, Item item) {}

  private final Map<PushService, PushSender> senders;
  private final LiveRoutes live;
  private final Calls calls;
  private final Inbox inbox;
  private final WaitingRoom waiting;
  private final Trail trail;
  private final Limits limits;
  private final long epoch;
  private final Outside outside;
  private final Counters counters;

  private final Map<Item.Key, Item> open = new HashMap<>();
  private final Map<Gate, Breaker> breakers = new HashMap<>();
  private final Map<PushService, List<Push>> pushes = new EnumMap<>(PushService.class);
  private final List<Frame> frames = new ArrayList<>();
  private final PriorityQueue<Deadline> impatience = new PriorityQueue<>(Comparator.comparing(Deadline::at));
  private final SplittableRandom random = new SplittableRandom();

  Delivery(
      final Map<PushService, PushSender> senders,
      final LiveRoutes live,
      final Calls calls,
      final Inbox inbox,
      final WaitingRoom waiting,
      final Trail trail,
      final Limits limits,
      final long epoch,
      final Outside outside,
      final Counters counters) {
    this.senders = Map.copyOf(senders);
    this.live = live;
    this.calls = calls;
    this.inbox = inbox;
    this.waiting = waiting;
    this.trail = trail;
    this.limits = limits;
    this.epoch = epoch;
    this.outside = outside;
    this.counters = counters;
  }

  int inFlight() {
    return open.size();
  }

  /// Begins with a decision.
  void start(final Item item, final Instant now) {
    open.put(item.key, item);
    switch (item.decision) {
      case RouteDecision.Live _ -> sendLive(item, now);
      case RouteDecision.Push(var address, _) -> sendPush(item, address, now);
      case RouteDecision.LiveAndPush(var address, _) -> {
        sendLive(item, now);
        sendPush(item, address, now);
      }
      case RouteDecision.LiveElsePush _ -> sendLive(item, now);
      case RouteDecision.Suppress(var why) -> {
        counters.suppressed.increment();
        if (item.claimed) {
          item.untold.add(new Try("push", item.pushTries, now, "given-up", why, ""));
        }
        settle(item, now);
      }
    }
  }

  // ---- live -----------------------------------------------------------------------------------

  private void sendLive(final Item item, final Instant now) {
    item.liveOut = true;
    item.liveTries++;
    item.liveSince = now;
    item.liveUntil = now.plus(limits.patience);
    rememberRing(item);
    frames.add(new Frame(item.kept, item.key.device()));
    impatience.add(new Deadline(item.liveUntil, item));
    counters.frames.increment();
  }

  private void rememberRing(final Item item) {
    if (item.kept.event() instanceof IncomingCall call) {
      calls.rang(call.key().organisation(), call.call(), item.key.device());
    }
  }

  /// A frame never reached its phone.
  void lost(final Frame frame, final Reason why, final Instant now) {
    final var item = open.get(new Item.Key(frame.kept().sequence(), frame.to()));
    if (item != null && item.liveOut) {
      liveEnded(item, "lost", why, now);
    }
  }

  private void liveEnded(final Item item, final String outcome, final Reason why, final Instant now) {
    item.liveOut = false;
    item.untold.add(new Try("live", item.liveTries, now, outcome, why, ""));
    if (item.decision instanceof RouteDecision.LiveElsePush(var address, _, _) && !item.pushOut) {
      sendPush(item, address, now);
    }
    settleIfIdle(item, now);
  }

  /// The app says what became of an entry, on whatever way it came.
  void acknowledged(final InstallationId by, final Mark mark, final long event, final Instant now) {
    final var item = open.get(new Item.Key(event, by));
    if (item == null) {
      trail.later(event, by, new Try("receipt", 1, now, mark.word(), Reason.LIVE_ACKNOWLEDGED, ""));
      if (waiting.size() > 0) {
        trail.note(new Note.Unparked(event, by, Way.PUSH)); // it is there: no push any more
      }
      return;
    }
    item.acknowledged = true;
    if (item.liveOut) {
      item.liveOut = false;
      counters.acknowledged.increment();
      final var after = new Acknowledged(Duration.between(item.liveSince, now));
      item.untold.add(
          new Try("live", item.liveTries, now, "acknowledged", Reason.LIVE_ACKNOWLEDGED, after.after().toMillis() + " ms"));
      settleIfIdle(item, now);
    } else {
      item.untold.add(new Try("receipt", 1, now, mark.word(), Reason.LIVE_ACKNOWLEDGED, ""));
    }
  }

  /// Lets go of live deliveries that nobody acknowledged. Answers when to ask again at the latest.
  Instant sweep(final Instant now) {
    var next = impatience.peek();
    while (next != null && !now.isBefore(next.at)) {
      impatience.poll();
      final var item = next.item;
      if (item.liveOut && !now.isBefore(item.liveUntil)) {
        liveEnded(item, "unacknowledged", Reason.LIVE_NOT_ACKNOWLEDGED, now);
      }
      next = impatience.peek();
    }
    return next == null ? Instant.MAX : next.at;
  }

  // ---- push -----------------------------------------------------------------------------------

  private void sendPush(final Item item, final PushAddress address, final Instant now) {
    final var deadline = item.kept.event().life().alertBefore();
    if (!now.isBefore(deadline)) {
      item.untold.add(new Try("push", item.pushTries, now, "expired", Reason.TOO_LATE_TO_ALERT, ""));
      settleIfIdle(item, now);
      return;
    }
    final var to = (PushAddress.Direct) address;
    final var sender = senders.get(to.service());
    if (sender == null) {
      item.untold.add(new Try("push", 1, now, "refused", Reason.SERVICE_NOT_BUILT_IN, to.service().word()));
      settleIfIdle(item, now);
      return;
    }
    if (!breaker(to).lets(now)) {
      final var pause = lane(item) == Lane.URGENT ? WHILE_DOWN_URGENT : WHILE_DOWN;
      park(item, Reason.SERVICE_UNREACHABLE, now.plus(jittered(pause)), now);
      return;
    }
    if (open.size() > limits.mostInFlight && lane(item) != Lane.URGENT) {
      park(item, Reason.SERVICE_BUSY, now, now);
      return;
    }
    item.pushOut = true;
    item.pushTries++;
    rememberRing(item);
    final var id = new Position(epoch, item.key.event()).toString();
    pushes
        .computeIfAbsent(to.service(), _ -> new ArrayList<>())
        .add(
            new Push(
                item.key.event(),
                item.key.device(),
                to,
                pushId(item.key),
                Contents.of(item.kept, id, to, badge(item)),
                lane(item),
                deadline,
                item.pushTries,
                wanted(item)));
    counters.pushes.increment();
  }

  private int badge(final Item item) {
    return switch (item.kept.event().eventClass()) {
      case MESSAGE, ALERT -> inbox.unread(item.user);
      case CALL, CALL_END, CHANGE, SILENT -> -1;
    };
  }

  private BooleanSupplier wanted(final Item item) {
    return item.kept.event() instanceof IncomingCall call
        ? () -> calls.stillRings(call.key().organisation(), call.call(), item.user)
        : () -> !item.acknowledged;
  }

  private static Lane lane(final Item item) {
    return item.kept.event().eventClass().lane();
  }

  /// One per event and installation, the same on every try and after every restart: mixed from the
  /// store's epoch, the sequence and the installation (RFC 9562 version 8).
  private UUID pushId(final Item.Key key) {
    final long high = mix(epoch ^ mix(key.event()));
    final long low = mix(high ^ key.device().value().hashCode() * 0x9E3779B97F4A7C15L);
    return new UUID((high & ~0xF000L) | 0x8000L, (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
  }

  private static long mix(final long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  void outcome(final Push push, final DeliveryOutcome outcome, final Instant now) {
    final var item = open.get(new Item.Key(push.event(), push.device()));
    if (item == null || !item.pushOut) {
      return; // a sender that tells twice changes nothing
    }
    item.pushOut = false;
    final var breaker = breaker(push.to());
    switch (outcome) {
      case Acknowledged(var after) -> {
        said(item, now, "acknowledged", Reason.LIVE_ACKNOWLEDGED, after.toMillis() + " ms");
        settleIfIdle(item, now);
      }
      case HandedOver(var receipt) -> {
        counters.handedOver.increment();
        breaker.succeeded();
        said(item, now, "handed-over", Reason.HANDED_TO_PLATFORM, receipt);
        settleIfIdle(item, now);
      }
      case Refused(var why, var words, var deadSince) -> {
        counters.refused.increment();
        said(item, now, "refused", why, words);
        deadSince.ifPresent(since -> outside.retire(push, push.to(), since));
        settleIfIdle(item, now);
      }
      case TryAgain(var why, var words, var notBefore) -> {
        counters.triedAgain.increment();
        breaker.failed(why);
        said(item, now, "try-again", why, words);
        tryLater(item, push, why, notBefore, now);
      }
      case Uncertain(var why) -> {
        counters.uncertain.increment();
        breaker.failed(why);
        said(item, now, "uncertain", why, "");
        if (item.kept.event().eventClass() == EventClass.CALL && item.pushTries < MOST_REPEATS_OF_A_CALL) {
          sendPush(item, push.to(), now); // the call's UUID folds it
        } else {
          tryLater(item, push, why, now.plus(jittered(AFTER_UNCERTAINTY)), now);
        }
      }
    }
  }

  private static void said(
      final Item item, final Instant now, final String outcome, final Reason why, final String detail) {
    item.untold.add(new Try("push", item.pushTries, now, outcome, why, detail));
  }

  private void tryLater(
      final Item item, final Push push, final Reason why, final Instant notBefore, final Instant now) {
    if (notBefore.isBefore(push.deadline())) {
      park(item, why, notBefore, now);
    } else {
      item.untold.add(new Try("push", item.pushTries, now, "expired", Reason.TOO_LATE_TO_ALERT, ""));
      settleIfIdle(item, now);
    }
  }

  /// Turns the item's push into a row. A live delivery that still waits for its acknowledgement goes
  /// on by itself: when the app answers, the row is taken away.
  private void park(final Item item, final Reason why, final Instant notBefore, final Instant now) {
    counters.parked.increment();
    final var deadline = item.kept.event().life().alertBefore();
    trail.tell(item, now, false);
    trail.parked(
        new Waiting(
            item.key.event(),
            item.key.device(),
            Way.PUSH,
            lane(item),
            item.pushTries,
            notBefore.isBefore(deadline) ? notBefore : deadline, // to say in time that it is too late
            deadline,
            why));
    open.remove(item.key);
    item.liveOut = false;
  }

  private Duration jittered(final Duration around) {
    return around.plusMillis(random.nextLong(around.toMillis() + 1));
  }

  private Breaker breaker(final PushAddress.Direct to) {
    return breakers.computeIfAbsent(new Gate(to.service(), to.app().value()), _ -> new Breaker());
  }

  /// How many rows may come back now: fewer while much is under way, a few while a service is down.
  int roomForMore() {
    final int free = limits.mostInFlight / 4 - open.size();
    return someServiceIsDown() ? Math.min(free, ROWS_WHILE_DOWN) : free;
  }

  boolean someServiceIsDown() {
    return breakers.values().stream().anyMatch(Breaker::isOpen);
  }

  // ---- the end --------------------------------------------------------------------------------

  private void settleIfIdle(final Item item, final Instant now) {
    if (item.isIdle()) {
      settle(item, now);
    }
  }

  private void settle(final Item item, final Instant now) {
    if (open.remove(item.key, item)) {
      trail.tell(item, now, true);
    }
  }

  /// What was gathered leaves.
  void flush() {
    if (!frames.isEmpty()) {
      live.send(List.copyOf(frames), outside::lost);
      frames.clear();
    }
    for (final var group : pushes.entrySet()) {
      if (!group.getValue().isEmpty()) {
        final @Nullable PushSender sender = senders.get(group.getKey());
        if (sender != null) {
          sender.send(List.copyOf(group.getValue()), outside::outcome);
        }
        group.getValue().clear();
      }
    }
  }
}
