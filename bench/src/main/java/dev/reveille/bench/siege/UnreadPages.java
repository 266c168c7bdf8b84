package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Attack: keys of two organisations that may only listen ask for the largest page of a full inbox
/// again and again, and read none: over HTTP/1.1 they leave the socket unread, over HTTP/2 their
/// window is zero.
abstract class UnreadPages extends Attack {
  static final int MESSAGES = 200;
  private static final int PAGE = 512 * 1024;
  private static final int FEWEST = 40;
  private static final int PER_SECOND = 100;

  private final int keys;
  private final List<Reader> readers = new ArrayList<>();

  /// @param page what it asks for
  record Reader(String page, String key) {}

  /// @param perKey connections of each key
  UnreadPages(
      final AttackTarget target,
      final AttackConnections connections,
      final Tally tally,
      final AttackConnections.Kind kind,
      final int perKey) {
    super(target, connections, tally);
    this.keys = Math.max(FEWEST, target.moreThan(16, PAGE)) * target.size();
    final var _ =
        flood(
            new ConnectionFlood.Plan(target.api(), kind, keys * perKey, PER_SECOND),
            (channel, number) -> ask(channel, readers.get(number % readers.size())));
  }

  @Override
  final void prepare() throws IOException {
    for (final var organisation : List.of(target, target.other())) {
      try (var ground = new Groundwork(organisation)) {
        ground.users(1);
        ground.fill(1, MESSAGES);
        for (final var key : ground.keys(Math.ceilDiv(keys, 2), "listen")) {
          readers.add(new Reader(page(organisation), key));
        }
      }
    }
  }

  static String page(final AttackTarget target) {
    return "/v1/users/" + target.user(0) + "/inbox?limit=1000";
  }

  /// Asks on a connection that stands.
  abstract void ask(Channel channel, Reader reader);
}
