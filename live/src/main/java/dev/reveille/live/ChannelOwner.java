package dev.reveille.live;

import dev.reveille.model.CallId;
import java.util.List;
import java.util.Set;

/// The protocol that a channel belongs to: what it knows of the channel's phone and user, and what
/// it notes for them. One owner serves many channels. Thread-safe.
public interface ChannelOwner {
  /// How calls stand for this channel's user: those that ring, and what became of those in `told`.
  /// On a thread that may block.
  List<CallStatus> calls(LiveChannel channel, Set<CallId> told);

  /// Whether the phone is still signed in as this user; asked after the channel has its place, so
  /// that a sign-out is seen here or ends the channel. On a thread that may block.
  boolean isSignedIn(LiveChannel channel);

  /// The phone has these; never blocks.
  void acknowledged(LiveChannel channel, List<Long> sequences);

  /// The phone has everything up to here; never blocks.
  void cursorMoved(LiveChannel channel, long sequence);
}
