package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.simulators.apple.ArrivedPush;
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
import org.junit.jupiter.api.TestInstance;

/// Apps with one phone, which is the first day of every installation, and with some hundred, for
/// the operator's classic mistakes: none costs a phone its push address, `check` names each, and
/// after the mending the next message arrives without the app's help.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MistakesStage {
  /// A thousand showed nothing that these do not.
  static final int MANY = 300;

  private static final int SIDE_BY_SIDE = 16;
  private final Map<String, List<String>> phones = new HashMap<>();
  final Theatre theatre;

  MistakesStage() {
    try {
      theatre = new Theatre("limits: {registrations-per-minute: 1000000}\n");
    } catch (final Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  @BeforeAll
  void raise() throws Exception {
    theatre.call(
        "PUT",
        "/v1/settings/push-notification/global",
        Map.of("values", Map.of("apple", true, "google", true)));
    for (final int count : List.of(1, MANY)) {
      register(count);
    }
  }

  /// Registers the apps with so many phones.
  abstract void register(int count) throws Exception;

  @AfterAll
  void lower() throws Exception {
    theatre.close();
  }

  static String app(final String kind, final int count) {
    return "com.example." + kind + "." + (count == 1 ? "one" : "many");
  }

  static String user(final String app, final int number) {
    return app + "-" + number;
  }

  interface Step {
    void of(int number) throws Exception;
  }

  static void sideBySide(final int count, final Step step) throws Exception {
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

  void register(
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

  List<String> phonesOf(final String app) {
    return Objects.requireNonNull(phones.get(app), app);
  }

  /// One message for the users of an app.
  String tell(final String app, final int count) throws Exception {
    return tell(IntStream.range(0, count).mapToObj(number -> user(app, number)).toList());
  }

  String tell(final List<String> users) throws Exception {
    return theatre.message(users, "hello");
  }

  /// Waits until Apple took the event for each of these tokens, each once.
  void reaches(final String event, final List<String> tokens) throws Exception {
    final Set<String> wanted = Set.copyOf(tokens);
    AcrossProcesses.get(
        "the pushes of " + event,
        () -> takenBy(event, wanted).size() == wanted.size() ? true : null);
    assertEquals(
        wanted.size(),
        theatre.pushesOf(event).stream().filter(push -> isTaken(push, wanted)).count(),
        "each phone gets it once");
  }

  Set<String> takenBy(final String event, final Set<String> wanted) {
    return theatre.pushesOf(event).stream()
        .filter(push -> isTaken(push, wanted))
        .map(ArrivedPush::token)
        .collect(Collectors.toSet());
  }

  static boolean isTaken(final ArrivedPush push, final Set<String> wanted) {
    return push.status() == 200 && wanted.contains(push.token());
  }

  /// The devices of an app in the event's trail, once all of them are settled.
  List<JsonNode> settled(final String event, final String app, final int count) throws Exception {
    return AcrossProcesses.get(
        "the trail of " + event,
        () -> {
          final var devices = new ArrayList<JsonNode>();
          for (final var device : theatre.devices(event)) {
            if (device.path("app").asText().equals(app) && device.get("settled").asBoolean()) {
              devices.add(device);
            }
          }
          return devices.size() == count ? devices : null;
        });
  }

  void refusedAs(final String code, final List<JsonNode> devices) {
    for (final var device : devices) {
      final var last = device.get("tries").get(device.get("tries").size() - 1);
      assertEquals("refused", last.get("outcome").asText(), last::toString);
      assertEquals(code, last.at("/why/code").asText(), last::toString);
    }
  }

  /// `check` names the mistake of this app.
  void isFound(final String mistake, final String app) throws Exception {
    AcrossProcesses.get(
        mistake + " of " + app, () -> names(theatre.check(), mistake, app) ? true : null);
  }

  /// `check` does not name it any more, as soon as the registry has what the platform's answers
  /// said.
  void isNotFound(final String mistake, final String app) throws Exception {
    AcrossProcesses.get(
        "a check without " + mistake + " of " + app,
        () -> names(theatre.check(), mistake, app) ? null : true);
  }

  static boolean names(final String found, final String mistake, final String app) {
    return found
        .lines()
        .anyMatch(
            line -> line.startsWith("WRONG  " + app + ":") && line.contains("[" + mistake + "]"));
  }
}
