package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Attack: calls that ring at a thousand users each for as long as a call may, handed in with keys
/// of two organisations that may only send.
final class RingingCalls extends Attack {
  private static final int RECIPIENTS = 1_000;
  private static final int KEYS = 39;
  private static final int THREADS = 4;

  private final AtomicLong recipients = new AtomicLong();
  private final List<Caller> callers = new ArrayList<>();

  /// A key, and whom it calls.
  private record Caller(AttackTarget of, String key, List<String> users) {}

  RingingCalls(final AttackTarget target, final AttackConnections connections, final Tally tally)
      throws IOException {
    super(target, connections, tally);
    askers(THREADS, this::call, this::told);
  }

  @Override
  void prepare() throws IOException {
    for (final var organisation : List.of(target, target.other())) {
      try (var ground = new Groundwork(organisation)) {
        ground.users(RECIPIENTS);
        final var users = Groundwork.names(organisation, RECIPIENTS);
        for (final var key : ground.keys(KEYS * target.size(), "send")) {
          callers.add(new Caller(organisation, key, users));
        }
      }
    }
  }

  private HttpRequest call(final long number) {
    final var caller = callers.get((int) (number * 31 % callers.size()));
    final var call = Groundwork.call(caller.of, UUID.randomUUID().toString(), caller.users);
    return Groundwork.request(target.api(), "/v1/events", caller.key)
        .POST(HttpRequest.BodyPublishers.ofString(Groundwork.json(call)))
        .build();
  }

  private void told(final HttpRequest request, final int status) {
    if (status == 202) {
      recipients.addAndGet(RECIPIENTS);
    } else {
      tally.count(Askers.PRESSED);
    }
  }

  @Override
  long held() {
    return recipients.get();
  }
}
