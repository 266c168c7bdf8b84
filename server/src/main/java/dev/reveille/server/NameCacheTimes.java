package dev.reveille.server;

import java.security.Security;

/// Sets how long answers of the name service are cached. Push services move their names to other
/// addresses within minutes, so nothing may be kept for good; and when the name service fails for a
/// while, the last answer is better than none.
final class NameCacheTimes {
  private static final String SECONDS_BELIEVED = "30";
  private static final String STALE_SECONDS = "600";

  private NameCacheTimes() {}

  /// Before anything asks for a name. What the operator set in the JDK's own file stays.
  static void setUp() {
    unlessSet("networkaddress.cache.ttl", SECONDS_BELIEVED);
    unlessSet("networkaddress.cache.stale.ttl", STALE_SECONDS);
  }

  private static void unlessSet(final String property, final String seconds) {
    final var before = Security.getProperty(property);
    if (before == null || before.isBlank()) {
      Security.setProperty(property, seconds);
    }
  }
}
