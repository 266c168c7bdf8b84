package dev.reveille.bench;

import java.io.IOException;
import java.util.Map;

/// The processes of one siege: a server to be attacked, one like it that is not, and the attacker,
/// which serves all attacks. Must be closed, or the processes stay.
final class SiegePair implements AutoCloseable {
  private final SiegeServer besieged;
  private final SiegeServer beside;
  private final LaunchedProcess attacker;

  private SiegePair(final SiegeServer besieged, final SiegeServer beside) throws IOException {
    this.besieged = besieged;
    this.beside = beside;
    this.attacker =
        LaunchedProcess.modest(
            "the attacker",
            besieged.folder().resolve("attacker.txt"),
            Map.of("REVEILLE_BUILD", "never"),
            "bench",
            "siege-attacker");
  }

  /// @param lift limits of the first one's configuration that are lifted; usually none
  static SiegePair start(
      final Checkout checkout, final SiegePlatform platform, final String heap, final String lift)
      throws IOException, InterruptedException {
    final var besieged = new SiegeServer(checkout, "attacked", platform, heap, lift);
    try {
      final var beside = new SiegeServer(checkout, "control", platform, heap, "");
      try {
        return new SiegePair(besieged, beside);
      } catch (final IOException failed) {
        beside.close();
        throw failed;
      }
    } catch (final IOException | InterruptedException failed) {
      besieged.close(); // or it would go on by itself
      throw failed;
    }
  }

  SiegeServer besieged() {
    return besieged;
  }

  SiegeServer beside() {
    return beside;
  }

  LaunchedProcess attacker() {
    return attacker;
  }

  @Override
  public void close() throws IOException {
    attacker.close();
    try {
      besieged.close();
    } finally {
      beside.close();
    }
  }
}
