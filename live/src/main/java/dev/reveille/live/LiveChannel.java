package dev.reveille.live;

import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One held phone, from its hello to its end. A protocol extends it with its transport; what the
/// phone is told, and when, is decided in [InboxFeed].
///
/// Every method is called on the channel's own event loop, except where it says otherwise; [#run]
/// brings a caller there.
public abstract non-sealed class LiveChannel extends InboxFeed {
  private volatile LiveState liveState = LiveState.NOTHING;
  private boolean heard = true;
  private final ChannelOwner owner;

  /// @param loop the event loop of the connection; runs tasks in the order given, one at a time
  protected LiveChannel(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user,
      final ChannelOwner owner) {
    super(channels, loop, installation, user);
    this.owner = owner;
  }

  /// Closes the transport; nothing is written after it.
  protected abstract void close(Reason why);

  @Override
  final List<CallStatus> calls(final Set<CallId> told) {
    return owner.calls(this, told);
  }

  @Override
  final boolean isSignedIn() {
    return owner.isSignedIn(this);
  }

  @Override
  final void acknowledged(final List<Long> sequences) {
    owner.acknowledged(this, sequences);
  }

  @Override
  final void cursorMoved(final long sequence) {
    owner.cursorMoved(this, sequence);
  }

  // ---- what the phone says ------------------------------------------------------------------

  /// The connection stands; a hello must follow.
  public final void opened() {
    channels.enter(this);
    lookIn(channels.settings().helloWithin().toSeconds());
  }

  /// The phone introduces itself: it is told welcome, the calls as state and its inbox.
  ///
  /// @param from where it wants to go on; absent for where it acknowledged last
  /// @param word its own word for its state
  public final void hello(final @Nullable Position from, final AppState state, final String word) {
    if (!isNew()) {
      return;
    }
    note(state, word);
    if (!channels.register(this)) {
      end(Reason.SHUTTING_DOWN);
      return;
    }
    channels.greeted(this);
    lookIn(channels.settings().heartbeat().toSeconds());
    resume(from, Head.WELCOME);
  }

  /// The phone wants to be told again from a position, or from where the channel stands.
  public final void resumeFrom(final @Nullable Position from) {
    resume(from, Head.WELCOME);
  }

  /// The app came to the front, or left it. Coming to the front is a resume: what was held back
  /// while it was suspended is told now.
  public final void state(final AppState state, final String word) {
    final boolean wakes = state == AppState.FOREGROUND && liveState.state() == AppState.SUSPENDED;
    note(state, word);
    if (wakes && isOpen()) {
      resume(null, Head.NONE);
    }
  }

  /// Notes the app's state without telling it anything.
  protected final void note(final AppState state, final String word) {
    if (!isEnded()) {
      liveState = new LiveState(true, state, word, channels.now());
    }
  }

  /// Any frame from the phone shows that it is there.
  public final void heard() {
    heard = true;
  }

  /// The transport takes frames again.
  public final void writable() {
    goOn();
  }

  /// The transport is gone, by whatever side.
  public final void closed() {
    end(Reason.LIVE_CLOSED);
  }

  /// What is known of the app now; from any thread.
  public final LiveState liveState() {
    return liveState;
  }

  // ---- time ---------------------------------------------------------------------------------

  /// Asks to be looked at after so many seconds, instead of any time asked before.
  protected final void lookIn(final long seconds) {
    context.wheel.put(this, seconds);
  }

  @Override
  final void tick() {
    if (isNew()) {
      end(Reason.HELLO_MISSING);
    } else {
      due();
    }
  }

  /// A request of a phone that polls waits now, or no longer; for the figures.
  protected final void waits(final boolean now) {
    channels.pollWaits(now ? 1 : -1);
  }

  /// The moment asked for with [#lookIn]. The usual channel pings, and ends when the phone was
  /// silent since the ping before.
  protected void due() {
    if (!heard) {
      end(Reason.NO_PONG);
      return;
    }
    heard = false;
    if (isWritable()) {
      ping();
      flush();
    }
    lookIn(channels.settings().heartbeat().toSeconds());
  }

  /// Gives the phone, and whatever stands between, a sign of life.
  protected void ping() {
    write(format().ping());
  }

  // ---- the end ------------------------------------------------------------------------------

  /// Tells the phone to come back after a delay.
  protected void sendAway(final Duration delay) {
    write(format().goAway(delay, Reason.SHUTTING_DOWN));
  }

  @Override
  final void goAway(final Duration delay) {
    if (!isEnded()) {
      sendAway(delay);
      flush();
      end(Reason.SHUTTING_DOWN);
    }
  }

  @Override
  public final void end(final Reason why) {
    if (isEnded()) {
      return;
    }
    final var left = stop();
    context.wheel.remove(this);
    channels.unregister(this);
    liveState = LiveState.NOTHING;
    close(why);
    if (why
        != Reason.REPLACED) { // the newer channel tells it, and the dispatcher's patience watches
      left.forEach(dispatched -> dispatched.lost(Reason.LIVE_CLOSED));
    }
  }
}
