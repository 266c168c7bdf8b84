package dev.reveille.bench.siege;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Attack: phones that ask to be told their whole inbox again and again, as often as their frames
/// are taken, and read all of it.
final class ResumingPhones extends Attack {
  private static final int PHONES = 20;
  private static final int OPENED_PER_SECOND = 50;
  private static final long EVERY_MILLIS = 25; // 40 frames a second, of 50 that are taken

  private final int phones;
  private List<String> tokens = List.of();
  private final ConnectionFlood flood;

  ResumingPhones(
      final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(target, connections, tally);
    this.phones = PHONES * target.size();
    this.flood =
        flood(
            new ConnectionFlood.Plan(
                target.devices(),
                new AttackConnections.Kind(AttackConnections.Protocol.HTTP1, true),
                phones,
                OPENED_PER_SECOND),
            this::listen);
  }

  @Override
  void prepare() throws IOException {
    tokens = FullInboxPhones.withFullInboxes(target, phones, UnreadPages.MESSAGES);
  }

  static ByteBuf resume() {
    return Http1Peer.frame("{\"frame\":\"resume\"}");
  }

  private void listen(final Channel channel, final int number) {
    channel.pipeline().addLast(Http1Peer.counting(tally));
    final var _ = Http1Peer.say(channel, Http1Peer.upgrade(tokens.get(number)));
    final var _ =
        channel.writeAndFlush(Http1Peer.frame("{\"frame\":\"hello\",\"state\":\"foreground\"}"));
    final var again =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  if (channel.isWritable()) {
                    tally.count("resumed");
                    final var _ = channel.writeAndFlush(resume());
                  }
                },
                EVERY_MILLIS,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    final var _ = channel.closeFuture().addListener(_ -> again.cancel(false));
  }

  @Override
  long held() {
    return flood.standing();
  }
}
