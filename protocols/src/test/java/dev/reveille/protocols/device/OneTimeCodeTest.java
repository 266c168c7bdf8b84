package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.UserId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// For whom a one-time code registers a device.
class OneTimeCodeTest {
  @TempDir Path directory;

  /// The spelling of another user, as a store of an older version may hold one.
  @Test
  void a_code_belongs_to_its_user_and_is_no_word_to_look_up() {
    try (var server = new DeviceServer(directory, DeviceSettings.DEFAULT, LiveSettings.DEFAULT)) {
      final var anna = server.user("anna");
      final var code = server.code(new UserId(anna.organisation(), "Anna"));
      final var answer =
          Wire.send(
              server.address(),
              "POST",
              "/installations",
              "{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
      assertEquals("RV-104", answer.code());
      assertTrue(server.store.registry().installationsOf(anna).isEmpty());
    }
  }
}
