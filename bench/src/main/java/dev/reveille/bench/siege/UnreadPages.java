package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;

/// Keys that may only listen ask for the largest page of a full inbox again and again, and read
/// none: over HTTP/1.1 they leave the socket unread, over HTTP/2 their window is zero.
abstract class UnreadPages extends Attack {
  static final int MESSAGES = 420;
  private static final int PAGE = 512 * 1024;
  private static final int FEWEST = 40;
  private static final int PER_SECOND = 100;

  private final int keys;
  private List<String> secrets = List.of();

  /// @param perKey connections of each key
  UnreadPages(
      final Target target,
      final Wire wire,
      final Tally tally,
      final Wire.Kind kind,
      final int perKey) {
    super(target, wire, tally);
    this.keys = Math.max(FEWEST, target.moreThan(16, PAGE)) * target.size();
    final var _ =
        crowd(
            new Crowd.Plan(target.api(), kind, keys * perKey, PER_SECOND),
            (channel, number) -> ask(channel, secrets.get(number % keys)));
  }

  @Override
  final void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(1);
      secrets = ground.keys(keys, "listen");
      ground.fill(1, MESSAGES);
    }
  }

  static String page(final Target target) {
    return "/v1/users/" + target.user(0) + "/inbox?limit=1000";
  }

  /// Asks on a connection that stands.
  abstract void ask(Channel channel, String key);
}
