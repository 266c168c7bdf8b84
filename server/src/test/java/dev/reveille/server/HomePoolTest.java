package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Under which name a server stands in its topology.
class HomePoolTest {
  @TempDir private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // opened before each test
  private SqliteStore store;

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder, StoreSettings.defaults(), InstantSource.system());
    store.registry().keepOrganisation(Bootstrap.FIRST, "test");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private String home() {
    return new EffectiveSettings(store.settings())
        .global(Bootstrap.FIRST, SettingsCatalogue.TOPOLOGY)
        .text(SettingsCatalogue.HOME_POOL);
  }

  private Set<String> identities() {
    return new EffectiveSettings(store.settings())
        .all(Bootstrap.FIRST, SettingsCatalogue.TOPOLOGY)
        .keySet();
  }

  @Test
  void the_first_start_declares_the_hosts_name_and_later_ones_keep_it() {
    HomePool.declare(store.settings(), null);
    final var first = home();
    assertFalse(first.isEmpty());
    assertEquals(Set.of("global", "pool:" + first), identities());
    final int entries = store.settings().audit(Bootstrap.FIRST, 100).size();
    HomePool.declare(store.settings(), null);
    assertEquals(first, home());
    assertEquals(entries, store.settings().audit(Bootstrap.FIRST, 100).size());
  }

  @Test
  void the_command_lines_name_counts_and_another_one_later_moves_the_server() {
    HomePool.declare(store.settings(), HomePool.checked("ATL-CS-001.litwareinc.com."));
    assertEquals("atl-cs-001.litwareinc.com", home());
    HomePool.declare(store.settings(), null);
    assertEquals("atl-cs-001.litwareinc.com", home());
    HomePool.declare(store.settings(), "other.example");
    assertEquals("other.example", home());
    assertTrue(identities().contains("pool:atl-cs-001.litwareinc.com"));
  }

  @Test
  void a_name_that_is_none_is_refused_before_the_start() {
    assertNull(HomePool.checked(null));
    final var wrong = assertThrows(Configuration.Wrong.class, () -> HomePool.checked("10.0.0.1"));
    assertEquals(
        "--pool (10.0.0.1) must be a host name such as edge.example.org", wrong.getMessage());
  }
}
