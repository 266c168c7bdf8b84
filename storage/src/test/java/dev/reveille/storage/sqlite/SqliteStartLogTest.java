package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StartLogContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteStartLogTest implements StartLogContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
