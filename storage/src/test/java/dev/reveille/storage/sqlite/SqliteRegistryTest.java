package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.RegistryContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteRegistryTest implements RegistryContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
