package dev.reveille.protocols.device;

import dev.reveille.http.websocket.WebSocketSession;
import dev.reveille.live.FrameFormat;
import dev.reveille.live.LiveChannel;
import dev.reveille.live.LiveChannels;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;

/// The live channel of a phone that uses a WebSocket.
final class DeviceSocket extends LiveChannel {
  /// A close code of ours is this plus the number of the reason: 4607 for RV-607.
  private static final int CLOSE_CODES = 4_000;

  private static final int LONGEST_CLOSE_REASON = 120;

  private final ChannelContext context;
  private final WebSocketSession session;

  DeviceSocket(
      final ChannelContext context,
      final LiveChannels channels,
      final WebSocketSession session,
      final Phone phone) {
    super(channels, session.loop(), phone.id(), phone.user(), context);
    this.context = context;
    this.session = session;
  }

  @Override
  protected FrameFormat format() {
    return context.frames();
  }

  @Override
  protected boolean isWritable() {
    return session.isWritable();
  }

  @Override
  protected void write(final byte[] frame) {
    final var _ = session.send(frame);
  }

  /// The session flushes by itself at the end of the loop's turn.
  @Override
  protected void flush() {}

  /// Whether it is being told anew already.
  boolean isBusyResuming() {
    return isResuming();
  }

  /// Answers a frame of the phone. A phone that asks and does not read the answers is sent away.
  void answer(final byte[] frame) {
    if (!isEnded() && !session.send(frame)) {
      end(Reason.RATE_LIMITED);
    }
  }

  @Override
  protected void close(final Reason why) {
    final var words = why.code() + " " + why.sentence();
    session.close(
        CLOSE_CODES + Integer.parseInt(why.code().substring("RV-".length())),
        words.substring(0, Math.min(words.length(), LONGEST_CLOSE_REASON)));
  }
}
