package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.SendLogContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSendLogTest implements SendLogContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
