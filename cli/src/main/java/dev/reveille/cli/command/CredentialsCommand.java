package dev.reveille.cli.command;

import dev.reveille.cli.wire.Api;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `apps credentials`: sets an app's credentials for a push service.
@Command(
    name = "credentials",
    description = {
      "Keeps what opens a push service to the app.",
      "The key goes to the server, is checked there, and is never shown again.",
      "For Apple it is a key or a certificate, and an app may have several: each but the usual one",
      "has an id, and says for which environment or bundle id it is; Google's with an id are for"
          + " the",
      "project of their file."
    },
    footer = {
      "",
      "Examples:",
      "  reveille apps credentials com.example.phone apns \\",
      "      --team ABCDE12345 --key-id KEY1234567 --key AuthKey_KEY1234567.p8",
      "  reveille apps credentials com.example.phone apns --p12 phone.p12 --password-file p12.txt",
      "  reveille apps credentials com.example.phone fcm --service-account phone-firebase.json",
      "  reveille apps credentials com.example.phone fcm --try token.txt",
      "  reveille apps credentials com.example.phone webpush --subject mailto:push@example.org",
      "  reveille apps credentials com.example.phone wns \\",
      "      --client ms-app://s-1-15-2-1 --secret wns-secret.txt",
      "  reveille apps credentials com.example.phone mpns"
    })
final class CredentialsCommand extends CredentialOptions {
  @Parameters(index = "0", paramLabel = "APP")
  private String app = "";

  CredentialsCommand(final Session session) {
    super(session);
  }

  @Override
  String next(final String opened) {
    return "Pushes leave once they are switched on: reveille settings set push-notification "
        + opened
        + "=true";
  }

  @Override
  String app(final Api api) {
    return app;
  }
}
