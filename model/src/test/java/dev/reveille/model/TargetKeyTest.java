package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.TargetKey.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys of targets: they stand on disk, so their form is for ever.
final class TargetKeyTest {
  private static final OrganisationId ACME = new OrganisationId("acme");
  private static final AppId TALK = new AppId("talk");
  private static final String LONGEST = "x".repeat(64);

  @ParameterizedTest
  @CsvSource({
    "i-Zm9vYmFy_-09, INSTALLATION",
    "a-Zm9vYmFy_-09, ADDRESS",
    "w-Zm9vYmFy_-09, SUBSCRIPTION",
    "p-Zm9vYmFy_-09, PARTNER",
    "a-x, ADDRESS",
  })
  void the_first_letters_say_what_it_names(final String text, final Kind kind) {
    assertEquals(kind, new TargetKey(text).kind());
    assertEquals(text, new TargetKey(text).value());
  }

  @Test
  void a_name_has_at_most_64_letters() {
    assertEquals(Kind.PARTNER, new TargetKey("p-" + LONGEST).kind());
    assertEquals(Kind.INSTALLATION, new TargetKey("p-" + LONGEST + "x").kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"phone-1", "bench-7-1", "x-abc", "a-", "a", "a-b c", "w-é", "p-b.example", "A-b"})
  void anything_else_is_kept_as_it_is_and_is_an_installation(final String text) {
    final var key = new TargetKey(text);
    assertEquals(Kind.INSTALLATION, key.kind());
    assertEquals(text, key.value());
    assertEquals(Optional.of(new InstallationId(text)), key.installation());
  }

  @Test
  void an_installation_is_its_id_and_others_are_none() {
    final var id = new InstallationId("i-Zm9vYmFyZm9vYmFy");
    assertEquals(new TargetKey("i-Zm9vYmFyZm9vYmFy"), id.target());
    assertSame(id.target(), id.target(), "made once");
    assertEquals(Optional.of(id), id.target().installation());
    for (final var text : List.of("a-x", "w-x", "p-x")) {
      assertEquals(Optional.empty(), new TargetKey(text).installation());
    }
  }

  @Test
  void installations_are_equal_when_their_ids_are() {
    final var id = new InstallationId("i-1");
    final var same = new InstallationId("i-1");
    assertTrue(id.target().equals(same.target()) && id.equals(same));
    assertEquals(id.hashCode(), same.hashCode());
    assertNotEquals(id, new InstallationId("i-2"));
  }

  /// Computed apart, with another program.
  @Test
  void addresses_are_hashed_for_ever_in_the_same_way() {
    assertEquals(
        "a-36iVTXIdV5tmPMxksTzbEg",
        TargetKey.ofRegistration(ACME, "news", PushService.APNS, "r-1").value());
    assertEquals(
        "a-LHusWkPv3p32lQuA1HQT_w",
        TargetKey.ofAddress(ACME, TALK, PushService.FCM, "tökén").value());
  }

  @Test
  void what_differs_anywhere_is_another_address() {
    final var keys =
        List.of(
            TargetKey.ofAddress(ACME, TALK, PushService.APNS, "t"),
            TargetKey.ofAddress(ACME, TALK, PushService.FCM, "t"),
            TargetKey.ofAddress(ACME, TALK, PushService.APNS, "u"),
            TargetKey.ofAddress(ACME, new AppId("tal"), PushService.APNS, "kt"),
            TargetKey.ofAddress(
                new OrganisationId("acmet"), new AppId("alk"), PushService.APNS, "t"),
            TargetKey.ofRegistration(ACME, "talk", PushService.APNS, "t"));
    assertEquals(keys.size(), new HashSet<>(keys).size());
    keys.forEach(key -> assertEquals(Kind.ADDRESS, key.kind()));
    keys.forEach(key -> assertEquals(24, key.value().length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a-\n", "i-\u0000"})
  void a_key_is_one_word_of_a_list(final String text) {
    assertThrows(IllegalArgumentException.class, () -> new TargetKey(text));
  }
}
