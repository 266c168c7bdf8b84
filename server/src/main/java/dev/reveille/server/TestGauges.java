package dev.reveille.server;

import dev.reveille.model.Product;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/// The metrics about scheduled tests, one gauge of each kind per schedule, as of the last look at
/// them. Belongs to one thread at a time.
final class TestGauges {
  private final TestSchedules schedules;
  private final InstantSource clock;
  private final MultiGauge failed;
  private final MultiGauge overdue;
  private final MultiGauge never;

  TestGauges(
      final MeterRegistry registry, final TestSchedules schedules, final InstantSource clock) {
    this.schedules = schedules;
    this.clock = clock;
    this.failed = gauge(registry, "failed", "1 while the last run of the scheduled test failed");
    this.overdue = gauge(registry, "overdue", "1 while the scheduled test should have run");
    this.never = gauge(registry, "never_run", "1 until the scheduled test has run once");
  }

  private static MultiGauge gauge(
      final MeterRegistry registry, final String name, final String meaning) {
    return MultiGauge.builder(Product.COMMAND + "_scheduled_test_" + name)
        .description(meaning)
        .register(registry);
  }

  /// Called before each reading of the registry.
  void renew() {
    final var all = schedules.standings();
    final var now = clock.instant();
    failed.register(rows(all, TestSchedules.Standing::hasFailed), true);
    overdue.register(rows(all, one -> one.isOverdue(now)), true);
    never.register(rows(all, one -> one.lastRun().isEmpty()), true);
  }

  private static List<MultiGauge.Row<?>> rows(
      final List<TestSchedules.Standing> all, final Predicate<TestSchedules.Standing> holds) {
    return all.stream()
        .<MultiGauge.Row<?>>map(one ->
            MultiGauge.Row.of(
                Tags.of(
                    "organisation",
                    one.organisation().value(),
                    "schedule",
                    one.name(),
                    "test",
                    one.test()),
                holds.test(one) ? 1 : 0))
        .toList();
  }
}
