package dev.reveille.live;

import dev.reveille.live.UnacknowledgedFrames.DispatchedFrame;
import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox.Entry;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.LiveRoutes.Lost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides what one phone is told and in which order: the part of a [LiveChannel] that reads the
/// inbox. A state machine without a socket. Every method is called on the channel's own event loop
/// and must not block, except [#calls] and [#isSignedIn], which are called on threads that may
/// block; [#format] is used on both, and what [HeldRoute] marks so may be called from any thread.
///
/// **Entries** (messages, alerts, changes) are never written from the frame that was handed over:
/// it only says that the inbox has grown; the channel then reads the inbox after `told` and writes
/// what is there, in order. That is why nothing can be skipped or repeated around a resume,
/// whatever arrives meanwhile, and why an event that was not meant for the channel when it came
/// (the app was suspended) is told as soon as the channel has a reason to look.
///
/// **Calls and silent events** are not in the inbox. They are written at once. A call is state:
/// what rings when a phone comes back is told after the welcome, as state.
///
/// **A slow phone**, which leaves [LiveSettings#window] frames unacknowledged or whose socket is
/// full, gets no further entries for now; the inbox has them. Calls still go out while the socket
/// takes them. Entries that the dispatcher hands over meanwhile wait, up to 64; after that, and for
/// a call when the socket is full, it is told `LIVE_BEHIND`, and when the phone reads again it gets
/// `behind`, the calls as state, and the inbox from where it stopped.
///
/// ```
///   NEW ── hello ──► RESUMING ── welcome, calls, first page ──► OPEN ──► ENDED
///                       ▲  └─ what arrives waits in `early` and `waiting`  │
///                       └── behind and readable again; came to the front; asked to resume
/// ```
abstract sealed class InboxFeed extends HeldRoute permits LiveChannel {
  private enum Phase {
    NEW,
    RESUMING,
    OPEN,
    ENDED
  }

  /// What stands before the calls and the entries of a resume.
  enum Head {
    WELCOME,
    BEHIND,
    NONE
  }

  /// So many handed-over entries may wait for the inbox to be read.
  private static final int MOST_WAITING = 64;

  private Phase phase = Phase.NEW;
  private long told; // everything in the inbox up to here was written
  private long cursor = -1; // what was last noted as acknowledged
  private final UnacknowledgedFrames outstanding = new UnacknowledgedFrames();
  private List<DispatchedFrame> waiting = List.of(); // entries for which the inbox is read
  private List<DispatchedFrame> early = List.of(); // calls that came before the welcome was written
  private final AnnouncedCalls ringing = new AnnouncedCalls();
  private int round; // of the newest read; what an older one brings is of no use
  private boolean reading;
  private boolean lookAgain;
  private boolean catchingUp;
  private boolean stalled; // the socket or the window is full: reading has stopped
  private boolean behind; // frames were lost meanwhile
  private boolean greeted; // the welcome was written

  InboxFeed(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user) {
    super(channels, loop, installation, user);
  }

  // ---- what a protocol adds -----------------------------------------------------------------

  protected abstract FrameFormat format();

  /// Whether the transport takes more without growing.
  protected abstract boolean isWritable();

  protected abstract void write(byte[] frame);

  /// Writes a frame after which the phone may resume from a position in the inbox.
  protected void writeAt(final long sequence, final byte[] frame) {
    write(frame);
  }

  /// Called after the last write of a group.
  protected abstract void flush();

  abstract List<CallStatus> calls(Set<CallId> told);

  abstract boolean isSignedIn();

  abstract void acknowledged(List<Long> sequences);

  abstract void cursorMoved(long sequence);

  /// Whether the phone is away for a moment and comes back by itself, as between two polls. Nothing
  /// is written then and nothing is lost: the inbox has it.
  protected boolean isAway() {
    return false;
  }

  /// Whether a call that rings is told as state again on every resume. A poll would never come to
  /// rest.
  protected boolean repeatsState() {
    return true;
  }

  // ---- what is known of it ------------------------------------------------------------------

  final boolean isNew() {
    return phase == Phase.NEW;
  }

  final boolean isOpen() {
    return phase == Phase.OPEN;
  }

  protected final boolean isResuming() {
    return phase == Phase.RESUMING;
  }

  public final boolean isEnded() {
    return phase == Phase.ENDED;
  }

  /// Up to where the inbox was told.
  protected final Position told() {
    return positionOf(Math.max(0, told));
  }

  protected final Position positionOf(final long sequence) {
    return new Position(channels.epoch(), sequence);
  }

  /// Whether a position was told on this channel, so that it can be acknowledged.
  public final boolean hasTold(final Position position) {
    return position.epoch() == channels.epoch() && position.sequence() <= told;
  }

  /// The phone says which calls it takes for ringing.
  protected final void knows(final Set<CallId> calls) {
    ringing.set(calls);
  }

  // ---- acknowledgements ---------------------------------------------------------------------

  /// The phone has every entry up to here.
  public final void acknowledgeUpTo(final long sequence) {
    acknowledge(outstanding.takeUpTo(sequence));
  }

  /// The phone has these events. Answers those that this channel did not wait for.
  public final List<Long> acknowledgeEvents(final List<Long> sequences) {
    final var taken = outstanding.take(sequences);
    acknowledge(taken);
    if (taken.size() == sequences.size()) {
      return List.of();
    }
    final var others = new ArrayList<>(sequences);
    others.removeAll(taken);
    return others;
  }

  private void acknowledge(final List<Long> sequences) {
    if (!sequences.isEmpty()) {
      acknowledged(sequences);
    }
    noteCursor();
    goOn();
  }

  /// The cursor stands before the oldest entry that is not acknowledged.
  private void noteCursor() {
    final long reached = outstanding.oldestEntry(told + 1) - 1;
    if (phase == Phase.OPEN && reached > cursor) {
      cursor = reached;
      cursorMoved(reached);
    }
  }

  // ---- room ---------------------------------------------------------------------------------

  private boolean hasRoom() {
    return isWritable() && outstanding.size() < channels.settings().window();
  }

  /// Takes up what stopped when there was no room.
  final void goOn() {
    if (phase == Phase.OPEN && hasRoom()) {
      if (behind) {
        resume(null, Head.BEHIND);
      } else if (stalled) {
        stalled = false;
        look();
      }
    }
  }

  /// What came meanwhile is lost here; the inbox has it.
  private void fallBehind() {
    behind = true;
    final var left = new ArrayList<>(waiting);
    left.addAll(early);
    waiting = List.of();
    early = List.of();
    left.forEach(dispatched -> dispatched.lost(Reason.LIVE_BEHIND));
  }

  // ---- frames from the dispatcher -----------------------------------------------------------

  final void deliver(final Frame frame, final Lost lost) {
    final var dispatched = new DispatchedFrame(frame, lost);
    if (phase == Phase.ENDED) {
      dispatched.lost(Reason.LIVE_CLOSED);
    } else if (dispatched.isInInbox()) {
      deliverEntry(dispatched);
    } else {
      deliverAtOnce(dispatched);
    }
  }

  private void deliverAtOnce(final DispatchedFrame dispatched) {
    if (isAway()) {
      return;
    }
    if (phase == Phase.RESUMING) {
      early = UnacknowledgedFrames.adding(early, dispatched);
    } else if (behind || !isWritable()) {
      behind = true;
      dispatched.lost(Reason.LIVE_BEHIND);
    } else {
      writeAtOnce(dispatched);
    }
  }

  private void writeAtOnce(final DispatchedFrame dispatched) {
    final var stored = dispatched.frame().stored();
    switch (stored.event()) {
      case IncomingCall call -> {
        if (!ringing.add(call.call())) { // it was told as state a moment ago
          joinTold(dispatched);
          return;
        }
        write(format().call(stored, false));
      }
      case CallEnded ended -> {
        final var _ = ringing.remove(ended.call());
        write(format().callOver(ended.call(), ended.how(), Optional.of(stored.sequence())));
      }
      case Event.Other _, Event.Message _, Event.ChangeHint _ -> {
        if (outstanding.join(dispatched)) {
          return;
        }
        write(format().entry(new Entry(stored, Set.of()), false));
      }
    }
    outstanding.add(stored.sequence(), false, dispatched);
  }

  private void deliverEntry(final DispatchedFrame dispatched) {
    if (phase == Phase.OPEN && dispatched.sequence() <= told) {
      joinTold(dispatched);
    } else if (isAway()) {
      return;
    } else if (behind || waiting.size() >= MOST_WAITING) {
      behind = true;
      dispatched.lost(Reason.LIVE_BEHIND);
    } else {
      waiting = UnacknowledgedFrames.adding(waiting, dispatched);
      if (phase == Phase.RESUMING) {
        lookAgain = true; // the read under way may be too old to have it
      } else if (!stalled) {
        look();
      }
    }
  }

  /// It was written before this frame came. If it was acknowledged too, the dispatcher should know.
  private void joinTold(final DispatchedFrame dispatched) {
    if (!outstanding.join(dispatched)) {
      acknowledged(List.of(dispatched.sequence()));
    }
  }

  // ---- reading the inbox --------------------------------------------------------------------

  /// Reads on after what was told.
  private void look() {
    if (reading) {
      lookAgain = true;
    } else {
      reading = true;
      lookAgain = false;
      context.reader.read(this, ++round, new Position(channels.epoch(), told));
    }
  }

  /// Begins anew from a position (or where the channel stands): head, calls as state, entries.
  final void resume(final @Nullable Position from, final Head wanted) {
    if (phase == Phase.ENDED || phase == Phase.RESUMING) {
      return;
    }
    final boolean first = phase == Phase.NEW;
    phase = Phase.RESUMING;
    final var head = !greeted ? Head.WELCOME : behind && wanted == Head.NONE ? Head.BEHIND : wanted;
    behind = false;
    stalled = false;
    lookAgain = false;
    final var start = from != null || first ? from : new Position(channels.epoch(), told);
    if (start != null && !first && start.equals(positionOf(told))) { // there is little to read
      context.reader.again(this, ++round, start, head, ringing.all());
    } else {
      context.reader.resume(this, ++round, start, head, ringing.all());
    }
  }

  /// The first page after [#resume], with how calls stood when they were read. A call that ended
  /// since, while the phone could not be told, does not ring any more.
  final void resumed(final Head head, final InboxReader.Page page, final List<CallStatus> read) {
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.OPEN;
    catchingUp = true;
    told = page.start();
    for (final var again : outstanding.forgetEntriesAfter(told)) {
      waiting = UnacknowledgedFrames.adding(waiting, again);
    }
    if (!isWritable()) {
      fallBehind();
      flush();
      return;
    }
    greeted = true;
    final var over = endedIn(early);
    final var calls = read.stream().filter(now -> !now.isRingOf(over)).toList();
    switch (head) {
      case WELCOME ->
          writeAt(told, format().welcome(installation(), told(), AnnouncedCalls.ringingOf(calls)));
      case BEHIND -> writeAt(told, format().behind(told(), AnnouncedCalls.ringingOf(calls)));
      case NONE -> {}
    }
    calls.forEach(this::writeState);
    final var arrived = early;
    early = List.of();
    for (final var dispatched : arrived) {
      if (dispatched.frame().stored().event() instanceof IncomingCall ring
          && over.contains(ring.call())) {
        dispatched.lost(Reason.CALL_OVER);
      } else {
        writeAtOnce(dispatched);
      }
    }
    page(page);
  }

  private static Set<CallId> endedIn(final List<DispatchedFrame> arrived) {
    return arrived.stream()
        .map(dispatched -> dispatched.frame().stored().event())
        .filter(CallEnded.class::isInstance)
        .map(event -> ((CallEnded) event).call())
        .collect(Collectors.toSet());
  }

  private void writeState(final CallStatus now) {
    switch (now) {
      case CallStatus.Ringing(var call, var ring) -> {
        if (ringing.add(call) || repeatsState()) {
          write(format().call(ring, true));
          if (!outstanding.holds(ring.sequence())) {
            outstanding.add(ring.sequence(), false, null);
          }
        }
      }
      case CallStatus.Over(var call, var how) -> {
        if (ringing.remove(call)) {
          write(format().callOver(call, how, Optional.empty()));
        }
      }
    }
  }

  /// What a read found.
  final void page(final InboxReader.Page page) {
    if (phase != Phase.OPEN || page.round() != round) {
      return;
    }
    reading = false;
    if (page.gap()) {
      write(format().gap(page.asked()));
      told = page.start();
    }
    for (final var entry : page.entries()) {
      if (!hasRoom()) {
        stalled = true;
        break;
      }
      if (!outstanding.holds(entry.sequence())) {
        writeAt(entry.sequence(), entry.frame());
        outstanding.add(
            entry.sequence(), true, UnacknowledgedFrames.take(waiting, entry.sequence()));
      }
      told = entry.sequence();
    }
    if (!stalled) {
      told = Math.max(told, page.upTo());
      if (page.more() || lookAgain) {
        look();
      } else {
        settleWaiting(page.upTo());
      }
      if (catchingUp && !page.more()) {
        sayCaughtUp();
      }
    }
    noteCursor();
    flush();
    goOn(); // there may be room again, and no other event would tell
  }

  private void sayCaughtUp() {
    if (isWritable()) {
      catchingUp = false;
      writeAt(told, format().caughtUp(told()));
    } else {
      stalled = true;
    }
  }

  /// What was handed over and was not in the inbox is gone from there: dismissed, expired, or
  /// replaced by a newer hint. There is nothing to tell.
  private void settleWaiting(final long upTo) {
    final var left = waiting;
    waiting = List.of();
    for (final var dispatched : left) {
      if (dispatched.sequence() > upTo) { // the inbox does not know it yet, against its contract
        dispatched.lost(Reason.LIVE_BEHIND);
      }
    }
  }

  // ---- the end ------------------------------------------------------------------------------

  /// Nothing is told any more. Answers what was handed over and not acknowledged.
  final List<DispatchedFrame> stop() {
    phase = Phase.ENDED;
    final var left = new ArrayList<>(outstanding.clear());
    left.addAll(waiting);
    left.addAll(early);
    waiting = List.of();
    early = List.of();
    return left;
  }
}
