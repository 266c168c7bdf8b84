package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;

/// Keys that may only listen ask for the largest page of a full inbox, again and again on each
/// connection, and read none.
///
/// The system's own buffers take some pages of each connection, so a connection asks for more than
/// these hold.
final class UnreadPages implements Attack {
  static final int MESSAGES = 420;
  private static final int PAGE = 512 * 1024;
  private static final int FEWEST = 40;
  private static final int REQUESTS = 16;
  private static final int PER_KEY = 2;
  private static final int PER_SECOND = 100;

  private final Target target;
  private final Wire wire;
  private final int keys;
  private List<String> secrets = List.of();
  private final Crowd crowd;

  UnreadPages(final Target target, final Wire wire, final Tally tally) {
    this.target = target;
    this.wire = wire;
    this.keys = Math.max(FEWEST, target.moreThan(16, PAGE)) * target.size();
    this.crowd =
        new Crowd(
            wire,
            new Crowd.Plan(
                target.api(), new Wire.Kind(Wire.Speech.HTTP1, false), keys * PER_KEY, PER_SECOND),
            this::ask);
  }

  @Override
  public void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(1);
      secrets = ground.keys(keys, "listen");
      ground.fill(1, MESSAGES);
    }
  }

  @Override
  public void begin() {
    crowd.begin();
  }

  private void ask(final Channel channel, final int number) {
    channel.pipeline().addLast(Http1Peer.counting(wire.tally()));
    final var request =
        "GET "
            + page(target)
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + secrets.get(number % keys)
            + "\r\n\r\n";
    final var _ = Http1Peer.say(channel, request.repeat(REQUESTS));
  }

  static String page(final Target target) {
    return "/v1/users/" + target.user(0) + "/inbox?limit=1000";
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
