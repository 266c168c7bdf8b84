package dev.reveille.live;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Encodes the frames of live channels in the form of one protocol. One object serves all channels.
/// Thread-safe; the byte arrays that it returns are shared and must not be changed.
public interface FrameFormat {

  /// The first frame after a hello, and after a phone asked to resume.
  ///
  /// @param position everything up to here was told before
  /// @param ringing the calls that ring now: whatever else the phone shows as ringing is over
  byte[] welcome(InstallationId installation, Position position, List<CallId> ringing);

  /// The phone read too slowly and missed frames; what follows makes up for them.
  byte[] behind(Position position, List<CallId> ringing);

  /// Everything in the inbox was told.
  byte[] caughtUp(Position position);

  /// The asked position cannot be continued: entries follow from the beginning.
  byte[] gap(Position asked);

  /// @param inOrder it is in the inbox: its place is a position from which the phone may resume
  byte[] entry(Inbox.Entry entry, boolean inOrder);

  byte[] call(StoredJob ring, boolean asState);

  /// @param event the end's own sequence, when the phone should acknowledge it
  byte[] callOver(CallId call, CallEnd how, Optional<Long> event);

  byte[] ping();

  byte[] goAway(Duration delay, Reason why);
}
