package dev.reveille.live;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.LiveRoutes.Frame;
import java.time.Duration;
import java.util.concurrent.Executor;

/// A held request that is answered when something changed, or when its time is over
/// ([dev.reveille.model.Route.Ping]). It carries change hints only, is neither presence nor
/// activity, and is gone once it is answered: the app comes for what changed and holds another one.
///
/// ```
///   hold ──► changed | over ──► gone
/// ```
///
/// Each of an installation is on its own beside the app's channel; a newer Ping replaces the older
/// one. Every method is called on its event loop.
public abstract non-sealed class HeldPing extends HeldRoute {
  /// The longest that a Ping is held: a minute less than an hour, after which clients give up.
  public static final Duration LONGEST = Duration.ofSeconds(3_540);

  private boolean ended;

  /// @param loop the event loop of the request's connection
  protected HeldPing(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user) {
    super(channels, loop, installation, user);
  }

  /// Answers that something changed. Called at most once, and nothing else after it.
  protected abstract void changed(Frame hint);

  /// Answers that its time is over and nothing changed.
  protected abstract void over();

  /// Ends without an answer of its own: replaced by a newer Ping, signed out, shut down, or its
  /// connection is gone.
  protected abstract void ended(Reason why);

  /// Holds the request from now on, for so long at most. Answers false when no way is held any
  /// more, since the server goes down: it has ended then.
  ///
  /// @param life one second to [#LONGEST]; what is more counts as that
  public final boolean hold(final Duration life) {
    if (ended) { // its connection was quicker
      return false;
    }
    if (!channels.hold(this)) {
      end(Reason.SHUTTING_DOWN);
      return false;
    }
    final var held = life.compareTo(LONGEST) < 0 ? life : LONGEST;
    context.wheel.put(this, TimeScale.divide(held, Duration.ofSeconds(1)).toSeconds());
    return true;
  }

  /// Something changed; false when it has ended already.
  final boolean deliver(final Frame hint) {
    if (!leave()) {
      return false;
    }
    changed(hint);
    return true;
  }

  @Override
  final void tick() {
    if (leave()) {
      over();
    }
  }

  @Override
  final void goAway(final Duration delay) {
    end(Reason.SHUTTING_DOWN);
  }

  @Override
  public final void end(final Reason why) {
    if (leave()) {
      ended(why);
    }
  }

  private boolean leave() {
    if (ended) {
      return false;
    }
    ended = true;
    context.wheel.remove(this);
    channels.released(this);
    return true;
  }
}
