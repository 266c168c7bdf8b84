package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppAccess;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry.Change;
import dev.reveille.routing.port.Registry.Taken;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SettingsStore.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the main database keeps for a time only, and who may read its files meanwhile.
final class RetentionTest {
  private static final AppId APP = new AppId("talk");
  private static final OrganisationId GLOBEX = new OrganisationId("globex");

  @RegisterExtension private final SqliteUnderTest store = new SqliteUnderTest();

  private void device(final String id, final OrganisationId organisation, final String... users) {
    final var now = store.clock().instant();
    store
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(id),
                organisation,
                APP,
                Platform.IOS,
                18,
                "",
                List.of(users).stream().map(name -> new UserId(organisation, name)).toList(),
                List.of(),
                Map.of(),
                now,
                now),
            "test");
  }

  private List<String> devices(final OrganisationId organisation) {
    return store.registry().installations(organisation, "", 9).stream()
        .map(each -> each.id().value())
        .toList();
  }

  @Test
  void installations_without_a_user_go_with_the_retention() {
    device("i-unbound", Samples.ACME);
    device("i-anna", Samples.ACME, "anna");

    store.clock().advance(Duration.ofDays(30));
    store.sqlite().maintain();
    assertEquals(List.of("i-anna", "i-unbound"), devices(Samples.ACME));

    store.clock().advance(Duration.ofDays(1));
    store.sqlite().maintain();
    assertEquals(List.of("i-anna"), devices(Samples.ACME));
  }

  @Test
  void the_audit_log_goes_after_its_own_time() {
    store
        .registry()
        .keepUser(new User(Samples.ANNA, "", List.of(), Preferences.DEFAULT), "operator");
    store.clock().advance(Duration.ofDays(400));
    store.sqlite().maintain();
    assertEquals(
        List.of("keep user anna"),
        store.settings().audit(Samples.ACME, 9).stream().map(Audit::what).toList());

    store.clock().advance(Duration.ofDays(1));
    store.sqlite().maintain();
    assertEquals(List.of(), store.settings().audit(Samples.ACME, 9));
  }

  @Test
  void the_name_of_a_removed_organisation_is_free_when_its_last_day_is_gone() {
    final var registry = store.registry();
    registry.makeOrganisation(GLOBEX, Samples.ACME, "operator");
    assertThrows(Taken.class, () -> registry.makeOrganisation(GLOBEX, Samples.ACME, "operator"));
    assertTrue(registry.removeOrganisation(GLOBEX, Samples.ACME, "operator"));
    assertEquals(
        Optional.of(store.clock().instant().plus(Duration.ofDays(31))),
        registry.restsUntil(GLOBEX));
    assertThrows(
        Taken.class, () -> device("i-late", GLOBEX), "a request on its way brings it not back");
    assertThrows(
        Taken.class,
        () -> store.settings().put(GLOBEX, "any", "global", Map.of(), -1, "late"),
        "nor leaves a setting for a later one of the name");

    store.clock().advance(Duration.ofDays(31));
    store.sqlite().maintain();

    registry.makeOrganisation(GLOBEX, Samples.ACME, "operator");
    assertEquals(
        List.of("make organisation"),
        store.settings().audit(GLOBEX, 9).stream().map(Audit::what).toList(),
        "not what operators of the former did");
  }

  @Test
  void a_later_organisation_of_a_name_is_on_no_list_on_which_the_removed_one_was() {
    final var registry = store.registry();
    registry.makeOrganisation(GLOBEX, Samples.ACME, "operator");
    registry.keepApp(
        new App(
            APP,
            Samples.ACME,
            "Talk",
            "",
            "",
            AppAccess.of(List.of(Samples.ACME.value(), GLOBEX.value()))),
        "test");
    final List<Change> told = new ArrayList<>();
    registry.onChange(told::add);

    assertTrue(registry.removeOrganisation(GLOBEX, Samples.ACME, "operator"));

    final var app = registry.app(APP).orElseThrow();
    assertEquals(List.of(Samples.ACME.value()), app.access().words());
    assertEquals(List.of(new Change.AppChanged(APP)), told, "what memory knows of it is read anew");
  }

  @Test
  void an_app_of_a_former_version_stays_open_to_those_who_use_it() throws SQLException {
    store.registry().keepApp(new App(APP, Samples.ACME, "Talk", "", ""), "test");
    device("i-1", GLOBEX, "anna");
    store.sqlite().close();
    FormerSchema.of(store.directory(), 6);
    store.open();

    assertEquals(
        new AppAccess.Only(List.of(Samples.ACME, GLOBEX)),
        store.registry().app(APP).orElseThrow().access());
  }

  @Test
  void files_are_their_owners_alone_while_the_server_runs() throws IOException {
    store
        .registry()
        .keepUser(new User(Samples.ANNA, "", List.of(), Preferences.DEFAULT), "operator");
    final var rights = new TreeMap<String, String>();
    try (var files = Files.walk(store.directory())) {
      for (final Path file : files.toList()) {
        rights.put(
            store.directory().relativize(file).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    assertTrue(rights.containsKey("reveille.db-wal"), rights::toString);
    assertTrue(rights.containsKey("store.lock"), rights::toString);
    rights.values().removeIf(each -> each.equals("rw-------") || each.equals("rwx------"));
    assertEquals(Map.of(), rights);
  }
}
