package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.InstallationId;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No language that a system can name costs a phone its registration.
class DeviceLanguageTest {
  @AutoClose private final DeviceServer server = new DeviceServer();

  private String kept(final PhoneRequests.Device phone) {
    return server
        .store
        .registry()
        .installation(new InstallationId(phone.installation()))
        .orElseThrow()
        .locale();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "und", "german!", "", "C.UTF-8", "\\u0000"})
  void what_is_no_language_means_the_default(final String said) {
    final var user = server.user("anna");
    final var phone =
        PhoneRequests.register(server, server.code(user), ",\"locale\":\"" + said + "\"");
    assertEquals("", kept(phone));
  }

  @Test
  void a_language_is_kept_in_its_canonical_form_wherever_it_was_given() {
    final var user = server.user("anna");
    final var phone = PhoneRequests.register(server, server.code(user), ",\"locale\":\"pt_BR\"");
    assertEquals("pt-BR", kept(phone));

    phone.send("PATCH", "/installation", "{\"attributes\":{\"locale\":\"de_AT.UTF-8@euro\"}}");
    assertEquals("de-AT", kept(phone));
    phone.send("PATCH", "/installation", "{\"locale\":\"C\"}");
    assertEquals("", kept(phone));
  }
}
