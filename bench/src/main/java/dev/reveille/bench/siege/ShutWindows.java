package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;

/// Peers over HTTP/2 whose window is zero: all they ask for has to wait in the server. Keys ask for
/// pages, and each connection asks for the API's description besides, for which no key is needed.
final class ShutWindows implements Attack {
  private static final int PAGE = 512 * 1024;
  private static final int FEWEST = 40;
  private static final int PAGES = 8;
  private static final int DESCRIPTIONS = 200;
  private static final int PER_SECOND = 100;

  private final Target target;
  private final Tally tally;
  private final int keys;
  private List<String> secrets = List.of();
  private final Crowd crowd;

  ShutWindows(final Target target, final Wire wire, final Tally tally) {
    this.target = target;
    this.tally = tally;
    this.keys = Math.max(FEWEST, target.moreThan(16, PAGE)) * target.size();
    this.crowd =
        new Crowd(
            wire,
            new Crowd.Plan(target.api(), new Wire.Kind(Wire.Speech.HTTP2, true), keys, PER_SECOND),
            this::ask);
  }

  @Override
  public void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(1);
      secrets = ground.keys(keys, "listen");
      ground.fill(1, UnreadPages.MESSAGES);
    }
  }

  @Override
  public void begin() {
    crowd.begin();
  }

  private void ask(final Channel channel, final int number) {
    final var peer = new Http2Peer(channel, target.api().getAuthority(), 0, tally, channel::close);
    for (int i = 0; i < PAGES; i++) {
      peer.get(UnreadPages.page(target), secrets.get(number % keys));
    }
    for (int i = 0; i < DESCRIPTIONS; i++) {
      peer.get("/openapi.json", "");
    }
    peer.flush();
  }

  @Override
  public long held() {
    return 0; // the server alone knows
  }

  @Override
  public void close() {
    crowd.close();
  }
}
