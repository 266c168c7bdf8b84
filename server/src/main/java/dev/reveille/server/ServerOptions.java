package dev.reveille.server;

import dev.reveille.http.server.ByteShares;
import dev.reveille.http.server.HttpBudgets;
import dev.reveille.model.TimeScale;
import dev.reveille.protocols.device.DeviceSettings;
import dev.reveille.protocols.rest.RestLimits;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.storage.sqlite.StoreSettings;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the parts of a server are opened with, by its configuration and the bounds of its process.
///
/// @param configuration of the server
record ServerOptions(Configuration configuration) {
  private static final Logger LOG = LoggerFactory.getLogger(ServerOptions.class);

  static HttpBudgets held(final Budgets all) {
    return HttpBudgets.of(
        new ByteShares(
            all.bodies(),
            all.bodiesOfStrangers(),
            Math.max(all.bodies() / 4, Budgets.LARGEST_BODY),
            all.bodiesOfOne()),
        new ByteShares(
            all.answers(),
            all.answers() / 4,
            Math.max(all.answers() / 4, 2 * Budgets.LARGEST_PAGE),
            all.answersOfOne()));
  }

  StoreSettings store() {
    return StoreSettings.from(System.getenv())
        .withRetentionDays((int) configuration.store().retention().toDays())
        .withAuditDays((int) configuration.store().auditRetention().toDays())
        .withDiskFloor(configuration.store().diskFloorMib() << 20);
  }

  RoutingOptions routing() {
    final var limits = configuration.routing();
    final var budgets = Budgets.ofThisProcess();
    final var options =
        RoutingOptions.DEFAULT
            .withPatience(
                TimeScale.divide(
                    configuration.live().acknowledgementTimeout(), TimeScale.OF_A_PEER))
            .withInHeap(limits.maxQueuedEvents(), limits.urgentReserve())
            .withInFlight(limits.maxInFlight())
            .withWaiting(limits.maxDeferred())
            .within(budgets.inFlight())
            .withRinging(
                budgets.ringingRecipients() * Budgets.RECIPIENT,
                budgets.ringingRecipientsOfOne() * Budgets.RECIPIENT);
    for (final var one : options.lowered()) {
      LOG.warn(
          "{}: {} does not fit into the heap of {} MB, {} is in force; start the server with a"
              + " larger heap, or lower it",
          one.setting(),
          one.configured(),
          budgets.heap() >> 20,
          one.inForce());
    }
    return options;
  }

  DeviceSettings devices() {
    return DeviceSettings.DEFAULT
        .withRegistrationsPerMinute(configuration.limits().registrationsPerMinute())
        .withOrigins(Set.copyOf(configuration.devices().origins()));
  }

  RestLimits rest() {
    final int perSecond = configuration.limits().eventsPerSecond();
    return RestLimits.DEFAULT
        .withPerKey(perSecond, 2 * perSecond)
        .withAtOnce(Budgets.REQUESTS, RestLimits.DEFAULT.waitingAtOnce());
  }
}
