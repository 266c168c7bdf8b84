package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.InstallationId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an erased user leaves on a phone.
class ErasedUserTest {
  private static final String TOKEN = "c0ffee".repeat(11).substring(0, 64);
  private static final String TOKENS =
      ",\"attributes\":{\"seat\":\"anna's desk\"},\"tokens\":[{\"service\":\"apns\","
          + "\"channel\":\"message\",\"token\":\""
          + TOKEN
          + "\"}]";

  @TempDir Path directory;

  @Test
  void the_next_user_of_the_phone_registers_at_once_and_nothing_tells_of_the_former() {
    try (var server = new DeviceServer(directory)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna), TOKENS);

      server.store.registry().removeUser(anna, "test");

      final var left =
          server
              .store
              .registry()
              .installation(new InstallationId(phone.installation()))
              .orElseThrow();
      assertEquals(List.of(), left.users());
      assertEquals(List.of(), left.addresses());
      assertEquals(Map.of(), left.attributes());
      final var next = PhoneRequests.register(server, server.code(server.user("bob")), TOKENS);
      assertEquals(200, next.send("GET", "/inbox", "").status());
      assertEquals(401, phone.send("GET", "/inbox", "").status());
    }
  }

  @Test
  void its_push_token_is_not_in_the_file_any_more() throws Exception {
    try (var server = new DeviceServer(directory)) {
      final var anna = server.user("anna");
      PhoneRequests.register(server, server.code(anna), TOKENS);
      server.store.registry().removeUser(anna, "test");
    }
    final var bytes = Files.readAllBytes(directory.resolve("reveille.db"));
    assertFalse(new String(bytes, StandardCharsets.ISO_8859_1).contains(TOKEN));
  }
}
