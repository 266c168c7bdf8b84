package dev.reveille.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Prepares a server for the benches through its API: makes the app, sets its key at Apple's
/// simulator, and switches pushes on. Blocks.
final class AppSetup {
  static final String APP = "com.example.bench";

  private AppSetup() {}

  /// @param trust PEM of the simulator's authority
  static void in(
      final SetupApi api,
      final String team,
      final String keyId,
      final String key,
      final String endpoint,
      final String trust)
      throws IOException {
    app(api, APP, team, keyId, key, endpoint, trust);
    api.call(
        "PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("apple", true)));
  }

  /// One more app, with a key at a simulator.
  static void app(
      final SetupApi api,
      final String app,
      final String team,
      final String keyId,
      final String key,
      final String endpoint,
      final String trust)
      throws IOException {
    api.call("PUT", "/v1/apps/" + app, Map.of("name", "Bench", "bundleId", app));
    api.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/apns",
        Map.of("team", team, "keyId", keyId, "key", key, "endpoint", endpoint, "trust", trust));
  }

  /// A code with which one phone may register for the user, who is made if need be.
  static String code(final SetupApi api, final String user) throws IOException {
    api.call("PUT", "/v1/users/" + user, Map.of());
    return api.call("POST", "/v1/users/" + user + "/codes", Map.of("app", APP))
        .get("code")
        .asText();
  }

  /// Registers a suspended iPhone with these tokens. Answers its device token.
  static String phone(
      final SetupApi phones, final String code, final String message, final String voip)
      throws IOException {
    return device(
        phones,
        code,
        Map.of("platform", "ios", "osMajor", 18),
        List.of(
            Map.of("service", "apns", "channel", "message", "token", message),
            Map.of("service", "apns", "channel", "voip", "token", voip)));
  }

  /// The same with iOS 12, which has one channel for everything; there no silent push waits because
  /// another one left before.
  static void oldPhone(final SetupApi phones, final String code, final String voip)
      throws IOException {
    device(
        phones,
        code,
        Map.of("platform", "ios", "osMajor", 12),
        List.of(Map.of("service", "apns", "channel", "single", "token", voip)));
  }

  /// Registers a suspended device of any kind. Answers its device token.
  ///
  /// @param kind the fields that say what it is
  /// @param addresses where pushes to it go
  static String device(
      final SetupApi phones,
      final String code,
      final Map<String, Object> kind,
      final List<Map<String, String>> addresses)
      throws IOException {
    final Map<String, Object> body = new HashMap<>(kind);
    body.put("app", APP);
    body.put("code", code);
    body.put("tokens", addresses);
    return phones.call("POST", "/device/v1/installations", body).get("token").asText();
  }
}
