package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Calls that ring at a thousand users each for as long as a call may, handed in with keys that may
/// only send.
final class RingingCalls implements Attack {
  private static final int RECIPIENTS = 1_000;
  private static final int KEYS = 80;
  private static final int THREADS = 4;

  private final Target target;
  private final Tally tally;
  private final int keys;
  private final AtomicLong recipients = new AtomicLong();
  private List<String> secrets = List.of();
  private List<String> users = List.of();
  private final Askers askers;

  RingingCalls(final Target target, final Wire wire, final Tally tally) throws IOException {
    this.target = target;
    this.tally = tally;
    this.keys = KEYS * target.size();
    try (var ground = new Groundwork(target)) {
      this.askers =
          new Askers(ground.trust(), tally, THREADS * target.size(), this::call, this::told);
    }
  }

  @Override
  public void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(RECIPIENTS);
      users = Groundwork.names(target, RECIPIENTS);
      secrets = ground.keys(keys, "send");
    }
  }

  @Override
  public void begin() {
    askers.begin();
  }

  private HttpRequest call(final long number) {
    final var call = UUID.randomUUID().toString();
    return Groundwork.request(
            target.api(), "/v1/events", secrets.get((int) (number % secrets.size())))
        .POST(
            HttpRequest.BodyPublishers.ofString(
                Groundwork.json(
                    Map.of(
                        "source",
                        target.run(),
                        "id",
                        call,
                        "class",
                        "call",
                        "to",
                        users,
                        "ringFor",
                        "PT10M",
                        "call",
                        Map.of(
                            "id",
                            call,
                            "caller",
                            Map.of("name", "Siege", "address", "sip:s@example.com"))))))
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
  public long held() {
    return recipients.get();
  }

  @Override
  public void close() {
    askers.close();
  }
}
