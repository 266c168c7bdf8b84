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
  final List<Long> acknowledged = new ArrayList<>();
  private final ListInbox inbox;
  private final Function<Set<CallId>, List<CallStatus>> calls;
  private int room = Integer.MAX_VALUE;
  volatile boolean signedIn = true;
  @Nullable Reason closedFor;

  ListChannel(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user,
      final ListInbox inbox,
      final Function<Set<CallId>, List<CallStatus>> calls) {
    super(channels, loop, installation, user);
    this.inbox = inbox;
    this.calls = calls;
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
  protected List<CallStatus> calls(final Set<CallId> told) {
    return calls.apply(told);
  }

  @Override
  protected boolean isSignedIn() {
    return signedIn;
  }

  @Override
  protected void acknowledged(final List<Long> sequences) {
    acknowledged.addAll(sequences);
  }

  @Override
  protected void cursorMoved(final long sequence) {
    inbox.cursor(installation(), sequence);
  }

  @Override
  protected void close(final Reason why) {
    closedFor = why;
  }
}
