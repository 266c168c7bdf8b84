package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.AppleReason;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.service.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens of Apple's sandbox that are said to be of production, and a key for production only.
final class SandboxMistakesStory extends MistakesStage {
  @Override
  void register(final int count) throws Exception {
    final var app = app("sandbox", count);
    final var iPhone = Map.<String, Object>of("platform", "ios", "osMajor", 18);
    register(app, count, iPhone, "apns", () -> theatre.apple.newToken(app, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MANY})
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
    AcrossProcesses.get(
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
    AcrossProcesses.get(
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
