package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.PushAddressContract;
import dev.reveille.routing.port.RegistryContract;
import dev.reveille.routing.port.StoreUnderTest;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteRegistryTest implements RegistryContract, PushAddressContract {
  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  @Override
  public StoreUnderTest store() {
    return store;
  }
}
