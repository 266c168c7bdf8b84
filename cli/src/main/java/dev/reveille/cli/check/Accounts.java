package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.cli.wire.Json;

/// Describes the account and the host by which an app uses a push service, as an operator compares
/// them with the push service's console.
final class Accounts {
  private static final String APPLE = "apns";

  private Accounts() {}

  /// `team ABCDE12345, key FGHIJ67890 at api.push.apple.com`, say.
  static String of(final JsonNode app, final JsonNode address) {
    final JsonNode account = find(app, address);
    if (account.isMissingNode()) {
      return "an account that is not there any more";
    }
    final String service = address.path("service").asText();
    return switch (service) {
      case APPLE ->
          (account.path("certificate").asBoolean()
                  ? "the certificate until " + account.path("expires").asText()
                  : "team "
                      + account.path("team").asText()
                      + ", key "
                      + account.path("keyId").asText())
              + " at "
              + account
                  .path(address.path("sandbox").asBoolean() ? "sandboxHost" : "host")
                  .asText(account.path("host").asText());
      case "fcm" ->
          "project " + account.path("project").asText() + " at " + account.path("host").asText();
      case "webpush" ->
          "the public key "
              + account.path("publicKey").asText()
              + " at "
              + address.path("origin").asText();
      case "wns" -> account.path("client").asText() + " at " + address.path("origin").asText();
      default -> service + " at " + address.path("origin").asText();
    };
  }

  /// The account that the server uses for an address: of those that are for it the most exact one.
  /// Without fields when there is none.
  static JsonNode find(final JsonNode app, final JsonNode address) {
    JsonNode best = MissingNode.getInstance();
    int rank = -1;
    for (final JsonNode account : app.path("accounts")) {
      if (account.path("service").equals(address.path("service"))) {
        final int exactness =
            address.path("service").asText().equals(APPLE)
                ? ofApple(account, address, app.path("bundleId").asText())
                : ofGoogle(account, address);
        if (exactness > rank) {
          best = account;
          rank = exactness;
        }
      }
    }
    return best;
  }

  /// -1 when it is not for the address.
  private static int ofApple(final JsonNode account, final JsonNode address, final String bundle) {
    final String environment = account.path("environment").asText("both");
    final String topic = account.path("topic").asText("");
    final String own = address.path("sandbox").asBoolean() ? "sandbox" : "production";
    if (!environment.equals("both") && !environment.equals(own)
        || !topic.isEmpty() && !topic.equals(address.path("topic").asText(bundle))
        || !covers(account, own, address, bundle)) {
      return -1;
    }
    return (topic.isEmpty() ? 0 : 2) + (environment.equals("both") ? 0 : 1);
  }

  /// A certificate says for which environments and topics it is; a key does not.
  private static boolean covers(
      final JsonNode account,
      final String environment,
      final JsonNode address,
      final String bundle) {
    if (!account.has("topics")) {
      return true;
    }
    final String suffix = address.path("channel").asText().equals("message") ? "" : ".voip";
    return Json.texts(account.path("environments")).contains(environment)
        && Json.texts(account.path("topics"))
            .contains(address.path("topic").asText(bundle) + suffix);
  }

  private static int ofGoogle(final JsonNode account, final JsonNode address) {
    final String project = address.path("project").asText("");
    if (project.isEmpty()) {
      return account.has("id") ? -1 : 0;
    }
    if (!account.path("project").asText().equals(project)) {
      return -1;
    }
    return account.has("id") ? 1 : 0;
  }
}
