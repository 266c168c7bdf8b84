package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.InboxContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteInboxTest implements InboxContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
