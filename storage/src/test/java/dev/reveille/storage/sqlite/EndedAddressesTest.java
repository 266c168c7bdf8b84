package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Push addresses whose registration ends: kept with their end, and removed after it.
final class EndedAddressesTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path folder;
  @AutoClose private MainDatabase database;

  @BeforeEach
  void open() {
    database = new MainDatabase(folder.resolve("reveille.db"), InstantSource.fixed(NOW));
  }

  private static PushAddress.Direct address(final String token) {
    return new PushAddress.Direct(
            PushService.HUB,
            PushChannel.SINGLE,
            new AppId("phone"),
            false,
            new PushToken(token),
            NOW)
        .withScope(PushService.GOOGLE);
  }

  private void keep(final String id, final PushAddress... addresses) {
    final var phone =
        new Installation(
            new InstallationId(id),
            ACME,
            new AppId("phone"),
            Platform.ANDROID,
            15,
            "",
            List.of(),
            List.of(addresses),
            Map.of(),
            NOW,
            NOW);
    database.change(db -> {
      InstallationRows.write(db, phone, NOW);
      return true;
    });
  }

  private List<PushAddress> kept(final String id) {
    return database
        .read(db -> InstallationRows.find(db, new InstallationId(id)))
        .orElseThrow()
        .addresses();
  }

  /// As maintenance does it.
  private void remove(final Instant now) {
    database.change(db -> {
      InstallationRows.removeEnded(db, InstallationRows.withEnded(db, now, 10), now);
      return true;
    });
  }

  @Test
  void an_end_is_kept_and_what_has_none_stays() {
    final var ends = address("one").endingAt(NOW.plusSeconds(60));
    keep("i-1", ends, address("two"));
    assertEquals(List.of(ends, address("two")), kept("i-1"));
  }

  @Test
  void what_has_ended_is_removed_and_the_rest_of_the_device_stays() {
    keep("i-1", address("one").endingAt(NOW.plusSeconds(60)), address("two"));
    keep("i-2", address("three").endingAt(NOW.plusSeconds(61)));
    remove(NOW.plusSeconds(59));
    assertEquals(2, kept("i-1").size());
    remove(NOW.plusSeconds(60));
    assertEquals(List.of(address("two")), kept("i-1"));
    assertEquals(1, kept("i-2").size());
    remove(NOW.plusSeconds(61));
    assertEquals(List.of(), kept("i-2"));
  }
}
