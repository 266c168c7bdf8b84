package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;

/// Under which account, and at which host, an app speaks to a push service: what an operator
/// compares with the platform's console.
final class Accounts {
  private Accounts() {}

  /// `team ABCDE12345, key FGHIJ67890 at api.push.apple.com`, say.
  static String of(final JsonNode app, final String service) {
    for (final JsonNode account : app.path("accounts")) {
      if (account.path("service").asText().equals(service)) {
        return switch (service) {
          case "apns" ->
              "team "
                  + account.path("team").asText()
                  + ", key "
                  + account.path("keyId").asText()
                  + " at "
                  + account.path("host").asText();
          default ->
              "project "
                  + account.path("project").asText()
                  + " at "
                  + account.path("host").asText();
        };
      }
    }
    return "an account that is not there any more";
  }
}
