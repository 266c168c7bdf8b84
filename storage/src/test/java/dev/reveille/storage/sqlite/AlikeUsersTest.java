package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Registry.Taken;
import dev.reveille.routing.port.Samples;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A store of a version that compared names by their letters and addresses by lower case.
class AlikeUsersTest {
  /// The steps of the schema of that version.
  private static final int FORMER_STEPS = 3;

  @RegisterExtension private final SqliteUnderTest store = new SqliteUnderTest();

  @BeforeEach
  void aStoreOfAnOlderVersion() throws SQLException {
    store.sqlite().close();
    FormerSchema.of(
        store.directory(),
        FORMER_STEPS,
        """
        DROP TABLE app_user;
        DROP TABLE user_address;
        CREATE TABLE app_user(
          organisation TEXT NOT NULL, name TEXT NOT NULL, site TEXT NOT NULL,
          preferences TEXT NOT NULL, PRIMARY KEY(organisation, name));
        CREATE TABLE user_address(
          organisation TEXT NOT NULL, folded TEXT NOT NULL, address TEXT NOT NULL,
          name TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY(organisation, folded));
        CREATE INDEX user_address_of ON user_address(organisation, name);
        DELETE FROM fact WHERE name = 'folding';
        INSERT INTO app_user VALUES('acme', 'zoe', '', '{}');
        INSERT INTO app_user VALUES('acme', 'Zoe', '', '{}');
        INSERT INTO app_user VALUES('acme', 'anna', '', '{}');
        INSERT INTO user_address
          VALUES('acme', 'sip:anna@acme.example', 'sip:anna@acme.example', 'anna', 0);
        INSERT INTO user_address
          VALUES('acme', 'sip:anna@acme.example;lr', 'sip:anna@acme.example;lr', 'zoe', 0);
        INSERT INTO user_address
          VALUES('acme', 'tel:+49-30-1', 'tel:+49-30-1', 'anna', 1);
        """
            .strip()
            .split(";\n", -1));
    store.open();
  }

  private Optional<String> found(final String word) {
    return store.registry().findUser(Samples.ACME, word).map(user -> user.id().name());
  }

  @Test
  void each_is_found_by_the_exact_spelling_only() {
    assertEquals(Optional.of("zoe"), found("zoe"));
    assertEquals(Optional.of("Zoe"), found("Zoe"));
    assertEquals(Optional.empty(), found("ZOE"));
    assertEquals(Optional.of("anna"), found("sip:anna@acme.example"));
    assertEquals(Optional.of("zoe"), found("sip:anna@acme.example;lr"));
    assertEquals(Optional.empty(), found("sips:anna@acme.example"));
    assertEquals(Optional.of("anna"), found("tel:+49301"), "folded anew");
  }

  @Test
  void those_who_are_spelled_alike_are_named() {
    final List<List<String>> groups =
        store.registry().alike(Samples.ACME, 10).stream()
            .map(group ->
                group.spellings().stream()
                    .map(spelling -> spelling.user().name() + ": " + spelling.text())
                    .toList())
            .toList();
    assertEquals(
        List.of(
            List.of("anna: sip:anna@acme.example", "zoe: sip:anna@acme.example;lr"),
            List.of("Zoe: Zoe", "zoe: zoe")),
        groups);
    assertEquals(1, store.registry().alike(Samples.ACME, 1).size());
  }

  @Test
  void they_can_be_changed_but_gain_no_further_word_of_another() {
    final Registry registry = store.registry();
    final UserId zoe = new UserId(Samples.ACME, "Zoe");
    final User before = registry.user(zoe).orElseThrow();
    registry.keepUser(
        new User(zoe, "berlin", List.of("z@acme.example"), before.preferences()), "test");
    assertEquals(Optional.of("Zoe"), found("Z@acme.example"));
    assertThrows(
        Taken.class,
        () ->
            registry.keepUser(
                new User(zoe, "", List.of("sips:anna@acme.example"), before.preferences()),
                "test"));
  }

  @Test
  void when_one_of_them_goes_the_other_is_found_in_any_case() {
    assertTrue(store.registry().removeUser(new UserId(Samples.ACME, "Zoe"), "test"));
    assertEquals(Optional.of("zoe"), found("ZOE"));
    store.restart();
    assertEquals(Optional.of("zoe"), found("ZOE"));
  }
}
