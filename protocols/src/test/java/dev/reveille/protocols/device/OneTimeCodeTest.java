package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.live.LiveSettings;
import dev.reveille.model.App;
import dev.reveille.model.AppAccess;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// For whom a one-time code registers a device.
class OneTimeCodeTest {
  @TempDir Path directory;

  @Test
  void a_code_registers_no_device_when_the_app_is_not_for_its_organisation_any_more() {
    try (var server = new DeviceServer(directory, DeviceSettings.DEFAULT, LiveSettings.DEFAULT)) {
      final var theirs = new UserId(new OrganisationId("globex"), "anna");
      final var registry = server.store.registry();
      registry.keepUser(new User(theirs, "", List.of(), Preferences.DEFAULT), "test");
      final var publisher = DeviceServer.ACME;
      registry.keepApp(
          new App(DeviceServer.APP, publisher, "Phone", "", "", new AppAccess.EveryOrganisation()),
          "test");
      assertEquals(201, register(server, server.code(theirs)).status());

      registry.keepApp(new App(DeviceServer.APP, publisher, "Phone", "", ""), "test");

      final var refused = register(server, server.code(theirs));
      assertEquals("RV-402", refused.code());
      assertEquals(register(server, "rc_unknown").body(), refused.body(), "nothing is told");
      assertEquals(1, registry.installationsOf(theirs).size(), "what was there stays");
    }
  }

  private static PhoneRequests.Answer register(final DeviceServer server, final String code) {
    return PhoneRequests.send(
        server.address(),
        "POST",
        "/installations",
        "{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
  }

  /// The spelling of another user, as a store of an older version may hold one.
  @Test
  void a_code_belongs_to_its_user_and_is_no_word_to_look_up() {
    try (var server = new DeviceServer(directory, DeviceSettings.DEFAULT, LiveSettings.DEFAULT)) {
      final var anna = server.user("anna");
      final var code = server.code(new UserId(anna.organisation(), "Anna"));
      final var answer =
          PhoneRequests.send(
              server.address(),
              "POST",
              "/installations",
              "{\"app\":\"com.example.phone\",\"code\":\"" + code + "\",\"platform\":\"ios\"}");
      assertEquals("RV-104", answer.code());
      assertTrue(server.store.registry().installationsOf(anna).isEmpty());
    }
  }
}
