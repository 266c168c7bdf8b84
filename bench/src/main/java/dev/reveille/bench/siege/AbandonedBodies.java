package dev.reveille.bench.siege;

import dev.reveille.bench.http2.Http2Peer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Attack: senders hand in large batches to names that no user has, and leave after the last byte:
/// over HTTP/1.1 they end the connection, over HTTP/2 they reset the stream. A server that no
/// longer counts a request's memory once its peer has left has no bound for it.
///
/// The keys are of two organisations, which together may have all that is held of bodies.
final class AbandonedBodies extends Attack {
  private static final int EVENTS = 300;
  private static final int RECIPIENTS = 1_000;
  private static final int KEYS = 20;
  private static final int HTTP1_MEMBERS = 24;
  private static final int HTTP2_MEMBERS = 8;
  private static final int PER_SECOND = 40;
  private static final int SLICE = 64_000;
  private static final int AGAIN_MILLIS = 20;

  private final List<String> keys = new ArrayList<>();
  private final byte[] body;

  AbandonedBodies(
      final AttackTarget target, final AttackConnections connections, final Tally tally) {
    super(target, connections, tally);
    this.body = batch(target);
    final var http1 = new AttackConnections.Kind(AttackConnections.Protocol.HTTP1, true);
    final var http2 = new AttackConnections.Kind(AttackConnections.Protocol.HTTP2, true);
    final int perSecond = PER_SECOND * target.size();
    final var _ =
        flood(
            new ConnectionFlood.Plan(target.api(), http1, HTTP1_MEMBERS * target.size(), perSecond),
            this::overHttp1);
    final var _ =
        flood(
            new ConnectionFlood.Plan(target.api(), http2, HTTP2_MEMBERS * target.size(), perSecond),
            this::overHttp2);
  }

  private static byte[] batch(final AttackTarget target) {
    final var names = new ArrayList<String>();
    for (int i = 0; i < RECIPIENTS; i++) {
      names.add("x-%05d".formatted(i));
    }
    final var events = new ArrayList<Object>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(Groundwork.message(target, "a-" + i, names, "siege"));
    }
    return Groundwork.json(events).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void prepare() throws IOException {
    for (final var organisation : List.of(target, target.other())) {
      try (var ground = new Groundwork(organisation)) {
        keys.addAll(ground.keys(KEYS * target.size(), "send"));
      }
    }
  }

  /// Members with the same address, and those that follow each other, are of both organisations.
  private String key(final int number) {
    return keys.get((number % 2 * KEYS * target.size() + number / 2) % keys.size());
  }

  private void overHttp1(final Channel channel, final int number) {
    channel.pipeline().addLast(Http1Peer.counting(tally));
    final var _ =
        Http1Peer.say(
            channel,
            "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(key(number), body.length));
    slice(channel, 0);
  }

  /// In slices, so that the other members come to their turn.
  private void slice(final Channel channel, final int from) {
    final int bytes = Math.min(SLICE, body.length - from);
    final var _ =
        channel
            .writeAndFlush(Unpooled.wrappedBuffer(body, from, bytes))
            .addListener(done -> {
              if (!done.isSuccess()) {
                channel.close(); // it was refused, and comes again
              } else if (from + bytes < body.length) {
                channel.eventLoop().execute(() -> slice(channel, from + bytes));
              } else {
                tally.count("abandoned");
                channel.close();
              }
            });
  }

  private void overHttp2(final Channel channel, final int number) {
    final var peer =
        new CountedRequests(channel, target.api(), Http2Peer.USUAL_WINDOW, tally, () -> {});
    abandonOver(channel, peer, key(number));
  }

  private void abandonOver(final Channel channel, final CountedRequests peer, final String secret) {
    if (!channel.isActive()) {
      return;
    }
    final var _ =
        peer.abandon("/v1/events", secret, body)
            .addListener(sent -> {
              tally.count(sent.isSuccess() ? "abandoned" : "refused");
              final var _ =
                  channel
                      .eventLoop()
                      .schedule(
                          () -> abandonOver(channel, peer, secret),
                          AGAIN_MILLIS,
                          TimeUnit.MILLISECONDS);
            });
  }
}
