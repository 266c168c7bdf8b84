package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command-line options for an app's credentials, shared by the commands for apps and for hubs.
/// Reads key files and hands them to the server.
abstract class CredentialOptions implements Runnable {
  private static final Map<String, String> SWITCHES = switches();

  private final Session session;

  @Parameters(index = "1", paramLabel = "SERVICE", description = "apns, fcm, webpush, wns or mpns")
  private String service = "";

  @Option(names = "--team", paramLabel = "TEAM", description = "apns: Apple's team id")
  private String team = "";

  @Option(names = "--key-id", paramLabel = "ID", description = "apns: Apple's id of the key")
  private String keyId = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "apns: the key, a .p8 file; mpns: the certificate's key, PEM (the server's own key comes"
              + " from REVEILLE_KEY)")
  private String key = "";

  @Option(
      names = "--service-account",
      paramLabel = "FILE",
      description = "fcm: Google's JSON file of a service account that may send messages")
  private String serviceAccount = "";

  @Option(
      names = "--subject",
      paramLabel = "ADDRESS",
      description = "webpush: whom push services may write to, mailto:... or https://...")
  private String subject = "";

  @Option(
      names = "--public-key",
      paramLabel = "KEY",
      description = "webpush: a key pair that the app has already; without it one is made")
  private String publicKey = "";

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description = "webpush: a file with the private half of --public-key, in base64url")
  private String privateKey = "";

  @Option(
      names = "--silent",
      description = "webpush: the app's users allow pushes that show nothing")
  private boolean silent;

  @Option(
      names = "--replace",
      description = "webpush: other keys than before, which loses every subscription")
  private boolean replace;

  @Option(
      names = "--tenant",
      paramLabel = "ID",
      description = "wns: the tenant of Entra; without it the Store's identity is meant")
  private String tenant = "";

  @Option(
      names = "--client",
      paramLabel = "ID",
      description = "wns: the package SID, or the application id of Entra")
  private String client = "";

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description = "wns: a file with the client secret")
  private String secret = "";

  @Option(
      names = "--expires",
      paramLabel = "DATE",
      description = "wns: when the secret ends, 2027-03-31; check warns before it")
  private String expires = "";

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "apns, mpns: the TLS certificate that Apple or Microsoft knows the app by, PEM")
  private String certificate = "";

  @Mixin private final AppleCertificateOptions apple = new AppleCertificateOptions();

  @Option(
      names = "--label",
      paramLabel = "WORD",
      description = "fcm: under which Google counts the messages in its reports")
  private String label = "";

  @Option(
      names = "--also",
      paramLabel = "KIND",
      split = ",",
      description = "fcm: web or apple, where some addresses are browsers' or Apple devices'")
  private List<String> also = List.of();

  @Option(
      names = "--try",
      paramLabel = "FILE",
      description =
          "fcm: a file with a device's token: asks Google whether it would take a message for it,"
              + " and keeps and shows nothing")
  private String trial = "";

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "instead of the service's own, for trying out and for proxies")
  private String endpoint = "";

  @Option(
      names = "--sandbox-endpoint",
      paramLabel = "URL",
      description = "apns: the same for tokens of the sandbox")
  private String sandboxEndpoint = "";

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "PEM certificates to trust at these addresses")
  private String trust = "";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "apns, fcm: one of several; without it the one for all that has no other")
  private String id = "";

  @Option(
      names = "--environment",
      paramLabel = "WORD",
      description = "apns: production or sandbox, where the key with this id is for one of them")
  private String environment = "";

  @Option(
      names = "--topic",
      paramLabel = "BUNDLE-ID",
      description = "apns: the bundle id that the key with this id is for")
  private String topic = "";

  @Option(names = "--remove", description = "take the credentials away")
  private boolean remove;

  CredentialOptions(final Session session) {
    this.session = session;
  }

  /// What a person may do next.
  ///
  /// @param opened the switch that lets pushes to users leave through this service
  abstract String next(String opened);

  /// The app whose credentials they are, once all options are known to fit.
  abstract String app(Api api);

  String service() {
    return service;
  }

  private static Map<String, String> switches() {
    final var all = new LinkedHashMap<String, String>();
    all.put("apns", "apple");
    all.put("fcm", "google");
    all.put("webpush", "web");
    all.put("wns", "microsoft");
    all.put("mpns", "microsoft");
    return all;
  }

  @Override
  public void run() {
    final var opened = SWITCHES.get(service);
    if (opened == null) {
      throw Failure.misuse(
          "This version knows no credentials for \"" + service + "\".",
          "It knows apns, fcm, webpush, wns and mpns.");
    }
    refuseForeignOptions();
    if (!trial.isEmpty()) {
      ask();
      return;
    }
    if (remove) {
      session.show(
          api -> {
            final String app = app(api);
            api.delete(path(app, "credentials"));
            return api.get(at("apps", app));
          },
          AppsCommand::inWords);
      return;
    }
    final ObjectNode body =
        switch (service) {
          case "apns" -> apple();
          case "fcm" -> google();
          case "webpush" -> web();
          case "wns" -> windows();
          default -> windowsPhone();
        };
    session.show(
        api -> {
          final String app = app(api);
          api.put(path(app, "credentials"), body);
          return api.get(at("apps", app));
        },
        AppsCommand::inWords);
    session.hint(next(opened));
  }

  private void ask() {
    final ObjectNode body = Json.object().put("token", session.content(trial).strip());
    session.show(api -> api.post(path(app(api), "trials"), body), TrialWords::of);
  }

  private String path(final String app, final String what) {
    return id.isEmpty() ? at("apps", app, what, service) : at("apps", app, what, service, id);
  }

  /// An option of another service would be ignored, and its author would not know.
  private void refuseForeignOptions() {
    final var of = new LinkedHashMap<String, List<String>>();
    note(of, "--team", team, "apns");
    note(of, "--key-id", keyId, "apns");
    note(of, "--key", key, "apns", "mpns");
    note(of, "--service-account", serviceAccount, "fcm");
    note(of, "--subject", subject, "webpush");
    note(of, "--public-key", publicKey, "webpush");
    note(of, "--private-key", privateKey, "webpush");
    note(of, "--silent", silent ? "yes" : "", "webpush");
    note(of, "--replace", replace ? "yes" : "", "webpush");
    note(of, "--tenant", tenant, "wns");
    note(of, "--client", client, "wns");
    note(of, "--secret", secret, "wns");
    note(of, "--expires", expires, "wns");
    note(of, "--certificate", certificate, "apns", "mpns");
    note(of, "--key-file, --p12 or --password-file", apple.isGiven() ? "yes" : "", "apns");
    note(of, "--label", label, "fcm");
    note(of, "--also", String.join(",", also), "fcm");
    note(of, "--try", trial, "fcm");
    note(of, "--endpoint", endpoint, "apns", "fcm", "wns");
    note(of, "--sandbox-endpoint", sandboxEndpoint, "apns");
    note(of, "--trust", trust, "apns", "fcm", "wns");
    note(of, "--id", id, "apns", "fcm");
    of.forEach((option, services) -> {
      if (!services.contains(service)) {
        throw Failure.misuse(
            "Credentials for " + service + " take no " + option + ".",
            "It is for " + String.join(" and ", services) + ".");
      }
    });
  }

  private static void note(
      final Map<String, List<String>> to,
      final String option,
      final String value,
      final String... services) {
    if (!value.isEmpty()) {
      to.put(option, List.of(services));
    }
  }

  private ObjectNode apple() {
    final boolean signs = !(team + keyId + key).isEmpty();
    final boolean certified = !certificate.isEmpty() || apple.isGiven();
    if (signs && certified) {
      throw Failure.misuse(
          "Credentials for apns are a key or a certificate, not both.", "Each has an --id.");
    }
    final ObjectNode body = Json.object();
    if (certified) {
      apple.write(session, certificate, body);
    } else {
      if (team.isEmpty() || keyId.isEmpty() || key.isEmpty()) {
        throw Failure.misuse(
            "Credentials for apns need --team, --key-id and --key.",
            "See reveille help apps credentials.");
      }
      body.put("team", team).put("keyId", keyId).put("key", session.content(key));
    }
    put(body, "endpoint", endpoint);
    put(body, "sandboxEndpoint", sandboxEndpoint);
    putFile(body, "trust", trust);
    forWhich(body, !signs);
    return body;
  }

  private ObjectNode google() {
    if (serviceAccount.isEmpty()) {
      throw Failure.misuse(
          "Credentials for fcm need --service-account.",
          "It is the JSON file that the Firebase console makes: project settings, service accounts,"
              + " generate new private key.");
    }
    final ObjectNode body = Json.object().put("serviceAccount", session.content(serviceAccount));
    put(body, "endpoint", endpoint);
    putFile(body, "trust", trust);
    put(body, "analyticsLabel", label);
    for (final String kind : also) {
      if (!kind.equals("web") && !kind.equals("apple")) {
        throw Failure.misuse("There is no --also " + kind + ".", "It is web, or apple, or both.");
      }
      body.put(kind, true);
    }
    refuseForWhich();
    return body;
  }

  private void refuseForWhich() {
    if (!environment.isEmpty() || !topic.isEmpty()) {
      throw Failure.misuse(
          "Credentials for fcm take no --environment and no --topic.",
          "They are for the project of their file.");
    }
  }

  /// @param saysItself a certificate tells for which app it is
  private void forWhich(final ObjectNode body, final boolean saysItself) {
    final boolean says = !environment.isEmpty() || !topic.isEmpty();
    if (says && id.isEmpty()) {
      throw Failure.misuse(
          "--environment and --topic need --id.",
          "Without an id the credentials are for all that have no others.");
    }
    if (!says && !saysItself && !id.isEmpty()) {
      throw Failure.misuse(
          "Credentials for apns with --id need --environment or --topic.",
          "Give --environment production or sandbox, or --topic BUNDLE-ID, or both.");
    }
    put(body, "environment", environment);
    put(body, "topic", topic);
  }

  private ObjectNode web() {
    if (subject.isEmpty()) {
      throw Failure.misuse(
          "Credentials for webpush need --subject.",
          "It is an address that push services may write to, such as mailto:push@example.org.");
    }
    if (publicKey.isEmpty() != privateKey.isEmpty()) {
      throw Failure.misuse(
          "--public-key and --private-key are given together.",
          "Without both the keys that the app has stay, or new ones are made.");
    }
    final ObjectNode body = Json.object().put("subject", subject);
    put(body, "publicKey", publicKey);
    if (!privateKey.isEmpty()) {
      body.put("privateKey", session.content(privateKey).strip());
    }
    return body.put("silent", silent).put("replace", replace);
  }

  private ObjectNode windows() {
    if (client.isEmpty() || secret.isEmpty()) {
      throw Failure.misuse(
          "Credentials for wns need --client and --secret.",
          "They are the package SID and secret of the Store, or, with --tenant, the application id"
              + " and a client secret of Entra.");
    }
    final ObjectNode body =
        Json.object().put("client", client).put("secret", session.content(secret).strip());
    put(body, "tenant", tenant);
    put(body, "expires", expires);
    put(body, "endpoint", endpoint);
    putFile(body, "trust", trust);
    return body;
  }

  private ObjectNode windowsPhone() {
    if (certificate.isEmpty() != key.isEmpty()) {
      throw Failure.misuse(
          "--certificate and --key are given together.",
          "Without both each channel takes 500 pushes a day.");
    }
    final ObjectNode body = Json.object();
    putFile(body, "certificate", certificate);
    putFile(body, "key", key);
    return body;
  }

  private static void put(final ObjectNode body, final String name, final String value) {
    if (!value.isEmpty()) {
      body.put(name, value);
    }
  }

  private void putFile(final ObjectNode body, final String name, final String file) {
    if (!file.isEmpty()) {
      body.put(name, session.content(file));
    }
  }
}
