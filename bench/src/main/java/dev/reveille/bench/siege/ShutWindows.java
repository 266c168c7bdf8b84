package dev.reveille.bench.siege;

import io.netty.channel.Channel;

/// Attack: pages over HTTP/2 with a window of zero, so that all that is asked for has to wait in
/// the server. Each connection also asks for the API's description, for which no key is needed.
final class ShutWindows extends UnreadPages {
  private static final int PAGES = 8;
  private static final int DESCRIPTIONS = 200;

  ShutWindows(final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(
        target,
        connections,
        tally,
        new AttackConnections.Kind(AttackConnections.Protocol.HTTP2, true),
        1);
  }

  @Override
  void ask(final Channel channel, final Reader reader) {
    final var peer = new CountedRequests(channel, target.api(), 0, tally, channel::close);
    for (int i = 0; i < PAGES; i++) {
      peer.get(reader.page(), reader.key());
    }
    for (int i = 0; i < DESCRIPTIONS; i++) {
      peer.get("/openapi.json", "");
    }
    peer.flush();
  }
}
