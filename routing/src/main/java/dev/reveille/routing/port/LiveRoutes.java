package dev.reveille.routing.port;

import dev.reveille.model.AppState;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Route;
import dev.reveille.model.StoredJob;
import java.time.Instant;
import java.util.List;

/// Tells which apps are connected, and sends frames to them. Thread-safe; no method here blocks.
/// Nothing is stored: after a restart no app counts as connected until it connects.
public interface LiveRoutes {

  /// The state of an installation's connections at this moment.
  ///
  /// @param channelOpen a channel is open and its hello was accepted
  /// @param state what the app reported last on it; without an open channel always suspended
  /// @param reported the app's own word, "" when it reported none
  /// @param since when the state began
  /// @param pingHeld a Ping is held ([dev.reveille.model.Route.Ping]), which says nothing of the
  ///   state
  record LiveState(
      boolean channelOpen, AppState state, String reported, Instant since, boolean pingHeld) {
    public static final LiveState NOTHING =
        new LiveState(false, AppState.SUSPENDED, "", Instant.MIN);

    /// Without a Ping.
    public LiveState(
        final boolean channelOpen,
        final AppState state,
        final String reported,
        final Instant since) {
      this(channelOpen, state, reported, since, false);
    }

    /// The same with a Ping.
    public LiveState withPing() {
      return new LiveState(channelOpen, state, reported, since, true);
    }
  }

  /// Quick; from any thread.
  LiveState of(InstallationId installation);

  /// One event for one connection of an app. The frame is encoded by that connection's protocol.
  record Frame(StoredJob stored, InstallationId to, Route.Held over) {
    /// For the app's channel.
    public Frame(final StoredJob stored, final InstallationId to) {
      this(stored, to, Route.LIVE);
    }
  }

  /// Hands frames to channels, one flush per channel; never blocks. A frame whose channel is gone
  /// or too far behind is told to `lost` (the inbox keeps the entry). Acknowledgements come back
  /// through [dev.reveille.routing.Dispatcher#acknowledged].
  void send(List<Frame> group, Lost lost);

  /// Called when a frame could not be delivered, on the channels' own threads: must be quick and
  /// must not block.
  @FunctionalInterface
  interface Lost {
    void lost(Frame frame, dev.reveille.model.Reason why);
  }
}
