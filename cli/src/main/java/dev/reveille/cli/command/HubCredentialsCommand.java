package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `hubs credentials`: sets a hub's credentials for a push service, which are kept with the hub's
/// app.
@Command(
    name = "credentials",
    description = {
      "Keeps what opens a push service to the hub; the options are those of `apps credentials`.",
      "The key goes to the server, is checked there, and is never shown again.",
      "For Apple the hub needs a bundle id too, once: --bundle-id."
    },
    footer = {
      "",
      "Examples:",
      "  reveille hubs credentials phones apns --bundle-id com.example.phone \\",
      "      --team ABCDE12345 --key-id KEY1234567 --key AuthKey_KEY1234567.p8",
      "  reveille hubs credentials phones fcm --service-account phone-firebase.json"
    })
final class HubCredentialsCommand extends CredentialOptions {
  @Parameters(index = "0", paramLabel = "HUB")
  private String hub = "";

  @Option(
      names = "--bundle-id",
      paramLabel = "ID",
      description = "apns: Apple's name of the app that the hub's devices have")
  private String bundleId = "";

  @Mixin private InNamespace namespace = new InNamespace();

  HubCredentialsCommand(final Session session) {
    super(session);
  }

  @Override
  public void run() {
    if (!bundleId.isEmpty() && !service().equals("apns")) {
      throw Failure.misuse(
          "Credentials for " + service() + " take no --bundle-id.", "It is for apns.");
    }
    super.run();
  }

  /// Switches are for pushes to users.
  @Override
  String next(final String opened) {
    return "Callers can send through it: reveille hubs show "
        + namespace.argument(hub)
        + " has connection strings.";
  }

  /// Before the credential is kept: a certificate is judged by the bundle id.
  @Override
  String app(final Api api) {
    final String app = api.get(namespace.at(hub)).path("app").asText();
    if (!bundleId.isEmpty()) {
      final JsonNode before = api.get(at("apps", app));
      final ObjectNode body = Json.object();
      body.set("name", before.path("name"));
      body.put("bundleId", bundleId);
      body.set("pushlessGenerations", before.path("pushlessGenerations"));
      api.put(at("apps", app), body);
    }
    return app;
  }
}
