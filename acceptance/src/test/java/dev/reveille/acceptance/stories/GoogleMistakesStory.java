package dev.reveille.acceptance.stories;

import dev.reveille.simulators.google.ArrivedMessage;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's classic mistakes with Google.
final class GoogleMistakesStory extends MistakesStage {
  private static final String PROJECT = "project-of-the-app";
  private final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private final Map<String, String> accounts = new HashMap<>(); // a key takes long to make

  @Override
  void register(final int count) throws Exception {
    final var android = Map.<String, Object>of("platform", "android", "osMajor", 15);
    register(app("google", count), count, android, "fcm", () -> google.newToken(PROJECT));
  }

  @AfterAll
  void lowerGoogle() {
    google.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MANY})
  void the_service_account_of_another_project(final int count) throws Exception {
    final var app = app("google", count);
    credentials(app, "project-of-others");
    refusedAs("RV-220", settled(tell(app, count), app, count));
    isFound("wrong-project", app);
    credentials(app, PROJECT);
    final var next = tell(app, count);
    AcrossProcesses.get(
        "the messages of " + next,
        () -> takenByGoogle(next).containsAll(phonesOf(app)) ? true : null);
    isNotFound("wrong-project", app);
  }

  private Set<String> takenByGoogle(final String event) {
    return google.messages("").stream()
        .filter(message -> message.status() == 200)
        .filter(message -> message.data("reveille").contains('"' + event + '"'))
        .map(ArrivedMessage::token)
        .collect(Collectors.toSet());
  }

  private void credentials(final String app, final String project) throws Exception {
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/fcm",
        Map.of(
            "serviceAccount",
                accounts.computeIfAbsent(project, name -> google.makeAccount(name).json()),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
  }
}
