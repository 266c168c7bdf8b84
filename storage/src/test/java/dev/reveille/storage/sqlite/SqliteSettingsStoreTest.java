package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.SettingsStoreContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSettingsStoreTest implements SettingsStoreContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
