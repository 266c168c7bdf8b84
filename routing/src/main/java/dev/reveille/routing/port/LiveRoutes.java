package dev.reveille.routing.port;

import dev.reveille.model.AppState;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Kept;
import java.time.Instant;
import java.util.List;

/// Who is connected, and frames to them. Nothing here is remembered over a restart.
public interface LiveRoutes {

  /// What is known of an installation's live side right now.
  ///
  /// @param channelOpen a channel is open and its hello was accepted
  /// @param state what the app reported last on it; without an open channel always suspended
  /// @param reported the app's own word, "" when it reported none
  /// @param since when the state began
  record Sight(boolean channelOpen, AppState state, String reported, Instant since) {
    public static final Sight NOTHING = new Sight(false, AppState.SUSPENDED, "", Instant.MIN);
  }

  /// Quick; from any thread.
  Sight of(InstallationId installation);

  /// One event for one open channel. The frame is built by the channel's own protocol.
  record Frame(Kept kept, InstallationId to) {}

  /// Hands frames to channels, one flush per channel; never blocks. A frame whose channel is gone
  /// or too far behind is told to `lost` (the inbox keeps the entry). Acknowledgements come back
  /// through [dev.reveille.routing.Dispatcher#acknowledged].
  void send(List<Frame> group, Lost lost);

  /// Told from the channels' own threads: must be quick and must not block.
  @FunctionalInterface
  interface Lost {
    void lost(Frame frame, dev.reveille.model.Reason why);
  }
}
