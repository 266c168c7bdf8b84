package dev.reveille.protocols.device;

import dev.reveille.http.server.Exchange;
import dev.reveille.live.FrameFormat;
import dev.reveille.live.LiveChannels;
import dev.reveille.live.sse.EventStreamChannel;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import java.util.Optional;

/// The live channel of a phone, usually a web page, that reads an event stream.
final class DeviceStream extends EventStreamChannel {
  private final ChannelContext context;

  DeviceStream(
      final ChannelContext context,
      final LiveChannels channels,
      final Exchange exchange,
      final Phone phone) {
    super(channels, exchange, phone.id(), phone.user(), context);
    this.context = context;
  }

  @Override
  protected FrameFormat format() {
    return context.frames();
  }

  @Override
  protected byte[] ending(final Reason why) {
    return context.frames().error("live", Optional.empty(), why, "");
  }
}
