package dev.reveille.bench;

import java.io.IOException;

/// A server to be attacked, and one like it that is not.
record SiegePair(SiegeServer besieged, SiegeServer beside) implements AutoCloseable {
  /// @param lift limits of the first one's configuration that are lifted; usually none
  SiegePair(
      final Checkout checkout, final SiegePlatform platform, final String heap, final String lift)
      throws IOException, InterruptedException {
    this(
        new SiegeServer(checkout, "attacked", platform, heap, lift),
        new SiegeServer(checkout, "control", platform, heap, ""));
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
