package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.StoreUnderTest;
import dev.reveille.routing.port.WaitingRoomContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteWaitingRoomTest implements WaitingRoomContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
