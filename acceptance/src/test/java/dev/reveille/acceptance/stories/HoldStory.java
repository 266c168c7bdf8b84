package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench hold`. With so few phones the figures say nothing: what
/// counts is that every phone was held.
final class HoldStory {
  @TempDir private Path folder;

  @Test
  void held_phones_are_counted() throws Exception {
    final var hold = Packaged.measured(folder, 200, "hold", "--n", "200", "--transport", "tls");
    assertTrue(
        hold.at("/figures/reveille, poll, TLS 1.3: live heap/median").asDouble() > 0,
        hold::toString);
  }
}
