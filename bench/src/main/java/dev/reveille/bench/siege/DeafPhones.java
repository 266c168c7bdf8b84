package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Attack: phones that open their live channel, say hello, ask for their inbox again and again, and
/// read nothing.
final class DeafPhones extends Attack {
  private static final int HELD_EACH = 85_000; // by the server, for a phone that reads nothing
  private static final int RESUMES = 40; // fewer than a channel may send at once
  private static final int PER_SECOND = 200;

  private final int phones;
  private final List<String> tokens = new ArrayList<>();
  private final ConnectionFlood flood;

  DeafPhones(final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(target, connections, tally);
    this.phones = target.moreThan(16, HELD_EACH) * target.size();
    this.flood =
        flood(
            new ConnectionFlood.Plan(
                target.devices(),
                new AttackConnections.Kind(AttackConnections.Protocol.HTTP1, false),
                phones,
                PER_SECOND),
            this::listen);
  }

  @Override
  void prepare() throws IOException {
    for (final var organisation : List.of(target, target.other())) {
      tokens.addAll(
          FullInboxPhones.withFullInboxes(
              organisation, Math.ceilDiv(phones, 2), UnreadPages.MESSAGES));
    }
  }

  private void listen(final Channel channel, final int number) {
    final var _ = Http1Peer.say(channel, Http1Peer.upgrade(tokens.get(number)));
    final var _ = channel.write(Http1Peer.frame("{\"frame\":\"hello\",\"state\":\"foreground\"}"));
    for (int i = 0; i < RESUMES; i++) {
      final var _ = channel.write(ResumingPhones.resume());
    }
    channel.flush();
  }

  @Override
  long held() {
    return flood.standing();
  }
}
