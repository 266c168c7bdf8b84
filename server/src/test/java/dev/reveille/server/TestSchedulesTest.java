package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.TestReport;
import dev.reveille.protocols.rest.Findings.Finding;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingRefused;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSchedulesTest {
  private static final OrganisationId OWN = OrganisationId.FIRST;
  private static final SettingsStore.By TEST = new SettingsStore.By("test", "");

  @TempDir private Path folder;
  private SqliteStore store;
  private Instant now = Instant.parse("2027-02-10T10:00:00Z");
  private final List<String> ran = new ArrayList<>();
  private Optional<TestReport.Result> result = Optional.of(TestReport.Result.SUCCESS);
  private TestSchedules schedules;

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder, StoreSettings.defaults(), Clock.systemUTC());
    store.registry().keepOrganisation(OWN, "test");
    schedules = schedules();
  }

  private TestSchedules schedules() {
    return new TestSchedules(store.registry(), store.settings(), () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void schedule(final String name, final Map<String, String> values) {
    schedule(OWN, name, values);
  }

  private void schedule(
      final OrganisationId organisation, final String name, final Map<String, String> values) {
    final var kind = SettingsCatalogue.get(SettingsCatalogue.TEST_SCHEDULES);
    final var lists = new HashMap<String, List<String>>();
    values.forEach((key, value) -> lists.put(key, List.of(value)));
    final var _ =
        new SettingChanges(store.settings())
            .replace(
                organisation,
                kind,
                kind.identity(name).orElseThrow(),
                lists,
                SettingChanges.ANY_VERSION,
                TEST);
  }

  private void look() throws InterruptedException {
    schedules.look((_, schedule) -> {
      ran.add(schedule.identity());
      return new TestReport("pool", now, Duration.ZERO, result, "", Optional.empty(), List.of());
    });
  }

  private List<String> found() {
    return schedules.find(OWN, _ -> true).stream().map(Finding::id).toList();
  }

  @Test
  void a_test_runs_when_its_moment_came_and_once() throws Exception {
    schedule("monthly", Map.of("test", "push"));
    look();
    assertEquals(List.of(), ran);
    assertEquals(List.of("test-never-run"), found());
    now = Instant.parse("2027-03-01T02:59:59Z");
    look();
    assertEquals(List.of(), ran);
    now = Instant.parse("2027-03-01T03:00:01Z");
    look();
    look();
    assertEquals(List.of("monthly"), ran);
    assertEquals(List.of(), found());
    assertEquals(List.of(), schedules.warnings());
    final var one = schedules.standings().getFirst();
    assertEquals("Success", one.result());
    assertEquals(Optional.of(now), one.lastRun());
    assertEquals(Instant.parse("2027-04-01T03:00:00Z"), one.due());
  }

  @Test
  void what_was_missed_while_the_server_was_down_runs_once() throws Exception {
    schedule("hourly", Map.of("test", "push", "cron", "0 * * * *"));
    look();
    now = now.plus(Duration.ofDays(3));
    schedules = schedules(); // another process
    look();
    look();
    assertEquals(List.of("hourly"), ran);
  }

  @Test
  void moments_that_the_server_cannot_have_written_count_for_nothing() throws Exception {
    final var hourly = Map.of("test", "push", "cron", "0 * * * *");
    schedule("good", hourly);
    for (final var moment : List.of("+1000000000-12-31T23:59:59Z", "2999-01-01T00:00:00Z")) {
      final var values = new HashMap<>(hourly);
      values.putAll(Map.of("last-run", moment, "last-result", "Success"));
      schedule("of-" + moment.charAt(1), values);
    }
    look();
    now = now.plus(Duration.ofHours(1));
    for (int i = 0; i < 5; i++) {
      look();
    }
    assertEquals(List.of("good", "of-1", "of-9"), ran.stream().sorted().toList());
  }

  @Test
  void of_each_organisation_one_test_is_run_in_a_turn() throws Exception {
    final var hourly = Map.of("test", "push", "cron", "0 * * * *");
    for (final var name : List.of("a", "b", "c")) {
      schedule(name, hourly);
    }
    final var other = new OrganisationId("other");
    store.registry().keepOrganisation(other, "test");
    schedule(other, "z", hourly);
    look();
    now = now.plus(Duration.ofHours(1));
    look();
    assertEquals(2, ran.size(), ran::toString);
    assertTrue(ran.contains("z"), ran::toString);
    look();
    look();
    look();
    assertEquals(List.of("a", "b", "c", "z"), ran.stream().sorted().toList());
  }

  @Test
  void words_of_others_cannot_keep_a_result_from_being_kept() throws Exception {
    schedule("hourly", Map.of("test", "push", "cron", "0 * * * *"));
    look();
    now = now.plus(Duration.ofHours(1));
    schedules.look((_, schedule) -> {
      throw new IllegalArgumentException("a\u0085b\u0007c\ud800d");
    });
    assertEquals("a b c d", schedules.standings().getFirst().words());
  }

  @Test
  void a_run_that_failed_is_told_until_one_succeeds() throws Exception {
    schedule("hourly", Map.of("test", "push", "cron", "0 * * * *"));
    look();
    result = Optional.of(TestReport.Result.FAILURE);
    now = now.plus(Duration.ofHours(1));
    look();
    assertEquals(List.of("test-failed"), found());
    schedules = schedules();
    now = now.plus(Duration.ofMinutes(1));
    look();
    assertEquals(List.of("test-failed"), found(), "after a restart, too");
    assertTrue(schedules.warnings().getFirst().startsWith("warning test-failed "));
    result = Optional.empty();
    now = now.plus(Duration.ofHours(1));
    look();
    assertEquals("Error", schedules.standings().getFirst().result());
    result = Optional.of(TestReport.Result.SUCCESS);
    now = now.plus(Duration.ofHours(1));
    look();
    assertEquals(List.of(), found());
    assertEquals(List.of(), schedules.find(new OrganisationId("other"), _ -> true));
  }

  @Test
  void a_run_that_cannot_be_made_is_an_error_with_its_words() throws Exception {
    schedule("hourly", Map.of("test", "push", "cron", "0 * * * *"));
    look();
    now = now.plus(Duration.ofHours(1));
    schedules.look((_, _) -> {
      throw new IllegalArgumentException("password-file cannot be read");
    });
    final var one = schedules.standings().getFirst();
    assertEquals("Error", one.result());
    assertEquals("password-file cannot be read", one.words());
  }

  @Test
  void what_does_not_run_in_time_is_overdue() throws Exception {
    schedule("hourly", Map.of("test", "push", "cron", "0 * * * *"));
    look();
    now = Instant.parse("2027-02-10T11:00:00Z").plus(TestSchedules.GRACE);
    assertEquals(List.of("test-never-run"), found());
    now = now.plusSeconds(1);
    assertEquals(List.of("test-overdue"), found());
    final var registry = new SimpleMeterRegistry();
    final var gauges = new TestGauges(registry, schedules, () -> now);
    gauges.renew();
    final var overdue = registry.get("reveille_scheduled_test_overdue").tag("schedule", "hourly");
    assertEquals(1, overdue.gauge().value());
    look();
    gauges.renew();
    assertEquals(0, overdue.gauge().value());
    assertEquals(0, registry.get("reveille_scheduled_test_never_run").gauge().value());
  }

  @Test
  void a_schedule_that_was_removed_is_gone() throws Exception {
    schedule("push", Map.of("test", "push"));
    look();
    final var kind = SettingsCatalogue.get(SettingsCatalogue.TEST_SCHEDULES);
    final var identity = kind.identity("push").orElseThrow();
    final var _ = new SettingChanges(store.settings()).remove(OWN, kind, identity, TEST);
    look();
    assertEquals(List.of(), schedules.standings());
  }

  @Test
  void a_schedule_says_what_its_test_needs() {
    final var wrong =
        List.of(
            Map.of("test", "federation"),
            Map.of("test", "edge", "user", "sip:anna@contoso.example"),
            Map.of("test", "edge", "password-file", "/etc/secret"),
            Map.of("test", "edge", "user", "sip:anna@contoso.example", "password-file", "secret"),
            Map.of("test", "push", "cron", "* * * * *"),
            Map.of("test", "other"));
    for (final var one : wrong) {
      assertThrows(SettingRefused.class, () -> schedule("one", one), one::toString);
    }
    schedule(
        "edge",
        Map.of("test", "edge", "user", "sip:anna@contoso.example", "password-file", "/etc/x"));
  }
}
