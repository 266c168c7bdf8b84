package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.protocols.openapi.Documented;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What devices may ask and what is described are the same. That answers are as described is
/// checked at every request of every test ([PhoneRequests]).
class DocumentedRequestsTest {
  @TempDir Path directory;

  @Test
  void every_address_is_described_and_every_description_has_an_address() {
    try (var server = new DeviceServer(directory)) {
      assertEquals(Documented.addresses(true).toString(), server.addresses().toString());
    }
  }

  @Test
  void every_query_parameter_is_described_and_every_described_one_is_taken() {
    try (var server = new DeviceServer(directory)) {
      assertEquals(Documented.parameters(true).toString(), server.parameters().toString());
    }
  }
}
