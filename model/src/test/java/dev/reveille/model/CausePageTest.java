package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is said of a service that cannot be reached stands in the documents as the code says it.
final class CausePageTest {
  private static boolean says(final String page, final String words) throws IOException {
    return Files.readString(Path.of("..").resolve(page)).contains(words);
  }

  @ParameterizedTest
  @EnumSource
  void each_cause_is_documented(final Cause cause) throws IOException {
    final var row = "| `%s` | %s | %s |".formatted(cause.word(), cause.sentence(), cause.remedy());
    assertTrue(says("docs/operations/configuration.md", "\n" + row + "\n"), row);
    assertTrue(says("docs/protocols/api.md", "`" + cause.word() + "`"), "the API's page");
    assertTrue(
        says(
            "protocols/src/main/resources/dev/reveille/protocols/openapi/openapi.json",
            "\"" + cause.word() + "\""),
        "the API's description");
  }
}
