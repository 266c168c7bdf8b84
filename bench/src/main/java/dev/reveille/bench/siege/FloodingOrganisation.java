package dev.reveille.bench.siege;

import dev.reveille.bench.http2.Http2Peer;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Attack: an organisation hands in messages to a thousand users in batches, as fast as they are
/// answered, each thread with a key of its own, while many of its requests wait for a call to
/// change.
final class FloodingOrganisation extends Attack {
  private static final int USERS = 1_000;
  private static final int BATCH = 100;
  private static final int THREADS = 8;
  private static final int WAITING_CONNECTIONS = 40;
  private static final int WAITING = 250;
  private static final int PER_SECOND = 50;

  private final String call = UUID.randomUUID().toString();
  private List<String> users = List.of();
  private List<String> keys = List.of();
  private final ConnectionFlood waiting;

  FloodingOrganisation(
      final AttackTarget target, final AttackConnections connections, final Tally tally)
      throws IOException {
    super(target, connections, tally);
    askers(
        THREADS,
        this::batch,
        (_, status) -> {
          if (status == 429 || status == 503) {
            tally.count(Askers.PRESSED);
          }
        });
    this.waiting =
        flood(
            new ConnectionFlood.Plan(
                target.api(),
                new AttackConnections.Kind(AttackConnections.Protocol.HTTP2, true),
                WAITING_CONNECTIONS * target.size(),
                PER_SECOND),
            this::await);
  }

  @Override
  void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(USERS);
      keys = ground.keys(THREADS, "send");
      users = Groundwork.names(target, USERS);
      final var _ =
          ground.api("POST", "/v1/events", Groundwork.call(target, call, users.subList(0, 1)));
    }
  }

  private void await(final Channel channel, final int number) {
    final var peer =
        new CountedRequests(channel, target.api(), Http2Peer.USUAL_WINDOW, tally, channel::close);
    for (int i = 0; i < WAITING; i++) {
      peer.get("/v1/calls/" + call + "?wait=60", target.key());
    }
    peer.flush();
  }

  private HttpRequest batch(final long number) {
    final var events = new ArrayList<String>();
    for (int i = 0; i < BATCH; i++) {
      events.add(
          Groundwork.json(Groundwork.message(target, "m-" + number + "-" + i, users, "siege")));
    }
    return Groundwork.request(target.api(), "/v1/events", keys.get((int) (number % keys.size())))
        .setHeader("Content-Type", "application/x-ndjson")
        .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", events)))
        .build();
  }

  @Override
  long held() {
    return waiting.standing();
  }
}
