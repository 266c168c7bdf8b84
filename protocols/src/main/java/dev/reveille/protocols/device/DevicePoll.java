package dev.reveille.protocols.device;

import dev.reveille.http.server.Answer;
import dev.reveille.live.FrameFormat;
import dev.reveille.live.LiveChannels;
import dev.reveille.live.longpoll.PollChannel;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/// The live channel of a phone that uses long polling, in the frames of the device protocol.
final class DevicePoll extends PollChannel {
  private final ChannelContext context;

  DevicePoll(
      final ChannelContext context,
      final LiveChannels channels,
      final Executor loop,
      final Phone phone) {
    super(channels, loop, phone.id(), phone.user(), context);
    this.context = context;
  }

  @Override
  protected FrameFormat format() {
    return new Frames(context.frames());
  }

  @Override
  protected Answer answer(final List<byte[]> frames, final Position cursor) {
    return context.answers().of(frames, cursor);
  }

  @Override
  protected Answer ending(final Reason why) {
    return Answers.problem(
        new Refusal(why, "", why == Reason.SHUTTING_DOWN ? Duration.ofSeconds(1) : Duration.ZERO));
  }

  /// The same frames without those that the answer itself stands for.
  private static final class Frames extends PollFormat {
    private final DeviceFrames frames;

    Frames(final DeviceFrames frames) {
      this.frames = frames;
    }

    @Override
    public byte[] gap(final Position asked) {
      return frames.gap(asked);
    }

    @Override
    public byte[] entry(final Inbox.Entry entry, final boolean inOrder) {
      return frames.entry(entry, inOrder);
    }

    @Override
    public byte[] call(final StoredJob ring, final boolean asState) {
      return frames.call(ring, asState);
    }

    @Override
    public byte[] callOver(final CallId call, final CallEnd how, final Optional<Long> event) {
      return frames.callOver(call, how, event);
    }

    @Override
    public byte[] goAway(final Duration delay, final Reason why) {
      return frames.goAway(delay, why);
    }
  }
}
