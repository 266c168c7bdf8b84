package dev.reveille.push.url;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.push.app.WayOut;
import org.junit.jupiter.api.Test;

/// How many connections hubs elsewhere can have.
class ConnectionsOfHubsTest {
  @Test
  void one_hub_that_never_answers_has_an_eighth_of_all_connections_at_most() {
    final var settings = UrlSettings.ofHubs(WayOut.DEFAULT);
    assertTrue(
        settings.pool().mostConnections() * 8 <= UrlSettings.MOST_CONNECTIONS_OF_HUBS,
        settings::toString);
  }
}
