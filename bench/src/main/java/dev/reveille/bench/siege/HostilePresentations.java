package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Attack: a presentation whose arguments are the event's text many times over, and messages with a
/// large text to twenty phones. When the server refuses the presentation, the largest one that it
/// accepts is used.
final class HostilePresentations extends Attack {
  private static final int THREADS = 2;
  private static final int ARGUMENTS = 16;
  private static final int MOST_PLACES = 166; // in 1,000 characters
  private static final int PLACES_TAKEN = 8;

  HostilePresentations(
      final AttackTarget target, final AttackConnections connections, final Tally tally)
      throws IOException {
    super(target, connections, tally);
    askers(
        THREADS,
        this::messageOrPresentation,
        (request, status) -> {
          if (request.method().equals("PUT") && status / 100 == 4) {
            tally.count(Askers.PRESSED);
          }
        });
  }

  @Override
  void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(1);
      ground.app();
      final var _ = ground.phones(0, FullInboxPhones.PER_USER, true);
    }
  }

  private HttpRequest messageOrPresentation(final long number) {
    if (number % 50 < 2) {
      final int places = number % 2 == 0 ? PLACES_TAKEN : MOST_PLACES;
      final List<String> arguments = Collections.nCopies(ARGUMENTS, "{text}".repeat(places));
      return Groundwork.request(
              target.api(), "/v1/apps/" + target.app() + "/presentation", target.key())
          .PUT(
              HttpRequest.BodyPublishers.ofString(
                  Groundwork.json(
                      Map.of(
                          "styles",
                          Map.of(
                              "message",
                              Map.of(
                                  "titleKey",
                                  "T",
                                  "titleArgs",
                                  arguments,
                                  "bodyKey",
                                  "B",
                                  "bodyArgs",
                                  arguments))))))
          .build();
    }
    tally.count("messages");
    return Groundwork.request(target.api(), "/v1/events", target.key())
        .POST(
            HttpRequest.BodyPublishers.ofString(
                Groundwork.json(
                    Groundwork.message(
                        target,
                        "m-" + number,
                        List.of(target.user(0)),
                        "x".repeat(Groundwork.LARGE)))))
        .build();
  }
}
