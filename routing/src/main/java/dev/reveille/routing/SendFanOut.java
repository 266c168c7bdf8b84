package dev.reveille.routing;

import dev.reveille.model.Audience;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Audiences.Numbered;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the targets of sends, page by page: a *send* is a push to addresses that belong to no
/// user, and may have very many of them.
///
/// ```
///   add ──► read a page ──► note that it begins ──► its targets, as there is room ──► reached
/// ```
///
/// At most [#WINDOW] targets of a send are under way, and of all sends as many as [SendTurns] has
/// room for. A page's targets leave only when it is on disk that the page begins, so after a crash
/// it is known which targets may have been told: those above what was reached, up to what was
/// begun, of which no line speaks. The first page begins unnoted, so it may have been told.
///
/// Belongs to the dispatcher's thread.
final class SendFanOut implements ClockSteps.Waits {
  private static final Logger LOG = LoggerFactory.getLogger(SendFanOut.class);

  static final int PAGE = 500;
  static final int WINDOW = 2_000;
  private static final int TARGETS_AT_A_TIME = 32;
  private static final int MOST_CANCELLED_REMEMBERED = 8_192;

  /// How many sends whose moment has come go on at once; urgent ones always do.
  static final int MOST_AT_ONCE = 256;

  private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

  private final SendLookups lookups;
  private final Delivery delivery;
  private final PendingRows pending;
  private final Trail trail;
  private final Admission admission;
  private final Mailbox<DispatcherInput> mailbox;
  private final SendWording wording;
  private final ServerClock clock;
  private final Counters counters;

  /// Sends under way, by their sequence.
  private final Map<Long, SendJob> jobs = new HashMap<>();

  private final SendTurns turns = new SendTurns();

  /// Sends that were cancelled while they waited: what the stores say may be older.
  private final Map<Long, Boolean> cancelled = new RecentMap<>(MOST_CANCELLED_REMEMBERED);

  private final UnreadablePages unread = new UnreadablePages();

  SendFanOut(
      final SendLookups lookups,
      final Delivery delivery,
      final PendingRows pending,
      final Trail trail,
      final Admission admission,
      final Mailbox<DispatcherInput> mailbox,
      final SendWording wording,
      final ServerClock clock,
      final Counters counters) {
    this.lookups = lookups;
    this.delivery = delivery;
    this.pending = pending;
    this.trail = trail;
    this.admission = admission;
    this.mailbox = mailbox;
    this.wording = wording;
    this.clock = clock;
    this.counters = counters;
  }

  // ---- a send ---------------------------------------------------------------------------------

  /// A send was committed.
  void add(final StoredJob stored) {
    final var send = (Send) stored.job();
    if (isScheduled(stored)) {
      schedule(stored, send);
      admission.over(send);
      return;
    }
    try {
      begin(job(stored, true, null), true);
    } catch (final RuntimeException fault) { // the rest of its group goes on
      counters.faults.increment();
      LOG.error("send {} could not be begun; the next start takes it up", stored.sequence(), fault);
      forget(stored.sequence());
      admission.over(send);
    }
  }

  private void forget(final long send) {
    final var job = jobs.remove(send);
    if (job != null) {
      turns.ends(job);
    }
  }

  /// A former run accepted the send and did not finish it.
  void takeUp(final SendLog.Unfinished left) {
    final long send = left.send().sequence();
    if (cancelled.containsKey(send)) {
      return; // while it waited for its turn
    }
    try {
      begin(left);
    } catch (final RuntimeException fault) { // a fault in one send must not end the start
      counters.faults.increment();
      LOG.error("send {} could not be taken up", send, fault);
      forget(send);
    }
  }

  /// Whether what it leads to shows by now: something of it was begun, or nothing is to be begun.
  boolean isTakenUp(final long send) {
    final var job = jobs.get(send);
    return job == null || job.begunSome;
  }

  /// Too many starts crashed while they worked on it: it is given up.
  void giveUp(final SendLog.Unfinished left, final Instant now) {
    final long send = left.send().sequence();
    final var why = new Try("push", 0, now, Outcome.GIVEN_UP, Reason.GIVEN_UP_AT_START, "");
    trail.later(send, TargetKey.WHOLE, why, false);
    trail.advanced(
        new Note.Advanced(
            send, left.reached(), left.maybeBegun(), State.GIVEN_UP, left.ofAnotherService()));
    cancelled.put(send, true);
  }

  private void begin(final SendLog.Unfinished left) {
    final boolean nothingNoted = left.maybeBegun() == 0 && left.reached() == 0;
    if (isScheduled(left.send()) && nothingNoted) { // not even its first page was begun
      schedule(left.send(), (Send) left.send().job());
      return;
    }
    begin(job(left.send(), left.maybeBegun() == 0, left), false);
  }

  /// Whether it waited as a row from the first. What was accepted to leave at once does so whatever
  /// the clock is set to.
  private static boolean isScheduled(final StoredJob stored) {
    return ((Send) stored.job()).notBefore().isAfter(stored.at());
  }

  /// The moment of a scheduled send has come: its row is over.
  void comeBack(final RowInput.Due due, final Instant now) {
    final var stored = due.stored();
    final long send = stored.sequence();
    if (due.begins() && ((Send) stored.job()).notBefore().isAfter(now)) {
      pending.park(scheduled(stored, ((Send) stored.job()).notBefore())); // the clock was set back
      return;
    }
    if (due.begins() && due.row().lane() != Lane.URGENT && jobs.size() >= MOST_AT_ONCE) {
      pending.park(scheduled(stored, now.plus(UNTIL_THERE_IS_ROOM)));
      return;
    }
    if (due.begins() && !jobs.containsKey(send) && !cancelled.containsKey(send)) {
      trail.advanced(new Note.Advanced(send, 0, 0, State.GOES_ON)); // before its row goes
      begin(job(stored, false, null), false);
    }
    pending.unpark(new WorkKey(send, TargetKey.WHOLE));
  }

  /// The moment of a target's row has come.
  void comeBack(final RowInput.OfSend row, final Instant now) {
    final var what =
        new TargetJob.ForAddress(clock.present(row.stored()), row.to(), row.words(), 0, null);
    final var work = new Work(what.key(), row.row().lane(), what);
    work.continues(row.row(), row.history());
    delivery.start(work, now);
  }

  private void schedule(final StoredJob stored, final Send send) {
    pending.park(scheduled(stored, send.notBefore()));
    trail.advanced(new Note.Advanced(stored.sequence(), 0, 0, State.SCHEDULED));
  }

  private static Waiting scheduled(final StoredJob stored, final Instant moment) {
    return Waiting.byCalendar(
        moment, stored.sequence(), TargetKey.WHOLE, stored.job().lane(), Reason.SEND_SCHEDULED);
  }

  private SendJob job(
      final StoredJob stored, final boolean isUnnoted, final SendLog.@Nullable Unfinished left) {
    return new SendJob(stored, wording.shared(stored), isUnnoted, left);
  }

  private void begin(final SendJob job, final boolean hasCredits) {
    job.hasCredits = hasCredits;
    jobs.put(job.stored.sequence(), job);
    turns.begins(job);
    read(job);
  }

  /// No target of the send is begun any more; those under way end as they end.
  void cancel(final long send) {
    final var job = jobs.get(send);
    if (job == null) { // it is scheduled, or over
      cancelled.put(send, true);
      trail.advanced(new Note.Advanced(send, 0, 0, State.CANCELLED));
      pending.unpark(new WorkKey(send, TargetKey.WHOLE));
      return;
    }
    job.cancelled = true;
    job.readAll = true;
    trail.advanced(advanced(job)); // who cancelled is told when this is on disk
    for (final var page : job.pages) {
      page.left -= page.targets.size() - page.next;
      page.next = page.targets.size();
    }
    advance(job);
  }

  @Override
  public void clockSet(final Duration step) {
    unread.clockSet(step);
  }

  // ---- pages ----------------------------------------------------------------------------------

  /// Gets the next page, unless enough is there or there is no room.
  private void read(final SendJob job) {
    if (!job.reading && !job.readAll && job.inPages() <= WINDOW - PAGE && turns.takesPage(job)) {
      readWithRoom(job);
    }
  }

  /// What a former run may have told is looked up, addresses that stand in the send as well.
  private void readWithRoom(final SendJob job) {
    final long mayBeTold = job.nextMayBeTold();
    if (job.send.to() instanceof Audience.Addresses(var all) && job.readUpTo >= mayBeTold) {
      pageRead(job, SendLookups.listed(all, job.readUpTo, PAGE), Map.of(), Map.of());
    } else {
      job.reading = true;
      lookups.ask(job.stored, job.readUpTo, PAGE, mayBeTold);
    }
  }

  /// The next page was read.
  void pageRead(final DispatcherInput.PageRead read) {
    final var job = jobs.get(read.send());
    if (job != null) {
      pageRead(job, read.page(), read.own(), read.tried());
    }
  }

  private void pageRead(
      final SendJob job,
      final Audiences.Page page,
      final Map<Rendered, SendWords> own,
      final Map<TargetKey, PushHistory> tried) {
    job.reading = false;
    if (job.cancelled) {
      turns.hasRead(job, 0);
      advance(job);
      return;
    }
    job.readAll = page.last();
    if (page.targets().isEmpty()) {
      turns.hasRead(job, 0);
    } else {
      add(job, page.targets(), own, tried);
    }
    if (page.last()) {
      advance(job);
    } else {
      read(job);
    }
  }

  /// The next page could not be read; it is tried again as long as anything may leave.
  void pageUnread(final long send, final RuntimeException fault, final Instant now) {
    final var job = jobs.get(send);
    if (job != null) {
      counters.faults.increment();
      LOG.error("the audience of send {} could not be read", send, fault);
      job.reading = false;
      turns.hasRead(job, 0);
      if (job.cancelled) {
        advance(job);
        return;
      }
      final var end = clock.present(job.stored).job().life().alertBefore();
      if (now.isBefore(end)) {
        unread.rests(job, now, end);
        return;
      }
      final var why =
          new Try("push", 0, now, Outcome.EXPIRED, Reason.TOO_LATE_TO_ALERT, UnreadablePages.WHY);
      trail.later(send, TargetKey.WHOLE, why, false);
      job.givenUp = true;
      job.readAll = true;
      advance(job);
    }
  }

  private void add(
      final SendJob job,
      final List<Numbered> targets,
      final Map<Rendered, SendWords> own,
      final Map<TargetKey, PushHistory> tried) {
    final boolean isFirst = job.readUpTo == 0 && job.isUnnoted;
    turns.hasRead(job, targets.size());
    final var page = new SendPage(this::advance, job, targets, own, tried, isFirst);
    job.readUpTo = page.upTo;
    job.pages.add(page);
    if (isFirst || page.upTo <= job.begun) {
      job.begun = Math.max(job.begun, page.upTo);
      page.mayLeave = true;
      return;
    }
    job.begun = page.upTo;
    trail.advanced(advanced(job));
    final long send = job.stored.sequence();
    final var lane = job.send.lane();
    trail.tellWhenKept(() -> mailbox.put(lane, new DispatcherInput.PageNoted(send, page.upTo)));
  }

  /// It is on disk that the pages up to this number begin.
  void pageNoted(final long send, final long upTo) {
    final var job = jobs.get(send);
    if (job != null) {
      for (final var page : job.pages) {
        page.mayLeave |= page.upTo <= upTo;
      }
    }
  }

  // ---- targets --------------------------------------------------------------------------------

  /// Begins some targets of the send whose turn it is; false when none of the lane can go on now.
  boolean work(final Lane lane, final Instant now) {
    if (jobs.isEmpty() || !delivery.hasRoom(lane)) { // asked for each event: mostly there is none
      return false;
    }
    for (var job = turns.nextWithRoom(this::isUnderWay);
        job != null;
        job = turns.nextWithRoom(this::isUnderWay)) {
      if (job.reading || job.readAll) {
        turns.hasRead(job, 0);
        advance(job);
      } else {
        readWithRoom(job);
      }
    }
    return turns.next(lane, this::isUnderWay, job -> beginSome(job, now));
  }

  private boolean isUnderWay(final SendJob job) {
    return jobs.get(job.stored.sequence()) == job;
  }

  private boolean beginSome(final SendJob job, final Instant now) {
    int some = 0;
    for (final var page : List.copyOf(job.pages)) {
      while (page.mayLeave
          && page.next < page.targets.size()
          && some < TARGETS_AT_A_TIME
          && job.underWay < WINDOW
          && delivery.hasRoom(job.send.lane())) {
        begin(page, page.targets.get(page.next++), now);
        some++;
      }
    }
    if (some > 0) {
      read(job);
      advance(job);
    }
    return some > 0;
  }

  private void begin(final SendPage page, final Numbered target, final Instant now) {
    final var job = page.job;
    job.begunSome = true;
    if (job.done.contains(target.number())) {
      page.left--;
      return;
    }
    if (job.isForAnother(target.to().address())) {
      page.left--;
      page.ofAnotherService++;
      return;
    }
    final var words = page.words(target);
    final var what =
        new TargetJob.ForAddress(
            clock.present(job.stored), target.to(), words, target.number(), page);
    final var work = new Work(what.key(), words.rings() ? Lane.URGENT : job.send.lane(), what);
    if (target.number() <= page.mayBeTold) {
      work.continues(page.tried(target));
    }
    job.underWay++;
    try {
      delivery.start(work, now);
    } catch (final RuntimeException fault) { // the other targets go on
      counters.faults.increment();
      LOG.error("send {} could not be started for {}", job.stored.sequence(), what.key(), fault);
      delivery.putBack(work, now.plus(AFTER_A_FAULT), now);
    }
  }

  /// Looks how far the send has come.
  private void advance(final SendJob job) {
    if (!isUnderWay(job)) {
      return;
    }
    boolean further = false;
    for (var first = job.pages.peek();
        first != null && first.left == 0 && first.next == first.targets.size();
        first = job.pages.peek()) {
      job.reached = first.upTo;
      job.ofAnotherService += first.ofAnotherService;
      job.pages.poll();
      turns.givesBack(job, first.size());
      further = true;
    }
    if (job.pages.isEmpty() && job.readAll && !job.reading) {
      forget(job.stored.sequence());
      trail.advanced(advanced(job, job.end()));
      if (job.hasCredits) {
        admission.over(job.send);
      }
    } else if (further) {
      trail.advanced(advanced(job));
      read(job);
    }
  }

  private static Note.Advanced advanced(final SendJob job) {
    return advanced(job, job.cancelled ? State.CANCELLED : State.GOES_ON);
  }

  private static Note.Advanced advanced(final SendJob job, final State state) {
    return new Note.Advanced(
        job.stored.sequence(), job.reached, job.begun, state, job.ofAnotherService);
  }

  /// Reads again what could not be read. Answers when to look again, `Instant.MAX` for never.
  Instant look(final Instant now) {
    return unread.look(
        now,
        job -> {
          if (isUnderWay(job)) {
            read(job);
          }
        });
  }
}
