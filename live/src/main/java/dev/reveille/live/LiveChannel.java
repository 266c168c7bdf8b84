package dev.reveille.live;

import dev.reveille.live.Outstanding.Handed;
import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventClass;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox.Entry;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.LiveRoutes.Lost;
import dev.reveille.routing.port.LiveRoutes.Sight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One held phone: a state machine without a socket. A protocol extends it with its transport.
///
/// **Entries** (messages, alerts, changes) are never queued here. A handed-over frame only says that
/// the inbox has grown; the channel then reads the inbox after `told` and writes what is there, in
/// order. That is why nothing can be skipped or repeated around a resume, whatever arrives meanwhile,
/// and why an event that was not meant for the channel when it came (the app was suspended, the user
/// did not want to be disturbed) is told as soon as the channel has a reason to look.
///
/// **Calls** are state and are not in the inbox. They are written at once; what rings when a phone
/// comes back is told after the welcome, as state.
///
/// **A slow phone** whose socket is full gets no more frames: the dispatcher is told `LIVE_BEHIND`.
/// When the phone reads again, it gets `behind`, the calls as state, and the inbox from where it
/// stopped. A phone that leaves [LiveSettings#window] entries unacknowledged gets no further ones
/// until it acknowledges.
///
/// ```
///   NEW ── hello ──► RESUMING ── welcome, calls, first page ──► OPEN ──► ENDED
///    │                  ▲  └─ calls that arrive wait in `early`   │
///    └ 10 s: ended      └── behind and readable again, state: foreground, asked to resume
/// ```
///
/// Every method is called on the channel's own event loop, except where it says otherwise.
public abstract class LiveChannel {
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

  /// So many handed-over entries may wait for one read of the inbox.
  private static final int MOST_WAITING = 64;

  private final LiveChannels channels;
  private final LiveChannels.Home home;
  private final InstallationId installation;
  private final UserId user;

  private volatile Sight sight = Sight.NOTHING;
  private @Nullable Set<CallId> ringing; // calls this phone was told of and whose end it was not
  private Phase phase = Phase.NEW;
  private long told; // everything in the inbox up to here was written
  private long cursor = -1; // what was last noted as acknowledged
  private final Outstanding outstanding = new Outstanding();
  private List<Handed> waiting = List.of(); // entries for which the inbox is read
  private List<Handed> early = List.of(); // calls that came before the welcome was written
  private int round; // of the newest read; what an older one brings is of no use
  private boolean reading;
  private boolean lookAgain;
  private boolean behind; // the transport was full: frames may have been lost
  private boolean stalled; // the window is full: the phone owes acknowledgements
  private boolean catchingUp;
  private boolean heard = true;

  // Kept by the wheel.
  int wheelPlace = -1;
  int wheelIndex;

  /// @param loop the event loop of the connection; runs tasks in the order given, one at a time
  protected LiveChannel(
      final LiveChannels channels, final Executor loop, final InstallationId installation, final UserId user) {
    this.channels = channels;
    this.home = channels.homeOf(loop);
    this.installation = installation;
    this.user = user;
  }

  // ---- what a protocol adds -----------------------------------------------------------------

  protected abstract FrameFormat format();

  /// Whether the transport takes more without growing.
  protected abstract boolean isWritable();

  protected abstract void write(byte[] frame);

  /// Called after the last write of a group.
  protected abstract void flush();

  /// Closes the transport; nothing is written after it.
  protected abstract void close(Reason why);

  /// How calls stand for this user: those that ring, and what became of those in `told`. On a thread
  /// that may block.
  protected abstract List<CallNow> calls(Set<CallId> told);

  /// The phone has these; never blocks.
  protected abstract void acknowledged(List<Long> sequences);

  /// The phone has everything up to here; never blocks.
  protected abstract void cursorMoved(long sequence);

  final void tick() {
    if (phase == Phase.NEW) {
      end(Reason.HELLO_MISSING);
    } else {
      due();
    }
  }

  /// The moment asked for with [#lookIn]. The usual channel pings.
  protected void due() {
    if (!heard) {
      end(Reason.NO_PONG);
      return;
    }
    heard = false;
    if (isWritable()) {
      write(format().ping());
      flush();
    }
    lookIn(channels.settings().heartbeat().toSeconds());
  }

  /// Whether the phone is away for a moment and comes back by itself, as between two polls. Nothing
  /// is written then and nothing is lost: the inbox has it.
  protected boolean isAway() {
    return false;
  }

  // ---- what the phone says ------------------------------------------------------------------

  /// The connection stands; a hello must follow.
  public void opened() {
    lookIn(channels.settings().helloWithin().toSeconds());
  }

  /// The phone introduces itself: it is told welcome, the calls as state and its inbox.
  ///
  /// @param from where it wants to go on; absent for where it acknowledged last
  /// @param word its own word for its state
  public void hello(final @Nullable Position from, final AppState state, final String word) {
    if (phase != Phase.NEW) {
      return;
    }
    sight = new Sight(true, state, word, channels.now());
    if (!channels.register(this)) {
      end(Reason.SHUTTING_DOWN);
      return;
    }
    lookIn(channels.settings().heartbeat().toSeconds());
    resume(from, Head.WELCOME);
  }

  /// The phone wants to be told again from a position.
  public void resumeFrom(final @Nullable Position from) {
    resume(from, Head.WELCOME);
  }

  /// The app came to the front, or left it. Coming to the front is a resume: what was held back while
  /// it was suspended is told now.
  public void state(final AppState state, final String word) {
    final boolean wakes = state == AppState.FOREGROUND && sight.state() == AppState.SUSPENDED;
    note(state, word);
    if (wakes && phase == Phase.OPEN) {
      resume(null, Head.NONE);
    }
  }

  /// Notes the app's state without telling it anything.
  protected final void note(final AppState state, final String word) {
    sight = new Sight(true, state, word, channels.now());
  }

  /// Any frame from the phone shows that it is there.
  public final void heard() {
    heard = true;
  }

  /// Whether a position was told on this channel, so that it can be acknowledged.
  public final boolean hasTold(final Position position) {
    return position.epoch() == channels.epoch() && position.sequence() <= told;
  }

  /// Up to where the inbox was told.
  protected final Position told() {
    return new Position(channels.epoch(), Math.max(0, told));
  }

  protected final boolean isResuming() {
    return phase == Phase.RESUMING;
  }

  /// The phone says which calls it believes to ring.
  protected final void knows(final Set<CallId> calls) {
    ringing = calls.isEmpty() ? null : new HashSet<>(calls);
  }

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
    if (phase == Phase.OPEN && stalled && hasRoom()) {
      stalled = false;
      look();
    }
  }

  private boolean hasRoom() {
    return outstanding.size() < channels.settings().window();
  }

  /// The cursor stands before the oldest entry that is not acknowledged.
  private void noteCursor() {
    final long reached = outstanding.oldestEntry(told + 1) - 1;
    if (phase == Phase.OPEN && reached > cursor) {
      cursor = reached;
      cursorMoved(reached);
    }
  }

  /// The transport takes frames again.
  public final void writable() {
    if (behind && phase == Phase.OPEN && isWritable()) {
      resume(null, Head.BEHIND);
    }
  }

  /// The transport is gone, by whatever side.
  public final void closed() {
    end(Reason.LIVE_CLOSED);
  }

  /// Asks to be looked at after so many seconds, instead of any time asked before.
  protected final void lookIn(final long seconds) {
    home.wheel.put(this, seconds);
  }

  // ---- what is known of it, from any thread -------------------------------------------------

  public final InstallationId installation() {
    return installation;
  }

  public final UserId user() {
    return user;
  }

  public final Sight sight() {
    return sight;
  }

  /// Runs an action on the channel's loop, from any thread.
  public final void run(final Runnable action) {
    home.loop.execute(action);
  }

  final LiveChannels.Home home() {
    return home;
  }

  // ---- frames from the dispatcher -----------------------------------------------------------

  final void deliver(final Frame frame, final Lost lost) {
    final var handed = new Handed(frame, lost);
    if (phase == Phase.ENDED) {
      handed.lost(Reason.LIVE_CLOSED);
    } else if (isCall(frame.kept())) {
      deliverCall(handed);
    } else {
      deliverEntry(handed);
    }
  }

  private static boolean isCall(final Kept kept) {
    return kept.event().eventClass() == EventClass.CALL || kept.event().eventClass() == EventClass.CALL_END;
  }

  private void deliverCall(final Handed handed) {
    if (isAway()) {
      return;
    }
    if (phase == Phase.RESUMING) {
      early = adding(early, handed);
    } else if (behind || !isWritable()) {
      behind = true;
      handed.lost(Reason.LIVE_BEHIND);
    } else {
      writeCall(handed);
    }
  }

  private void writeCall(final Handed handed) {
    final var kept = handed.frame().kept();
    switch (kept.event()) {
      case IncomingCall call -> {
        if (!tell(call.call())) { // it was told as state a moment ago
          joinTold(handed);
          return;
        }
        write(format().call(kept, false));
      }
      case CallEnded ended -> {
        forget(ended.call());
        write(format().callOver(ended.call(), ended.how(), Optional.of(kept.sequence())));
      }
      default -> throw new IllegalStateException("no call: " + kept.event().eventClass());
    }
    outstanding.add(kept.sequence(), false, handed);
  }

  private void deliverEntry(final Handed handed) {
    if (phase == Phase.OPEN && handed.sequence() <= told) {
      joinTold(handed);
    } else if (isAway()) {
      return;
    } else if (behind || waiting.size() >= MOST_WAITING || !isWritable()) {
      behind |= !isWritable();
      lookAgain = true;
      handed.lost(Reason.LIVE_BEHIND);
    } else {
      waiting = adding(waiting, handed);
      if (phase == Phase.RESUMING) {
        lookAgain = true; // the read under way may be too old to have it
      } else if (!stalled) {
        look();
      }
    }
  }

  /// It was written before this frame came. If it was acknowledged too, the dispatcher should know.
  private void joinTold(final Handed handed) {
    if (!outstanding.join(handed)) {
      acknowledged(List.of(handed.sequence()));
    }
  }

  private static List<Handed> adding(final List<Handed> list, final Handed handed) {
    final var grown = list.isEmpty() ? new ArrayList<Handed>(2) : list;
    grown.add(handed);
    return grown;
  }

  // ---- reading the inbox --------------------------------------------------------------------

  /// Reads on after what was told.
  private void look() {
    if (reading) {
      lookAgain = true;
    } else {
      reading = true;
      lookAgain = false;
      home.reader.read(this, ++round, new Position(channels.epoch(), told));
    }
  }

  /// Begins anew from a position (or where the channel stands): head, calls as state, entries.
  final void resume(final @Nullable Position from, final Head head) {
    if (phase == Phase.ENDED || phase == Phase.RESUMING) {
      return;
    }
    final boolean first = phase == Phase.NEW;
    phase = Phase.RESUMING;
    behind = false;
    stalled = false;
    lookAgain = false;
    final var start = from != null || first ? from : new Position(channels.epoch(), told);
    home.reader.resume(this, ++round, start, head, ringing == null ? Set.of() : Set.copyOf(ringing));
  }

  /// The first page after [#resume], with how calls stood when it was read.
  final void resumed(final Head head, final InboxReader.Page page, final List<CallNow> calls) {
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.OPEN;
    catchingUp = true;
    told = page.start();
    for (final var again : outstanding.forgetEntriesAfter(told)) {
      waiting = adding(waiting, again);
    }
    final var asked = new Position(channels.epoch(), told);
    switch (head) {
      case WELCOME -> write(format().welcome(installation, asked, ringingOf(calls)));
      case BEHIND -> write(format().behind(asked, ringingOf(calls)));
      case NONE -> {}
    }
    calls.forEach(this::writeState);
    final var arrived = early;
    early = List.of();
    arrived.forEach(this::writeCall);
    page(page);
  }

  private static List<CallId> ringingOf(final List<CallNow> calls) {
    return calls.stream()
        .filter(CallNow.Ringing.class::isInstance)
        .map(call -> ((CallNow.Ringing) call).call())
        .toList();
  }

  private void writeState(final CallNow now) {
    switch (now) {
      case CallNow.Ringing(var call, var ring) -> {
        if (tell(call) || repeatsState()) {
          write(format().call(ring, true));
          if (!outstanding.holds(ring.sequence())) {
            outstanding.add(ring.sequence(), false, null);
          }
        }
      }
      case CallNow.Over(var call, var how) -> {
        if (forget(call)) {
          write(format().callOver(call, how, Optional.empty()));
        }
      }
    }
  }

  /// Whether a call that rings is told as state again on every resume. A poll would never come to rest.
  protected boolean repeatsState() {
    return true;
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
      if (!isWritable()) {
        behind = true;
        break;
      }
      if (!hasRoom()) {
        stalled = true;
        break;
      }
      if (!outstanding.holds(entry.sequence())) {
        write(entry.frame());
        outstanding.add(entry.sequence(), true, takeWaiting(entry.sequence()));
      }
      told = entry.sequence();
    }
    if (behind) {
      final var left = waiting;
      waiting = List.of();
      left.forEach(handed -> handed.lost(Reason.LIVE_BEHIND));
    } else if (!stalled) {
      told = Math.max(told, page.upTo());
      goOn(page);
    }
    noteCursor();
    flush();
    writable(); // the flush may have made room, and nobody else would tell
  }

  private void goOn(final InboxReader.Page page) {
    if (page.more() || lookAgain) {
      look();
    } else {
      settleWaiting(page.upTo());
    }
    if (catchingUp && !page.more()) {
      catchingUp = false;
      write(format().caughtUp(new Position(channels.epoch(), told)));
    }
  }

  private @Nullable Handed takeWaiting(final long sequence) {
    for (int i = 0; i < waiting.size(); i++) {
      if (waiting.get(i).sequence() == sequence) {
        return waiting.remove(i);
      }
    }
    return null;
  }

  /// What was handed over and was not in the inbox. Up to where the inbox was read it is gone from
  /// there (dismissed, expired, or replaced by a newer hint): nothing to tell. After that, it is
  /// something the inbox does not keep: it is told without a place to resume from.
  private void settleWaiting(final long upTo) {
    final var left = waiting;
    waiting = List.of();
    for (final var handed : left) {
      if (handed.sequence() > upTo && !outstanding.join(handed)) {
        write(format().entry(new Entry(handed.frame().kept(), Set.of()), false));
        outstanding.add(handed.sequence(), false, handed);
      }
    }
  }

  private boolean tell(final CallId call) {
    var now = ringing;
    if (now == null) {
      now = new HashSet<>(2);
      ringing = now;
    }
    return now.add(call);
  }

  private boolean forget(final CallId call) {
    final var now = ringing;
    final boolean was = now != null && now.remove(call);
    if (now != null && now.isEmpty()) {
      ringing = null;
    }
    return was;
  }

  // ---- the end ------------------------------------------------------------------------------

  /// The server goes down: the phone should come back after a delay.
  final void goAway(final Duration delay) {
    if (phase != Phase.ENDED) {
      write(format().goAway(delay, Reason.SHUTTING_DOWN));
      flush();
      end(Reason.SHUTTING_DOWN);
    }
  }

  /// Closes the channel, with the reason told to the phone.
  public final void end(final Reason why) {
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.ENDED;
    home.wheel.remove(this);
    channels.unregister(this);
    sight = Sight.NOTHING;
    close(why);
    final var left = new ArrayList<>(outstanding.clear());
    left.addAll(waiting);
    left.addAll(early);
    waiting = List.of();
    early = List.of();
    if (why != Reason.REPLACED) { // the newer channel tells it, and the dispatcher's patience watches
      left.forEach(handed -> handed.lost(Reason.LIVE_CLOSED));
    }
  }

  public final boolean isEnded() {
    return phase == Phase.ENDED;
  }
}
