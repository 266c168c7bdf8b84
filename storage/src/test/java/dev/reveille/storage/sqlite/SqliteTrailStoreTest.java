package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StoreUnderTest;
import dev.reveille.routing.port.TrailStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteTrailStoreTest implements TrailStoreContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
