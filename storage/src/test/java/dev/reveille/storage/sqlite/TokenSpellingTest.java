package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.UserId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Rows of an older version, which took every spelling of a token and of a language.
final class TokenSpellingTest {
  private static final AppId APP = new AppId("talk");
  private static final String TOKEN = "ab".repeat(32);
  private static final String OTHER = "0f".repeat(32);
  private static final int FORMER_STEPS = 4;

  @RegisterExtension final SqliteUnderTest store = new SqliteUnderTest();

  private void keep(
      final String id, final Instant at, final PushService service, final String... tokens) {
    final List<PushAddress> addresses =
        List.of(tokens).stream()
            .<PushAddress>map(token ->
                new PushAddress.Direct(
                    service, PushChannel.MESSAGE, APP, false, new PushToken(token), at))
            .toList();
    store
        .registry()
        .keepInstallation(
            new Installation(
                new InstallationId(id),
                new OrganisationId("acme"),
                APP,
                Platform.IOS,
                18,
                "",
                List.of(new UserId(new OrganisationId("acme"), id)),
                addresses,
                Map.of("model", "phone"),
                at,
                at),
            "test");
  }

  private List<String> tokens(final String id) {
    return store.registry().installation(new InstallationId(id)).orElseThrow().addresses().stream()
        .map(address ->
            switch (address) {
              case PushAddress.Direct direct -> direct.token().value();
            })
        .toList();
  }

  /// Runs the step again that the next start of a file of the former version runs.
  private void restartAsFormer(final String... statements) throws SQLException {
    store.sqlite().close();
    FormerSchema.of(store.directory(), FORMER_STEPS, statements);
    store.open();
  }

  @Test
  void a_token_of_a_former_version_is_found_by_its_one_spelling() throws SQLException {
    final var at = Instant.parse("2026-03-01T12:00:00Z");
    keep("capitals", at, PushService.APNS, TOKEN.toUpperCase(Locale.ROOT));
    keep("described", at, PushService.APNS, "<" + OTHER.replaceAll("(.{8})(?=.)", "$1 ") + ">");
    keep("nothing", at, PushService.APNS, "(NULL)");
    keep("google", at, PushService.FCM, "AbC:dEf");

    restartAsFormer();

    assertEquals(List.of(TOKEN), tokens("capitals"));
    assertEquals(List.of(OTHER), tokens("described"));
    assertEquals(List.of("(NULL)"), tokens("nothing"));
    assertEquals(List.of("AbC:dEf"), tokens("google"));
    assertEquals(
        Optional.of(new InstallationId("capitals")),
        store.registry().holder(PushService.APNS, new PushToken(TOKEN)));
  }

  @Test
  void of_two_holders_of_one_phone_the_newer_registration_keeps_it() throws SQLException {
    final var at = Instant.parse("2026-03-01T12:00:00Z");
    keep("newer", at.plusSeconds(60), PushService.APNS, TOKEN.toUpperCase(Locale.ROOT), OTHER);
    keep("older", at, PushService.APNS, TOKEN);

    restartAsFormer();

    assertEquals(List.of(TOKEN, OTHER), tokens("newer"));
    assertEquals(List.of(), tokens("older"));
  }

  @Test
  void two_that_hold_one_token_since_a_former_version_can_be_changed() throws SQLException {
    keep("own", Instant.parse("2026-03-01T12:00:00Z"), PushService.APNS, TOKEN);
    keep("handle", Instant.parse("2026-03-01T12:00:00Z"), PushService.APNS, OTHER);
    store.sqlite().close();
    FormerSchema.change(
        store.directory(),
        "UPDATE push_address SET service = 'hub', token = '"
            + TOKEN
            + "' WHERE installation = 'handle'");
    store.open();
    for (final var id : List.of("own", "handle")) {
      final var changed =
          store.registry().changeInstallation(new InstallationId(id), it -> it, "test");
      assertEquals(1, changed.orElseThrow().addresses().size());
      assertEquals(List.of(TOKEN), tokens(id));
    }
  }

  @Test
  void a_language_of_a_former_version_is_read_in_its_canonical_form() throws SQLException {
    keep("phone", Instant.parse("2026-03-01T12:00:00Z"), PushService.APNS);

    restartAsFormer(
        "UPDATE installation SET attributes = '{\"locale\":\"PT-br\",\"model\":\"phone\"}'");
    final var read = store.registry().installation(new InstallationId("phone")).orElseThrow();
    assertEquals("pt-BR", read.locale());
    assertEquals("phone", read.attributes().get("model"));

    restartAsFormer("UPDATE installation SET attributes = '{\"locale\":\"und\"}'");
    assertEquals(
        Map.of(),
        store.registry().installation(new InstallationId("phone")).orElseThrow().attributes());
  }
}
