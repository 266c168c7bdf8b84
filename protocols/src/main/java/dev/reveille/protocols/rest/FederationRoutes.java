package dev.reveille.protocols.rest;

import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Administration;

/// The addresses of federation: the organisation's domains, what a clearing house gave out for
/// partners, and synthetic tests of the way to them.
final class FederationRoutes {
  private FederationRoutes() {}

  static void add(
      final RestApi.Adding table,
      final Administration kept,
      final TestsResource tests,
      final QuotaResource quota,
      final ServerClock clock) {
    final var domains = new DomainsResource(kept.domains(), kept.passwords());
    table.on("GET", "/v1/domains", domains::list, "after", "limit");
    table.on("POST", "/v1/domains", domains::make);
    table.on("GET", "/v1/domains/{}", domains::show);
    table.on("PUT", "/v1/domains/{}", domains::put);
    table.on("DELETE", "/v1/domains/{}", domains::delete);
    final var handles = new HandlesResource(kept.handles(), clock);
    table.on("GET", "/v1/federation/handles", handles::list, "partner", "app", "after", "limit");
    table.on("DELETE", "/v1/federation/handles", handles::revokeAll, "partner", "app");
    table.on("GET", "/v1/federation/handles/{}", handles::show);
    table.on("DELETE", "/v1/federation/handles/{}", handles::revoke);
    table.on("GET", "/v1/federation/partners", handles::partners, "after");
    table.on("GET", "/v1/federation/codes", handles::codes, "partner", "after");
    table.on("POST", "/v1/federation/codes", handles::makeCode);
    table.on("DELETE", "/v1/federation/codes/{}/{}", handles::removeCode);
    table.on("POST", "/v1/tests/edge", tests::edge);
    table.on("GET", "/v1/federation/quota", quota::partners, "after");
    table.on("GET", "/v1/federation/quota/clearing-houses", quota::clearingHouses, "after");
    table.on("POST", "/v1/tests/federation", tests::federation);
    table.on("POST", "/v1/tests/push", tests::push);
  }
}
