package dev.reveille.protocols.device;

import dev.reveille.live.CallStatus;
import dev.reveille.live.ChannelOwner;
import dev.reveille.live.LiveChannel;
import dev.reveille.model.CallId;
import dev.reveille.model.Mark;
import dev.reveille.routing.Routing;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// The objects that every device channel needs, whatever its transport; one context serves all
/// channels. Immutable.
///
/// @param workers runs what may block
record ChannelContext(
    Routing routing,
    DeviceFrames frames,
    PollAnswers answers,
    DeviceTokens tokens,
    DeviceCalls calls,
    DeviceInbox inboxes,
    DeviceSettings settings,
    Executor workers)
    implements ChannelOwner {

  @Override
  public List<CallStatus> calls(final LiveChannel channel, final Set<CallId> told) {
    return calls.now(channel.user(), channel.installation(), told);
  }

  /// May read the disk.
  @Override
  public boolean isSignedIn(final LiveChannel channel) {
    return tokens.isSignedIn(channel.installation(), channel.user());
  }

  @Override
  public void acknowledged(final LiveChannel channel, final List<Long> sequences) {
    routing.inboxes().mark(channel.user(), channel.installation(), Mark.RECEIVED, sequences);
  }

  @Override
  public void cursorMoved(final LiveChannel channel, final long sequence) {
    routing.inboxes().cursorMoved(channel.user(), channel.installation(), sequence);
  }
}
