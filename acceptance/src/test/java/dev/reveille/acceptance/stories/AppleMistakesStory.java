package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's classic mistakes with Apple.
final class AppleMistakesStory extends MistakesStage {
  @Override
  void register(final int count) throws Exception {
    final var iPhone = Map.<String, Object>of("platform", "ios", "osMajor", 18);
    final var app = app("apple", count);
    register(app, count, iPhone, "apns", () -> theatre.apple.newToken(app, false));
  }

  // ---- the mistakes ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, MANY})
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
  @ValueSource(ints = {1, MANY})
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
}
