package dev.reveille.storage.sqlite;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.plain;
import static dev.reveille.routing.port.HubSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubSamples;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A clock that is set a year ahead and back takes no registration with it: what has ended is not
/// used, and is removed when the time is believed.
final class ClockAheadTest {
  private static final Instant END = Samples.NOW.plus(Duration.ofDays(30));
  private static final AppId APP = new AppId("phone");

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Samples.NOW);

  /// As the server's: it follows a step of the system's clock after a day.
  private final TestClock calm = new TestClock(Samples.NOW);

  @AutoClose private SqliteStore store;

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder, SqliteUnderTest.SETTINGS, clock, calm);
    final var handle =
        new PushAddress.Direct(
                PushService.HUB, PushChannel.SINGLE, APP, false, new PushToken("one"), Samples.NOW)
            .withScope(PushService.GOOGLE)
            .endingAt(END);
    store.registry().keepInstallation(phone("i-1", handle), "test");
    final var target =
        until(plain(HUB, "r-1", HubSamples.address(PushService.APNS, 1), "news"), END);
    final var _ =
        store
            .hubs()
            .put(
                HUB,
                until(HubSamples.entry("r-1", Kind.REGISTRATION, target), END),
                new Condition.Any());
  }

  private static Installation phone(final String id, final PushAddress... addresses) {
    return new Installation(
        new InstallationId(id),
        Samples.ACME,
        APP,
        Platform.ANDROID,
        15,
        "",
        List.of(Samples.ANNA),
        List.of(addresses),
        Map.of(),
        Samples.NOW,
        Samples.NOW);
  }

  private int handles() {
    return store
        .registry()
        .installation(new InstallationId("i-1"))
        .orElseThrow()
        .addresses()
        .size();
  }

  @Test
  void a_clock_that_was_a_year_ahead_for_a_moment_removes_nothing() {
    clock.step(Duration.ofDays(365));
    store.maintain();
    clock.step(Duration.ofDays(-365));
    store.maintain();
    assertEquals(1, handles());
    assertTrue(store.hubs().find(HUB, "r-1").isPresent());
  }

  @Test
  void what_has_ended_is_removed_when_the_time_is_believed() {
    clock.set(END);
    store.maintain();
    assertEquals(1, handles());
    calm.set(END);
    store.maintain();
    assertEquals(0, handles());
    assertTrue(store.hubs().find(HUB, "r-1").isEmpty());
  }

  @Test
  void what_has_ended_and_is_still_there_holds_no_token() {
    clock.set(END);
    final var own =
        new PushAddress.Direct(
            PushService.FCM, PushChannel.SINGLE, APP, false, new PushToken("one"), END);
    store.registry().keepInstallation(phone("i-2", own), "test");
    assertEquals(0, handles());
  }
}
