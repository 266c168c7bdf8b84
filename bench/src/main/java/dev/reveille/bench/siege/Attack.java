package dev.reveille.bench.siege;

import java.io.IOException;

/// One way to make a server hold, or do, more than it can.
interface Attack extends AutoCloseable {
  /// Makes what the attack needs, by requests that are no attack yet.
  void prepare() throws IOException;

  /// Starts; what it does goes on until it is closed.
  void begin();

  /// What the server holds for the attacker now, as far as the attacker can tell: bytes of bodies
  /// on connections that are open, recipients of calls that were taken, channels.
  long held();

  @Override
  void close();
}
