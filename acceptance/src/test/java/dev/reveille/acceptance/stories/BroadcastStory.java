package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench broadcast`. With so few phones the figures say nothing: what
/// counts is that every phone was told, here and at the peer.
final class BroadcastStory {
  @TempDir private Path folder;

  @Test
  void held_phones_are_told_beside_the_peer() throws Exception {
    final var broadcast =
        Packaged.measured(
            folder, 200, "broadcast", "--n", "60", "--runs", "1", "--transport", "plain");
    for (final var figure :
        List.of(
            "/figures/reveille, websocket, plain: first to last/median",
            "/peers/nchan, poll, plain: first to last/median")) {
      assertTrue(broadcast.at(figure).asDouble() > 0, broadcast::toString);
    }
  }
}
