package dev.reveille.bench.siege;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;

/// Attack: a user with twenty phones, each of which reports as its language a text of 63,000
/// characters with a part after every second of them, and is sent messages. When the server refuses
/// such a text, the longest one that it accepts is used.
final class EndlessLocales extends Attack {
  private static final int THREADS = 2;
  private static final String ENDLESS = "en-x" + "-aa".repeat(21_000);
  private static final String LONGEST = "en-x" + "-aa".repeat(10);

  private List<String> tokens = List.of();

  EndlessLocales(final AttackTarget target, final AttackConnections connections, final Tally tally)
      throws IOException {
    super(target, connections, tally);
    askers(
        THREADS,
        this::messageOrLocale,
        (request, status) -> {
          if (request.method().equals("PATCH") && (status / 100 == 2 || status == 400)) {
            tally.count(Askers.PRESSED);
          }
        });
  }

  @Override
  void prepare() throws IOException {
    try (var ground = new Groundwork(target)) {
      ground.users(1);
      ground.app();
      final var _ =
          ground.api(
              "PUT",
              "/v1/apps/" + target.app() + "/presentation",
              Map.of(
                  "defaultLocale",
                  "en",
                  "styles",
                  Map.of(
                      "message",
                      Map.of(
                          "words", Map.of("en", Map.of("title", "{title}", "body", "{text}"))))));
      tokens = ground.phones(0, FullInboxPhones.PER_USER, true);
    }
  }

  /// At first each phone says its language, the endless one and then one that can be taken.
  private HttpRequest messageOrLocale(final long number) {
    if (number % 100 < 2L * tokens.size()) {
      final var locale = number % 2 == 0 ? LONGEST : ENDLESS;
      return Groundwork.request(
              target.devices(), "/device/v1/installation", tokens.get((int) (number % 100 / 2)))
          .method(
              "PATCH",
              HttpRequest.BodyPublishers.ofString(Groundwork.json(Map.of("locale", locale))))
          .build();
    }
    tally.count("messages");
    return Groundwork.request(target.api(), "/v1/events", target.key())
        .POST(
            HttpRequest.BodyPublishers.ofString(
                Groundwork.json(
                    Groundwork.message(target, "m-" + number, List.of(target.user(0)), "siege"))))
        .build();
  }
}
