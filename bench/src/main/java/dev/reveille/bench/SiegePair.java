package dev.reveille.bench;

import java.io.IOException;

/// A server to be attacked, and one like it that is not.
record SiegePair(SiegeServer besieged, SiegeServer beside) implements AutoCloseable {
  /// @param lift limits of the first one's configuration that are lifted; usually none
  static SiegePair start(
      final Checkout checkout, final SiegePlatform platform, final String heap, final String lift)
      throws IOException, InterruptedException {
    final var besieged = new SiegeServer(checkout, "attacked", platform, heap, lift);
    try {
      return new SiegePair(besieged, new SiegeServer(checkout, "control", platform, heap, ""));
    } catch (final IOException | InterruptedException failed) {
      besieged.close(); // or it would go on by itself
      throw failed;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      besieged.close();
    } finally {
      beside.close();
    }
  }
}
