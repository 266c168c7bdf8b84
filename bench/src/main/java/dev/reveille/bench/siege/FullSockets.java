package dev.reveille.bench.siege;

import io.netty.channel.Channel;

/// Attack: pages over HTTP/1.1 that are asked for and not read, so that they fill the sockets. The
/// operating system's buffers take some of each connection, so a connection asks for more than
/// these hold.
final class FullSockets extends UnreadPages {
  private static final int REQUESTS = 16;
  private static final int PER_KEY = 2;

  FullSockets(final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(
        target,
        connections,
        tally,
        new AttackConnections.Kind(AttackConnections.Protocol.HTTP1, false),
        PER_KEY);
  }

  @Override
  void ask(final Channel channel, final Reader reader) {
    channel.pipeline().addLast(Http1Peer.counting(tally));
    final var request =
        "GET "
            + reader.page()
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + reader.key()
            + "\r\n\r\n";
    final var _ = Http1Peer.say(channel, request.repeat(REQUESTS));
  }
}
