package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.Event;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventIds;
import dev.reveille.model.Installation;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last steps of a push that goes: what it needs from the stores is there, its line is on disk
/// where one is needed, and it leaves with the others of its turn in [#flush].
///
/// ```
///   depart ─► input in memory? ─► first push of its event? ─► leave ─► flush
///               │ no        ▲        │ no                       ▲
///               └─► Lookups ┘        └─► line on disk ──────────┘
/// ```
///
/// Belongs to the dispatcher's thread.
final class Departures {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
  private static final Set<PushService> NONE = Set.of();

  private final Senders senders;
  private final Directory directory;
  private final PushSwitches switches;
  private final Calls calls;
  private final Inbox inbox;
  private final NotificationStyles styles;
  private final Lookups lookups;
  private final Trail trail;
  private final CircuitBreakers breakers;
  private final Mailbox<DispatcherInput> mailbox;
  private final EventIds ids;
  private final Counters counters;

  /// By sender; those of senders that are there stay when they are empty.
  private final Map<SenderId, List<Push>> groups = new HashMap<>();

  /// To relays, by sender.
  private final Map<SenderId, List<Sender.Question>> questions = new HashMap<>();

  private final FilledStyles looksFilled = new FilledStyles();

  /// What the filled texts of all pushes under way weigh.
  private long weightOfTexts;

  Departures(
      final Senders senders,
      final Directory directory,
      final PushSwitches switches,
      final Calls calls,
      final Inbox inbox,
      final NotificationStyles styles,
      final Lookups lookups,
      final Trail trail,
      final CircuitBreakers breakers,
      final Mailbox<DispatcherInput> mailbox,
      final EventIds ids,
      final Counters counters) {
    this.senders = senders;
    this.directory = directory;
    this.switches = switches;
    this.calls = calls;
    this.inbox = inbox;
    this.styles = styles;
    this.lookups = lookups;
    this.trail = trail;
    this.breakers = breakers;
    this.mailbox = mailbox;
    this.ids = ids;
    this.counters = counters;
  }

  /// From here on the push is out; it leaves when all that it needs is known and noted.
  void depart(
      final Work work, final PushAddress.Direct to, final boolean fallsBack, final Instant now) {
    work.pushOut = true;
    work.pushSent = false;
    work.pushTries++;
    work.pushTo = to;
    switch (work.targetJob) {
      case TargetJob.ForDevice device -> depart(work, device, to, fallsBack, now);
      case TargetJob.ForAddress address -> depart(work, address, to, now);
    }
  }

  /// Asks the relay that took the last push what became of it.
  void ask(final Work work, final PushAddress.Direct to) {
    work.pushOut = true;
    work.pushSent = true;
    work.pushTo = to;
    questions
        .computeIfAbsent(to.sender(), _ -> new ArrayList<>())
        .add(
            new Sender.Question(
                work.key, to, PushIds.of(ids.epoch(), work.key), work.lane, work.pushTries));
  }

  private void depart(
      final Work work,
      final TargetJob.ForDevice device,
      final PushAddress.Direct to,
      final boolean fallsBack,
      final Instant now) {
    final var event = device.stored().event();
    work.pushInput =
        (fallsBack && event instanceof Event.Message) || work.pushDoubt != null
            ? null
            : fromMemory(event, device.user(), to);
    if (work.pushInput == null) {
      lookups.ask(work.key, work.lane, device.stored(), device.user(), to.app(), fallsBack);
    } else {
      noteAndLeave(work, to, now);
    }
  }

  /// A send shows itself as it is, to an address whose unread entries are not known.
  private void depart(
      final Work work,
      final TargetJob.ForAddress address,
      final PushAddress.Direct to,
      final Instant now) {
    final var app = directory.appInMemory(to.app());
    final var off = address.isOfHub() ? switches.offForHubsInMemory(address.organisation()) : NONE;
    work.pushInput = null;
    if (work.pushDoubt != null && app == null || off == null) {
      lookups.ask(work.key, work.lane, address, to);
    } else if (off.contains(to.service())) {
      switchedOff(work, to, now);
    } else {
      work.pushInput =
          PushInput.ofSend(app == null ? App.UNKNOWN_CREDENTIALS : app.credentials(), false);
      noteAndLeave(work, to, now);
    }
  }

  private void switchedOff(final Work work, final PushAddress.Direct to, final Instant now) {
    work.pushOut = false;
    breakers.before(to).cameBack(work.key, now);
    counters.refused.increment();
    Pushing.said(work, now, Outcome.REFUSED, Reason.PUSH_SWITCHED_OFF, "");
  }

  private @Nullable PushInput fromMemory(
      final Event event, final UserId user, final PushAddress.Direct to) {
    final var presentation = styles.inMemory(to.app());
    if (presentation == null) {
      return null;
    }
    final var app = directory.appInMemory(to.app());
    final long credentials = app == null ? App.UNKNOWN_CREDENTIALS : app.credentials();
    if (!showsBadge(event)) {
      return new PushInput(PushInput.UNKNOWN, presentation, false, credentials);
    }
    final var unread = inbox.unreadInMemory(user);
    return unread.isPresent()
        ? new PushInput(unread.getAsInt(), presentation, false, credentials)
        : null;
  }

  /// Whether memory holds what a push of this event to the installation needs.
  boolean isReadyFor(final Event event, final UserId user, final Installation installation) {
    for (final var address : installation.addresses()) {
      switch (address) {
        case PushAddress.Direct direct -> {
          if (styles.inMemory(direct.app()) == null) {
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

  /// What the push needs was read. Afterwards it is out, or the work is idle.
  void inputRead(final Work work, final PushInput input, final Instant now) {
    final var to = work.pushTo;
    if (!work.pushOut || work.pushSent || work.pushInput != null || to == null) {
      return;
    }
    work.pushInput = input;
    if (input.switchedOff()) {
      switchedOff(work, to, now);
    } else if (input.readElsewhere() || (work.acknowledged && !mustRing(work))) {
      work.pushOut = false;
      breakers.before(to).cameBack(work.key, now);
      Pushing.said(
          work,
          now,
          Outcome.NOT_SENT,
          input.readElsewhere() ? Reason.ALREADY_READ : Reason.LIVE_ACKNOWLEDGED,
          "");
    } else {
      noteAndLeave(work, to, now);
    }
  }

  /// The first push of an event leaves at once: after a crash the journal shows the event
  /// unfinished. Every further push is written down before it leaves, so that after a crash it is
  /// known which ones may have left without an answer.
  private void noteAndLeave(final Work work, final PushAddress.Direct to, final Instant now) {
    final int attempt = work.pushTries;
    final var breaker = breakers.before(to);
    if ((attempt == 1 && !work.hasRow) || breaker.isNoted(work.key)) {
      leave(work, to);
      return;
    }
    breaker.departureNoted(work.key);
    Pushing.said(work, now, Outcome.LEAVES, work.targetJob.why(), "");
    trail.tell(work, now, false);
    final var key = work.key;
    final var lane = work.lane;
    trail.tellWhenKept(() -> mailbox.put(lane, new DispatcherInput.DepartureNoted(key, attempt)));
  }

  /// The line that says that it leaves is on disk.
  void departureNoted(final Work work, final int attempt) {
    final var to = work.pushTo;
    if (work.pushOut && !work.pushSent && work.pushTries == attempt && to != null) {
      leave(work, to);
    }
  }

  private void leave(final Work work, final PushAddress.Direct to) {
    work.pushSent = true;
    work.credentials = Objects.requireNonNull(work.pushInput).credentials();
    counters.pushes.increment();
    final var push =
        switch (work.targetJob) {
          case TargetJob.ForDevice device -> push(work, device, to);
          case TargetJob.ForAddress address ->
              new Push(
                  work.key,
                  to,
                  PushIds.of(ids.epoch(), work.key),
                  address.said().content(),
                  address.said().style(),
                  address.said().seal(),
                  work.lane,
                  work.deadline,
                  work.pushTries,
                  address.wanted());
        };
    groups.computeIfAbsent(to.sender(), _ -> new ArrayList<>()).add(push);
  }

  private Push push(
      final Work work, final TargetJob.ForDevice device, final PushAddress.Direct to) {
    final var id = ids.of(work.key.job());
    final var input = Objects.requireNonNull(work.pushInput);
    final var event = device.stored().event();
    final var wishes = input.presentation().orElse(null);
    final boolean badge = wishes == null || wishes.showsBadge(event);
    final var content =
        PushContentBuilder.of(device.stored(), id, to, badge ? input.unread() : PushInput.UNKNOWN);
    final var key = device.installation().contentKey();
    final var style =
        looksFilled.style(
            device.stored(),
            NotificationStyle.of(content),
            wishes,
            device.installation().locale(),
            input.unread());
    weigh(work, looksFilled.weight());
    return new Push(
        work.key,
        to,
        PushIds.of(ids.epoch(), work.key),
        content,
        style,
        key.isEmpty() ? Seal.OPEN : new Seal.Wanted(key),
        work.lane,
        work.deadline,
        work.pushTries,
        wanted(work, device),
        Optional.of(new Push.Recipient(device.user().name(), event.recipients().size() > 1)));
  }

  private void weigh(final Work work, final int weight) {
    weightOfTexts += weight - work.textWeight;
    work.textWeight = weight;
  }

  /// Nothing of the work is under way any more.
  void ended(final Work work) {
    weigh(work, 0);
  }

  /// What the filled texts of all pushes under way weigh, in the measure of
  /// [Admission#contentWeight].
  long weightOfTexts() {
    return weightOfTexts;
  }

  /// The first push of a call goes even when the app was quick to acknowledge its frame: it may
  /// fall asleep ringing.
  private static boolean mustRing(final Work work) {
    return work.targetJob.rings() && work.pushTries <= 1;
  }

  private BooleanSupplier wanted(final Work work, final TargetJob.ForDevice device) {
    final boolean needed = mustRing(work);
    final var user = device.user();
    return device.stored().event() instanceof final IncomingCall call
        ? () ->
            (needed || !work.acknowledged)
                && calls.stillRings(call.key().organisation(), call.call(), user)
        : () -> !work.acknowledged;
  }

  /// A sender came or went.
  void senderChanged(final SenderId id) {
    groups.computeIfPresent(id, (_, pushes) -> pushes.isEmpty() ? null : pushes);
  }

  /// What was gathered leaves.
  void flush() {
    if (!questions.isEmpty()) {
      flushQuestions();
    }
    final var each = groups.entrySet().iterator();
    while (each.hasNext()) {
      final var group = each.next();
      final var pushes = group.getValue();
      if (!pushes.isEmpty()) {
        final var sender = senders.find(group.getKey());
        if (sender == null) { // it went in this turn
          each.remove();
          final var gone = TryAgain.unreachable("", Instant.EPOCH, Optional.empty());
          pushes.forEach(
              push -> mailbox.put(push.lane(), new DispatcherInput.PushAnswered(push, gone)));
        } else {
          group.setValue(new ArrayList<>(pushes.size()));
          send(sender, pushes);
        }
      }
    }
  }

  private void flushQuestions() {
    questions.forEach((id, group) -> {
      final var sender = senders.find(id);
      if (sender == null) { // it went in this turn
        final var gone = TryAgain.unreachable("", Instant.EPOCH, Optional.empty());
        group.forEach(
            one -> mailbox.put(one.lane(), new DispatcherInput.QuestionAnswered(one, gone)));
        return;
      }
      try {
        sender.ask(
            group,
            (question, outcome) ->
                mailbox.put(
                    question.lane(), new DispatcherInput.QuestionAnswered(question, outcome)));
      } catch (final RuntimeException fault) { // nothing is known of them, as before
        counters.faults.increment();
        LOG.error("{} failed to ask for {} reports", id, group.size(), fault);
        final var later = new TryAgain(Reason.INTERNAL, "", Instant.EPOCH);
        group.forEach(
            one -> mailbox.put(one.lane(), new DispatcherInput.QuestionAnswered(one, later)));
      }
    });
    questions.clear();
  }

  private void send(final Sender sender, final List<Push> pushes) {
    try {
      sender.send(
          pushes,
          (push, outcome) ->
              mailbox.put(push.lane(), new DispatcherInput.PushAnswered(push, outcome)));
    } catch (final RuntimeException fault) { // what left is not known
      counters.faults.increment();
      LOG.error("{} failed to take {} pushes", sender.id(), pushes.size(), fault);
      final var unknown = new Uncertain(Reason.INTERNAL);
      pushes.forEach(push -> mailbox.put(new DispatcherInput.PushAnswered(push, unknown)));
    }
  }
}
