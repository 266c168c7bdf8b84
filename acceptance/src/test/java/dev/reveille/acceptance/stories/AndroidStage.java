package dev.reveille.acceptance.stories;

import dev.reveille.simulators.google.ArrivedMessage;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.phone.Phone;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Google's simulator beside a theatre, and Android phones on its stage.
final class AndroidStage implements AutoCloseable {
  static final String PROJECT = "example-softphone";

  final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private final Theatre theatre;
  private final String account = google.makeAccount(PROJECT).json(); // a key takes long to make

  AndroidStage(final Theatre theatre) throws Exception {
    this.theatre = theatre;
    app(Theatre.APP);
  }

  /// Lets an app push through Google.
  void app(final String app) throws Exception {
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/fcm",
        Map.of(
            "serviceAccount", account,
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
  }

  void switchPush(final boolean on) throws Exception {
    theatre.call(
        "PATCH", "/v1/settings/push-notification/global", Map.of("values", Map.of("google", on)));
  }

  /// An Android phone of a new user of that name, suspended.
  Phone phone(final String user) throws Exception {
    return theatre.phone(user, kind -> kind.withGoogle(URI.create(google.control()), PROJECT));
  }

  List<ArrivedMessage> messagesOf(final String event) {
    return google.messages("").stream()
        .filter(message -> message.data("reveille").contains('"' + event + '"'))
        .toList();
  }

  ArrivedMessage messageOf(final String event) throws Exception {
    return AcrossProcesses.get(
        "a message of " + event, () -> messagesOf(event).stream().findFirst().orElse(null));
  }

  @Override
  public void close() {
    google.messages("").forEach(message -> theatre.scan().confidential().token(message.token()));
    google.close();
  }
}
