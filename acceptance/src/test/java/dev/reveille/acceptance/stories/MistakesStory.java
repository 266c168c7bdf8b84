package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.google.ArrivedMessage;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.service.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private static final String PROJECT = "project-of-the-app";
  private final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private final Map<String, String> accounts = new HashMap<>(); // a key takes long to make
  private final Map<String, List<String>> phones = new HashMap<>();
  private Theatre theatre;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre("limits: {registrations-per-minute: 1000000}\n");
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/global",
        Map.of("values", Map.of("apple", true, "google", true)));
    for (final int count : List.of(1, MOST)) {
      final var iPhone = Map.<String, Object>of("platform", "ios", "osMajor", 18);
      final var app = app("apple", count);
      register(app, count, iPhone, "apns", () -> theatre.apple.newToken(app, false));
      final var developers = app("sandbox", count);
      register(developers, count, iPhone, "apns", () -> theatre.apple.newToken(developers, true));
      final var android = Map.<String, Object>of("platform", "android", "osMajor", 15);
      final var google = app("google", count);
      register(google, count, android, "fcm", () -> this.google.newToken(PROJECT));
    }
  }

  @AfterAll
  void lower() throws Exception {
    google.close();
    theatre.close();
  }

  private static String app(final String kind, final int count) {
    return "com.example." + kind + "." + (count == 1 ? "one" : "many");
  }

  private static String user(final String app, final int number) {
    return app + "-" + number;
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

  private void register(
      final String app,
      final int count,
      final Map<String, Object> device,
      final String service,
      final Callable<String> tokens)
      throws Exception {
    theatre.app(app);
    final var all = new String[count];
    sideBySide(
        count,
        number -> {
          all[number] = tokens.call();
          theatre.call("PUT", "/v1/users/" + user(app, number), Map.of("site", ""));
          theatre.device(
              user(app, number),
              app,
              device,
              Map.of("service", service, "channel", "message", "token", all[number]));
        });
    phones.put(app, List.of(all));
  }

  private List<String> phonesOf(final String app) {
    return Objects.requireNonNull(phones.get(app), app);
  }

  /// One message for the users of an app.
  private String tell(final String app, final int count) throws Exception {
    return tell(IntStream.range(0, count).mapToObj(number -> user(app, number)).toList());
  }

  private String tell(final List<String> users) throws Exception {
    return theatre.event(
        users,
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

  /// `check` names the mistake of this app.
  private void isFound(final String mistake, final String app) throws Exception {
    Eventually.get(
        mistake + " of " + app, () -> names(theatre.check(), mistake, app) ? true : null);
  }

  /// `check` does not name it any more, as soon as the registry has what the platform's answers
  /// said.
  private void isNotFound(final String mistake, final String app) throws Exception {
    Eventually.get(
        "a check without " + mistake + " of " + app,
        () -> names(theatre.check(), mistake, app) ? null : true);
  }

  private static boolean names(final String found, final String mistake, final String app) {
    return found
        .lines()
        .anyMatch(
            line -> line.startsWith("WRONG  " + app + ":") && line.contains("[" + mistake + "]"));
  }

  // ---- the mistakes ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void a_typo_in_the_bundle_id(final int count) throws Exception {
    final var app = app("apple", count);
    final var all = phonesOf(app);
    theatre.call("PUT", "/v1/apps/" + app, Map.of("name", "Typo", "bundleId", app + "x"));
    refusedAs("RV-206", settled(tell(app, count), app, count));
    final var before = theatre.apple.pushes("").size();
    final var second = tell(app, count);
    refusedAs("RV-206", settled(second, app, count));
    assertEquals(
        0,
        theatre.apple.pushes("").stream()
            .skip(before)
            .filter(push -> all.contains(push.token()))
            .count(),
        "a doubted address gets nothing");
    isFound("wrong-topic", app);

    theatre.call("PUT", "/v1/apps/" + app, Map.of("name", "Phone", "bundleId", app));
    reaches(tell(app, count), all);
    isNotFound("wrong-topic", app);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void sandbox_tokens_registered_as_those_of_production(final int count) throws Exception {
    final var app = app("sandbox", count);
    final var all = phonesOf(app);
    final var first = tell(app, count);
    reaches(first, all);
    for (final var device : settled(first, app, count)) {
      final var last = device.get("tries").get(device.get("tries").size() - 1);
      final var detail = last.get("detail").asText();
      assertTrue(
          detail.contains("BadDeviceToken from production") || !detail.contains("400 "), detail);
    }
    Eventually.get(
        "the environment of all in the registry",
        () -> {
          final var second = tell(app, count);
          reaches(second, all);
          return theatre.pushesOf(second).stream().noneMatch(push -> isOf(push, all, 400))
              ? true
              : null;
        });
  }

  private static boolean isOf(final ArrivedPush push, final List<String> all, final int status) {
    return push.status() == status && all.contains(push.token());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void a_key_that_apple_took_back(final int count) throws Exception {
    final var app = app("apple", count);
    final var all = phonesOf(app);
    theatre.revokeKey(app);
    final var first = tell(app, count);
    isFound("credentials-refused", app);
    theatre.app(app); // with another key
    reaches(first, all);
    reaches(tell(app, count), all);
    isNotFound("credentials-refused", app);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MOST})
  void the_service_account_of_another_project(final int count) throws Exception {
    final var app = app("google", count);
    credentials(app, "project-of-others");
    refusedAs("RV-220", settled(tell(app, count), app, count));
    isFound("wrong-project", app);
    credentials(app, PROJECT);
    final var next = tell(app, count);
    Eventually.get(
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

  @Test
  void one_developers_sandbox_token_does_not_shut_production_of_a_key_for_production_only()
      throws Exception {
    final var app = "com.example.keyed";
    theatre.app(app);
    for (int number = 0; number < 2; number++) {
      theatre.call("PUT", "/v1/users/" + user(app, number), Map.of("site", ""));
    }
    final var developer = theatre.apple.newToken(app, true);
    theatre.device(
        user(app, 0),
        app,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", "message", "token", developer, "sandbox", true));
    theatre.apple.fault(
        Fault.answer(AppleReason.BadEnvironmentKeyIdInToken).to(developer).always());
    final var held = tell(app, 1);
    Eventually.get(
        "the refusal in the sandbox",
        () -> theatre.apple.pushes(developer).isEmpty() ? null : true);
    final var other = theatre.apple.newToken(app, false);
    theatre.device(
        user(app, 1),
        app,
        Map.of("platform", "ios", "osMajor", 18),
        Map.of("service", "apns", "channel", "message", "token", other));
    reaches(tell(app, 2), List.of(other));
    theatre.apple.clearFaults();
    reaches(held, List.of(developer));
  }
}
