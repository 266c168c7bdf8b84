package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.CallLogContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteCallLogTest implements CallLogContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
