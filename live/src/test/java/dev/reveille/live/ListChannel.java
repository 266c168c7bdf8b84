package dev.reveille.live;

import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A channel whose transport is a list: what was written, in order, and how full the socket is.
final class ListChannel extends LiveChannel {
  final List<String> written = new ArrayList<>();
  final List<Long> acknowledged;
  private int room = Integer.MAX_VALUE;
  @Nullable Reason closedFor;

  ListChannel(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user,
      final ListInbox inbox,
      final Function<Set<CallId>, List<CallStatus>> calls) {
    this(channels, loop, installation, user, new Owner(inbox, calls, new ArrayList<>()));
  }

  private ListChannel(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user,
      final Owner owner) {
    super(channels, loop, installation, user, owner);
    this.acknowledged = owner.acknowledged();
  }

  /// Keeps the phone's cursor in the inbox; the phone stays signed in.
  private record Owner(
      ListInbox inbox, Function<Set<CallId>, List<CallStatus>> calls, List<Long> acknowledged)
      implements ChannelOwner {
    @Override
    public List<CallStatus> calls(final LiveChannel channel, final Set<CallId> told) {
      return calls.apply(told);
    }

    @Override
    public boolean isSignedIn(final LiveChannel channel) {
      return true;
    }

    @Override
    public void acknowledged(final LiveChannel channel, final List<Long> sequences) {
      acknowledged.addAll(sequences);
    }

    @Override
    public void cursorMoved(final LiveChannel channel, final long sequence) {
      inbox.cursor(channel.installation(), sequence);
    }
  }

  void hello() {
    hello(null, AppState.FOREGROUND, "foreground");
  }

  /// The socket takes so many more frames.
  void room(final int frames) {
    room = frames;
    if (frames > 0) {
      writable();
    }
  }

  /// The sequences of the entries written, in order.
  List<Long> entries() {
    return written.stream()
        .filter(word -> word.startsWith("entry "))
        .map(word -> Long.parseLong(word.substring("entry ".length())))
        .toList();
  }

  @Override
  protected FrameFormat format() {
    return new WordFormat();
  }

  @Override
  protected boolean isWritable() {
    return room > 0;
  }

  @Override
  protected void write(final byte[] frame) {
    written.add(new String(frame, StandardCharsets.UTF_8));
    room--;
  }

  @Override
  protected void flush() {}

  @Override
  protected void close(final Reason why) {
    closedFor = why;
  }
}
