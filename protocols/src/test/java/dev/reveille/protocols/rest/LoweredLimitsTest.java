package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.port.SecretStore.Right;
import org.junit.jupiter.api.Test;

/// What the API tells of limits that are configured higher than the heap allows: they are those of
/// the whole server, whose operators are those of the first organisation.
class LoweredLimitsTest {
  private static final RoutingOptions CONFIGURED =
      RoutingOptions.DEFAULT.withInHeap(50_000, 10_000);

  @Test
  void they_are_told_to_the_first_organisation_and_to_no_other() {
    final var small = CONFIGURED.within(4L << 20);
    try (var api = new ApiUnderTest(RestLimits.DEFAULT, small)) {
      final var first = api.caller(OrganisationId.FIRST, Right.SEND).get("/v1");
      assertEquals(
          "[{\"setting\":\"routing.max-queued-events\",\"configured\":50000,\"inForce\":820},"
              + "{\"setting\":\"routing.urgent-reserve\",\"configured\":10000,\"inForce\":204}]",
          first.body().path("lowered").toString());
      assertFalse(api.caller().get("/v1").body().has("lowered"));
    }
  }

  @Test
  void nothing_is_told_where_all_that_is_configured_fits() {
    try (var api = new ApiUnderTest(RestLimits.DEFAULT, CONFIGURED.within(4L << 30))) {
      assertFalse(api.caller(OrganisationId.FIRST, Right.SEND).get("/v1").body().has("lowered"));
    }
  }
}
