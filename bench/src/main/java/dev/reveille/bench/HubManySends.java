package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Hands a bench's sends in to a notification hub of the server, in which each address is an
/// installation. A send goes to all of them by a broadcast, or to the first one or the first tenth
/// by a tag; any other `upTo` throws IllegalArgumentException. [#direct] sends to any number, in
/// batches of 1,000 handles that the request lists. [#register] comes first, before [#direct] too.
/// Both share one hub: closing one closes both.
final class HubManySends implements ManySends {
  private static final String TENTH = "tenth";
  private static final String FIRST = "first";
  private static final int BATCH = 1_000;

  private final HubsApi hub;
  private final PrintStream progress;
  private final boolean isDirect;
  private List<String> tokens = List.of();

  HubManySends(final HubsApi hub, final PrintStream progress) {
    this(hub, progress, false);
  }

  private HubManySends(final HubsApi hub, final PrintStream progress, final boolean isDirect) {
    this.hub = hub;
    this.progress = progress;
    this.isDirect = isDirect;
  }

  /// The same addresses, named by each send instead of found.
  HubManySends direct() {
    final var direct = new HubManySends(hub, progress, true);
    direct.tokens = tokens;
    return direct;
  }

  @Override
  public void register(final List<String> all) throws IOException, InterruptedException {
    tokens = List.copyOf(all);
    final var shown = new Progress(progress, "registrations", all.size());
    hub.register(
        all,
        number -> {
          final var tags = new ArrayList<String>();
          if (number == 1) {
            tags.add(FIRST);
          }
          if (number <= all.size() / FanoutBench.TENTH) {
            tags.add(TENTH);
          }
          return tags;
        },
        false,
        shown);
    shown.end();
  }

  @Override
  public List<String> handIn(final String mark, final int upTo, final String text)
      throws IOException {
    final var body =
        "{\"aps\":{\"alert\":{\"title\":\"Morning\",\"body\":\"%s\"}},\"%s\":\"%s\"}"
            .formatted(text, HubsApi.MARK, mark);
    if (!isDirect) {
      return List.of(taken(hub.trySend(mark, "apple", body, tags(upTo))));
    }
    final var sends = new ArrayList<String>();
    for (int from = 0; from < upTo; from += BATCH) {
      final var handles = tokens.subList(from, Math.min(upTo, from + BATCH));
      sends.add(taken(hub.tryBatch(mark + "-" + from, body, handles)));
    }
    return sends;
  }

  private Map<String, String> tags(final int upTo) {
    if (upTo == tokens.size()) {
      return Map.of();
    }
    if (upTo != 1 && upTo != tokens.size() / FanoutBench.TENTH) {
      throw new IllegalArgumentException("no tag is of the first " + upTo);
    }
    return Map.of("ServiceBusNotification-Tags", upTo == 1 ? FIRST : TENTH);
  }

  private static String taken(final HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != 201) {
      throw new IOException(
          "a notification was not taken: " + answer.statusCode() + " " + answer.body());
    }
    return HubsApi.id(answer);
  }

  @Override
  public Told told(final List<String> sends, final int upTo) throws IOException {
    long settled = 0;
    long handedOver = 0;
    for (final var send : sends) {
      final var told = hub.progress(send);
      if (!told.path("state").asText().equals("over")) {
        return new Told(false, handedOver);
      }
      settled += told.path("settled").asLong();
      handedOver += told.at("/outcomes/handed-over").asLong();
    }
    return new Told(settled >= upTo, handedOver);
  }

  @Override
  public void close() {
    hub.close();
  }
}
