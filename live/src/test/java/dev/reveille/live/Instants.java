package dev.reveille.live;

import java.time.Instant;

/// The fixed time of these tests.
final class Instants {
  static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");

  private Instants() {}
}
