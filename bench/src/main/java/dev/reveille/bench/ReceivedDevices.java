package dev.reveille.bench;

import dev.reveille.bench.receiver.BrowserKeys;
import dev.reveille.bench.receiver.PushOpener;
import dev.reveille.bench.receiver.ReceivedService;
import dev.reveille.simulators.google.ServiceAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Makes users with one device each whose pushes go to a [ReceiverProcess], and the app's
/// credentials there.
///
/// @param addresses by user, as the opener names them
/// @param lines the same for a program that pushes there by itself: URL or token, and what else a
///   sender needs, with spaces between
record ReceivedDevices(List<String> addresses, List<String> lines, PushOpener opener) {
  private static final String PROJECT = "bench";
  private static final int FCM_TOKEN = 142; // as long as Google's
  private static final String APP = "/v1/apps/" + AppSetup.APP + "/credentials/";

  /// Registers credentials and devices.
  ///
  /// @param first number of the first user
  static ReceivedDevices at(
      final ReceivedService service,
      final BenchStage stage,
      final ReceiverProcess receiver,
      final int first,
      final int count,
      final Progress progress)
      throws IOException {
    try (var api = stage.server.open()) {
      allow(service, api, receiver);
    }
    final var browsers = new ConcurrentHashMap<String, BrowserKeys>();
    final var addresses =
        stage.people(
            first,
            count,
            progress,
            (phones, user, code) ->
                switch (service) {
                  case FCM -> android(phones, user, code);
                  case WNS -> windows(phones, user, code, receiver.origin());
                  case WEBPUSH -> browser(phones, user, code, receiver.origin(), browsers);
                });
    return switch (service) {
      case FCM -> new ReceivedDevices(addresses, addresses, PushOpener.FCM);
      case WNS ->
          new ReceivedDevices(
              addresses,
              addresses.stream().map(path -> receiver.origin() + path).toList(),
              PushOpener.WNS);
      case WEBPUSH ->
          new ReceivedDevices(
              addresses,
              addresses.stream()
                  .map(path -> {
                    final var keys = java.util.Objects.requireNonNull(browsers.get(path));
                    return receiver.origin() + path + " " + keys.p256dh() + " " + keys.auth();
                  })
                  .toList(),
              PushOpener.webPush(browsers));
    };
  }

  /// What of a server's configuration lets it push to a receiver.
  static String configuration(final ReceiverProcess receiver) {
    final var where = receiver.origin().substring("https://".length());
    return "push:\n  allowed-hosts: [\"%s\"]\n  trust: {\"%s\": \"%s\"}\n"
        .formatted(where, where, receiver.authority());
  }

  private static void allow(
      final ReceivedService service, final SetupApi api, final ReceiverProcess receiver)
      throws IOException {
    final var trust = Files.readString(receiver.authority());
    switch (service) {
      case FCM ->
          api.call(
              "PUT",
              APP + "fcm",
              Map.of(
                  "serviceAccount",
                  ServiceAccount.make(PROJECT, receiver.origin() + service.tokenPath()).json(),
                  "endpoint",
                  receiver.origin(),
                  "trust",
                  trust));
      case WNS ->
          api.call(
              "PUT",
              APP + "wns",
              Map.of(
                  "client",
                  "ms-app://s-1-15-2-1004590087-2139747466-2130706433-1-2-3-4",
                  "secret",
                  "a secret of the bench".replace(' ', '-'),
                  "endpoint",
                  receiver.origin(),
                  "trust",
                  trust));
      case WEBPUSH ->
          api.call("PUT", APP + "webpush", Map.of("subject", "mailto:bench@example.org"));
    }
    final var word =
        switch (service) {
          case FCM -> "google";
          case WNS -> "microsoft";
          case WEBPUSH -> "web";
        };
    api.call(
        "PATCH", "/v1/settings/push-notification/global", Map.of("values", Map.of(word, true)));
  }

  private static String android(final SetupApi phones, final int user, final String code)
      throws IOException {
    final var name = ChatMessages.user(user);
    final var message = "f" + name + ":" + "A".repeat(FCM_TOKEN - name.length());
    AppSetup.device(
        phones,
        code,
        Map.of("platform", "android", "osMajor", 15),
        List.of(
            Map.of("service", "fcm", "channel", "voip", "token", message + "v"),
            Map.of("service", "fcm", "channel", "message", "token", message)));
    return message;
  }

  private static String windows(
      final SetupApi phones, final int user, final String code, final String origin)
      throws IOException {
    final var path = "/w/" + ChatMessages.user(user) + "-" + "AwYAAABe".repeat(12);
    AppSetup.device(
        phones,
        code,
        Map.of("platform", "windows"),
        List.of(Map.of("service", "wns", "channel", "single", "token", origin + path)));
    return path;
  }

  private static String browser(
      final SetupApi phones,
      final int user,
      final String code,
      final String origin,
      final Map<String, BrowserKeys> browsers)
      throws IOException {
    final var path = "/wpush/v2/" + ChatMessages.user(user) + "-" + "gAAAAABk".repeat(20);
    final var keys = new BrowserKeys();
    browsers.put(path, keys);
    AppSetup.device(
        phones,
        code,
        Map.of("platform", "browser"),
        List.of(
            Map.of(
                "service",
                "webpush",
                "channel",
                "single",
                "token",
                origin + path,
                "p256dh",
                keys.p256dh(),
                "auth",
                keys.auth())));
    return path;
  }
}
