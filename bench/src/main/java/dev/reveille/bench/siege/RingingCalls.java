package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Calls that ring at a thousand users each for as long as a call may, handed in with keys that may
/// only send.
final class RingingCalls extends Attack {
  private static final int RECIPIENTS = 1_000;
  private static final int KEYS = 80;
  private static final int THREADS = 4;

  private final int keys;
  private final AtomicLong recipients = new AtomicLong();
  private List<String> secrets = List.of();
  private List<String> users = List.of();

  RingingCalls(final Target target, final Wire wire, final Tally tally) throws IOException {
    super(target, wire, tally);
    this.keys = KEYS * target.size();
    askers(THREADS, this::call, this::told);
  }

  @Override
  void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(RECIPIENTS);
      users = Groundwork.names(target, RECIPIENTS);
      secrets = ground.keys(keys, "send");
    }
  }

  private HttpRequest call(final long number) {
    return Groundwork.request(
            target.api(), "/v1/events", secrets.get((int) (number % secrets.size())))
        .POST(
            HttpRequest.BodyPublishers.ofString(
                Groundwork.json(Groundwork.call(target, UUID.randomUUID().toString(), users))))
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
