package dev.reveille.live;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.concurrent.Executor;

/// A connection that an app holds open: its live channel, or a Ping.
///
/// Belongs to its own event loop; only methods that say so may be called from any thread.
public abstract sealed class HeldRoute permits HeldPing, InboxFeed {
  final LiveChannels channels;
  final LiveChannels.LoopContext context;
  private final InstallationId installation;
  private final UserId user;

  // Kept by the wheel.
  int wheelPlace = -1;
  int wheelIndex;

  HeldRoute(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user) {
    this.channels = channels;
    this.context = channels.homeOf(loop);
    this.installation = installation;
    this.user = user;
  }

  /// Whose it is; from any thread.
  public final InstallationId installation() {
    return installation;
  }

  /// The user who opened it; from any thread.
  public final UserId user() {
    return user;
  }

  /// Runs an action on its loop, from any thread.
  public final void run(final Runnable action) {
    context.loop.execute(action);
  }

  /// Whether its loop is this one; from any thread.
  public final boolean isOn(final Executor loop) {
    return context.loop == loop;
  }

  /// Closes it, with the reason told to the phone.
  public abstract void end(Reason why);

  /// The server goes down: the phone should come back after a delay.
  abstract void goAway(Duration delay);

  /// Its moment on the wheel has come.
  abstract void tick();
}
