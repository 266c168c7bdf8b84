package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short form of `./reveille bench reconnect`. With so few phones the figures say nothing: what
/// counts is that every phone was let in again, here and at the peer.
final class ReconnectStory {
  @TempDir private Path folder;

  @Test
  void phones_are_let_in_again_beside_the_peer() throws Exception {
    final var reconnect =
        Packaged.measured(
            folder, 200, "reconnect", "--n", "40", "--runs", "1", "--transport", "tls");
    for (final var figure :
        List.of(
            "/figures/reveille, poll, TLS 1.3, resumed: accepts/median",
            "/peers/netty, poll, TLS 1.3, resumed: accepts/median")) {
      assertTrue(reconnect.at(figure).asDouble() > 0, reconnect::toString);
    }
  }
}
