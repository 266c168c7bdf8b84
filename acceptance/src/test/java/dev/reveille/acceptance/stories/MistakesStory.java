package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.service.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's classic mistakes: none costs a phone its push address, `check` names each, and
/// after the mending the next message arrives without the app's help. Each with one phone, which is
/// the first day of every installation, and with a thousand.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MistakesStory {
  private static final int MOST = 1_000;
  private static final int SIDE_BY_SIDE = 16;
  private final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private Theatre theatre;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre("limits: {registrations-per-minute: 1000000}\n");
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/global",
        Map.of("values", Map.of("apple", true, "google", true)));
    sideBySide(
        MOST, number -> theatre.call("PUT", "/v1/users/" + user(number), Map.of("site", "")));
  }

  @AfterAll
  void lower() throws Exception {
    google.close();
    theatre.close();
  }

  private static String user(final int number) {
    return "user-" + number;
  }

  private interface Step {
    void of(int number) throws Exception;
  }

  private static void sideBySide(final int count, final Step step) throws Exception {
    try (final ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      final List<Callable<Boolean>> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        final int number = i;
        steps.add(() -> {
          step.of(number);
          return true;
        });
      }
      for (final var done : threads.invokeAll(steps)) {
        done.get();
      }
    }
  }

  // ---- what happens ---------------------------------------------------------------------------

  private List<String> applePhones(
      final String app, final int count, final String topic, final boolean sandbox)
      throws Exception {
    return phones(
        app,
        count,
        () -> theatre.apple.newToken(topic, sandbox),
        Map.of("platform", "ios", "osMajor", 18),
        "apns");
  }

  private List<String> phones(
      final String app,
      final int count,
      final Callable<String> tokens,
      final Map<String, Object> device,
      final String service)
      throws Exception {
    final var all = new String[count];
    sideBySide(
        count,
        number -> {
          all[number] = tokens.call();
          theatre.device(
              user(number),
              app,
              device,
              Map.of("service", service, "channel", "message", "token", all[number]));
        });
    return List.of(all);
  }

  private String tell(final int count) throws Exception {
    return theatre.event(
        IntStream.range(0, count).mapToObj(MistakesStory::user).toList(),
        Map.of(
            "class",
            "message",
            "conversation",
            "team",
            "content",
            Map.of("title", "Bob", "text", "hello")));
  }

  /// Waits until Apple took the event for each of these tokens, each once.
  private void reaches(final String event, final List<String> tokens) throws Exception {
    final Set<String> wanted = Set.copyOf(tokens);
    Eventually.get(
        "the pushes of " + event,
        () -> takenBy(event, wanted).size() == wanted.size() ? true : null);
    assertEquals(
        wanted.size(),
        theatre.pushesOf(event).stream().filter(push -> isTaken(push, wanted)).count(),
        "each phone gets it once");
  }

  private Set<String> takenBy(final String event, final Set<String> wanted) {
    return theatre.pushesOf(event).stream()
        .filter(push -> isTaken(push, wanted))
        .map(ArrivedPush::token)
        .collect(Collectors.toSet());
  }

  private static boolean isTaken(final ArrivedPush push, final Set<String> wanted) {
    return push.status() == 200 && wanted.contains(push.token());
  }

  /// The devices of an app in the event's trail, once all of them are settled.
  private List<JsonNode> settled(final String event, final String app, final int count)
      throws Exception {
    return Eventually.get(
        "the trail of " + event,
        () -> {
          final var devices = new ArrayList<JsonNode>();
          for (final var device :
              theatre.call("GET", "/v1/events/" + event + "/trail", "").get("devices")) {
            if (device.path("app").asText().equals(app) && device.get("settled").asBoolean()) {
              devices.add(device);
            }
          }
          return devices.size() == count ? devices : null;
        });
  }

  private void refusedAs(final String code, final List<JsonNode> devices) {
    for (final var device : devices) {
      final var last = device.get("tries").get(device.get("tries").size() - 1);
      assertEquals("refused", last.get("outcome").asText(), last::toString);
      assertEquals(code, last.at("/why/code").asText(), last::toString);
    }
  }

  /// No address is lost, and `check` names the mistake of this app.
  private void isFound(final String mistake, final String app) throws Exception {
    final var found = theatre.check();
    assertTrue(
        found.lines().anyMatch(line -> line.contains(app) && line.contains("[" + mistake + "]")),
        found);
  }

  private void nothingIsWrongWith(final String app) throws Exception {
    final var found = theatre.check();
    assertTrue(
        found.lines().noneMatch(line -> line.startsWith("WRONG") && line.contains(app)), found);
  }

  // ---- the mistakes ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void a_typo_in_the_bundle_id(final int count) throws Exception {
    final var app = "com.example.typo" + count;
    theatre.app(app);
    final var phones = applePhones(app, count, app, false);
    theatre.call("PUT", "/v1/apps/" + app, Map.of("name", "Typo", "bundleId", app + "x"));

    refusedAs("RV-206", settled(tell(count), app, count));
    refusedAs("RV-206", settled(tell(count), app, count));
    final long asked =
        theatre.apple.pushes("").stream().filter(push -> phones.contains(push.token())).count();
    assertEquals(count, asked, "a doubted address gets nothing");
    isFound("wrong-topic", app);

    theatre.call("PUT", "/v1/apps/" + app, Map.of("name", "Typo", "bundleId", app));
    reaches(tell(count), phones);
    nothingIsWrongWith(app);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void sandbox_tokens_registered_as_those_of_production(final int count) throws Exception {
    final var app = "com.example.xcode" + count;
    theatre.app(app);
    final var phones = applePhones(app, count, app, true);
    final var first = tell(count);
    reaches(first, phones);
    final var last = settled(first, app, count).getFirst().get("tries");
    assertTrue(
        last.get(last.size() - 1).get("detail").asText().contains("BadDeviceToken from production"),
        last::toString);
    Eventually.get(
        "the environment in the registry",
        () ->
            theatre
                    .call("GET", "/v1/installations?user=user-0", "")
                    .toString()
                    .contains("\"sandbox\":true")
                ? true
                : null);
    final var second = tell(1);
    reaches(second, phones.subList(0, 1));
    assertEquals(
        1,
        theatre.pushesOf(second).stream()
            .filter(push -> push.token().equals(phones.getFirst()))
            .count(),
        "production is not asked again");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void a_key_that_apple_took_back(final int count) throws Exception {
    final var app = "com.example.key" + count;
    theatre.app(app);
    final var phones = applePhones(app, count, app, false);
    theatre.revokeKey(app);
    final var first = tell(count);
    Eventually.get(
        "the refusal",
        () ->
            theatre.apple.pushes("").stream()
                    .anyMatch(push -> push.status() == 403 && phones.contains(push.token()))
                ? true
                : null);
    isFound("credentials-refused", app);
    theatre.app(app); // with another key
    reaches(first, phones);
    reaches(tell(count), phones);
    nothingIsWrongWith(app);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void the_service_account_of_another_project(final int count) throws Exception {
    final var app = "com.example.project" + count;
    theatre.app(app);
    credentials(app, "project-of-others");
    final var phones =
        phones(
            app,
            count,
            () -> google.newToken("project-of-the-app"),
            Map.of("platform", "android", "osMajor", 15),
            "fcm");
    refusedAs("RV-220", settled(tell(count), app, count));
    isFound("wrong-project", app);
    credentials(app, "project-of-the-app");
    final var next = tell(count);
    Eventually.get(
        "the messages of " + next,
        () ->
            google.messages("").stream()
                    .filter(message -> message.status() == 200)
                    .filter(message -> message.data("reveille").contains('"' + next + '"'))
                    .map(message -> message.token())
                    .collect(Collectors.toSet())
                    .containsAll(phones)
                ? true
                : null);
    nothingIsWrongWith(app);
  }

  private void credentials(final String app, final String project) throws Exception {
    theatre.call(
        "PUT",
        "/v1/apps/" + app + "/credentials/fcm",
        Map.of(
            "serviceAccount", google.makeAccount(project).json(),
            "endpoint", google.endpoint(),
            "trust", google.authorityPem()));
  }

  @Test
  void one_developers_sandbox_token_does_not_shut_production_of_a_key_for_production_only()
      throws Exception {
    final var app = "com.example.keyed";
    theatre.app(app);
    final var developer = theatre.apple.newToken(app, true);
    theatre.device(
        user(0),
        app,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", "message", "token", developer, "sandbox", true));
    theatre.apple.fault(
        Fault.answer(AppleReason.BadEnvironmentKeyIdInToken).to(developer).always());
    final var held = tell(1);
    Eventually.get(
        "the refusal in the sandbox",
        () -> theatre.apple.pushes(developer).isEmpty() ? null : true);
    final var others = applePhones(app, 2, app, false);
    reaches(tell(2), others);
    theatre.apple.clearFaults();
    reaches(held, List.of(developer));
  }
}
