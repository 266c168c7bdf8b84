package dev.reveille.live.longpoll;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Parked;
import dev.reveille.live.ChannelOwner;
import dev.reveille.live.FrameFormat;
import dev.reveille.live.LiveChannel;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.AppState;
import dev.reveille.model.CallId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The live channel of a phone that polls. It outlives its requests: between two of them the phone
/// may be away for [#GRACE_SECONDS]; then the channel ends.
///
/// A request is first answered from the inbox. When there is nothing, it is parked, and whatever
/// arrives for the channel answers it. It is answered a second early: an answer that is late by a
/// hair looks to the phone exactly like a broken network.
public abstract class PollChannel extends LiveChannel implements Parked.Owner {
  /// How long a phone may take between an answer and its next request.
  private static final long GRACE_SECONDS =
      TimeScale.divide(Duration.ofSeconds(10), Duration.ofSeconds(1)).toSeconds();

  /// An answer is not made larger than about this.
  private static final int FULL = 256 * 1024;

  private static final Duration EARLY = Duration.ofSeconds(1);

  private final List<byte[]> frames = new ArrayList<>(1);
  private int size;
  private @Nullable Exchange asking; // came and was not parked yet
  private @Nullable Parked parked;
  private Duration patience = Duration.ZERO;

  protected PollChannel(
      final LiveChannels channels,
      final Executor loop,
      final InstallationId installation,
      final UserId user,
      final ChannelOwner owner) {
    super(channels, loop, installation, user, owner);
  }

  /// What answers a request.
  protected abstract Answer answer(List<byte[]> frames, Position cursor);

  /// What answers a request when the channel ends.
  protected abstract Answer ending(Reason why);

  /// A request came. Its cursor says what the phone has.
  ///
  /// @param word the app's own word for its state, absent when it is as before
  /// @param knows the calls that ring as far as the phone knows, absent when it does not say
  public final void poll(
      final Exchange exchange,
      final @Nullable Position cursor,
      final Duration wait,
      final @Nullable String word,
      final @Nullable Set<CallId> knows) {
    if (isHeld()) {
      say(); // an older request of the same phone is answered with nothing
    }
    if (isEnded()) {
      exchange.answer(ending(Reason.LIVE_CLOSED));
      return;
    }
    asking = exchange;
    patience = TimeScale.divide(wait.minus(EARLY));
    heard();
    if (knows != null) {
      knows(knows);
    }
    if (liveState().channelOpen()) {
      if (cursor != null && hasTold(cursor)) {
        acknowledgeUpTo(cursor.sequence());
      }
      if (word != null) {
        note(AppState.of(word), word);
      }
      resumeFrom(cursor);
    } else {
      hello(
          cursor, word == null ? AppState.SUSPENDED : AppState.of(word), word == null ? "" : word);
    }
  }

  private boolean isHeld() {
    return asking != null || parked != null;
  }

  @Override
  protected final boolean isAway() {
    return !isHeld();
  }

  @Override
  protected final boolean isWritable() {
    return isHeld() && size < FULL;
  }

  @Override
  protected final boolean repeatsState() {
    return false;
  }

  @Override
  protected final void write(final byte[] frame) {
    if (frame.length > 0) {
      frames.add(frame);
      size += frame.length;
    }
  }

  @Override
  protected final void flush() {
    if (!frames.isEmpty()) {
      say();
    } else if (asking != null && !isResuming()) {
      park(asking);
    }
  }

  private void park(final Exchange exchange) {
    if (patience.isPositive()) {
      asking = null;
      parked = exchange.park(patience, this);
      waits(true);
    } else {
      say();
    }
  }

  private @Nullable Parked takeParked() {
    final var held = parked;
    if (held != null) {
      parked = null;
      waits(false);
    }
    return held;
  }

  /// Answers the request with what there is. What was collected for a phone that is away is
  /// dropped: the inbox has it, and the next request asks for it.
  private void say() {
    final var held = takeParked();
    final var came = asking;
    asking = null;
    if (held != null || came != null) {
      final var answer = answer(List.copyOf(frames), told());
      if (came != null) {
        came.answer(answer);
      } else if (held != null) {
        held.answer(answer);
      }
      lookIn(GRACE_SECONDS);
    }
    frames.clear();
    size = 0;
  }

  @Override
  protected final void due() {
    if (isHeld()) {
      lookIn(GRACE_SECONDS); // the listener keeps the request's own time
    } else {
      end(Reason.LIVE_CLOSED);
    }
  }

  @Override
  protected final void close(final Reason why) {
    final var held = takeParked();
    final var came = asking;
    asking = null;
    if (came != null) {
      came.answer(ending(why));
    } else if (held != null) {
      held.answer(ending(why));
    }
  }

  @Override
  public final void expired(final Parked request) {
    run(() -> {
      if (request == parked) {
        say();
      }
    });
  }

  @Override
  public final void gone(final Parked request) {
    run(() -> {
      if (request == parked) {
        final var _ = takeParked();
        closed();
      }
    });
  }

  /// A poll's frames: what only says where the phone stands is told by the answer itself.
  protected abstract static class PollFormat implements FrameFormat {
    private static final byte[] NOTHING = {};

    @Override
    public final byte[] welcome(
        final InstallationId installation, final Position position, final List<CallId> ringing) {
      return NOTHING;
    }

    @Override
    public final byte[] behind(final Position position, final List<CallId> ringing) {
      return NOTHING;
    }

    @Override
    public final byte[] caughtUp(final Position position) {
      return NOTHING;
    }

    @Override
    public final byte[] ping() {
      return NOTHING;
    }
  }
}
