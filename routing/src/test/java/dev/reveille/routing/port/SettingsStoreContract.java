package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every settings store.
public interface SettingsStoreContract {
  Map<String, List<String>> ON = Map.of("apple", List.of("true"));
  Map<String, List<String>> OFF = Map.of("apple", List.of("false"), "hidden", List.of("s3cret"));

  StoreUnderTest store();

  private Setting put(final Map<String, List<String>> values, final long expected) {
    return store()
        .settings()
        .put(Samples.ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, values, expected, "operator");
  }

  private Optional<Setting> get() {
    return store().settings().get(Samples.ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL);
  }

  /// L1-16: nothing is switched on in a fresh installation.
  @Test
  default void a_fresh_store_has_no_switch_on_L1_16() {
    assertEquals(Optional.empty(), get());
    assertEquals(List.of(), store().settings().all(Samples.ACME, Setting.PUSH_NOTIFICATION));
  }

  @Test
  default void a_change_needs_the_version_that_was_read() {
    final Setting first = put(ON, 0);
    assertThrows(SettingsStore.Stale.class, () -> put(OFF, 0));
    final Setting second = put(OFF, first.version());
    assertTrue(second.version() > first.version());
    assertThrows(SettingsStore.Stale.class, () -> put(ON, first.version()));
    assertEquals(Optional.of(second), get());
    final Setting third = put(ON, -1);
    store().restart();
    assertEquals(Optional.of(third), get());
    assertTrue(third.isOn("apple"));
    assertEquals(List.of(third), store().settings().all(Samples.ACME, Setting.PUSH_NOTIFICATION));
  }

  @Test
  default void a_removed_object_comes_back_with_a_higher_version() {
    final Setting first = put(ON, 0);
    assertTrue(remove());
    assertFalse(remove());
    assertEquals(Optional.empty(), get());
    assertTrue(put(ON, 0).version() > first.version());
  }

  private boolean remove() {
    return store()
        .settings()
        .remove(Samples.ACME, Setting.PUSH_NOTIFICATION, Setting.GLOBAL, "operator");
  }

  @Test
  default void each_change_is_told_and_audited_without_its_values() {
    final List<Setting> told = new ArrayList<>();
    store().settings().onChange(told::add);
    final Setting first = put(ON, 0);
    final Setting second = put(OFF, first.version());
    assertThrows(SettingsStore.Stale.class, () -> put(ON, first.version()));
    assertEquals(List.of(first, second), told);
    final List<SettingsStore.Audit> audit = store().settings().audit(Samples.ACME, 10);
    assertEquals(2, audit.size());
    assertEquals("operator", audit.getFirst().who());
    assertEquals(store().clock().instant(), audit.getFirst().at());
    assertTrue(audit.getFirst().what().contains("push-notification/global: apple, hidden"));
    assertFalse(audit.getFirst().what().contains("s3cret"));
    assertEquals(audit.subList(0, 1), store().settings().audit(Samples.ACME, 1));
  }

  private static SettingsStore.Place place(final String identity) {
    return new SettingsStore.Place(Samples.ACME, Setting.PUSH_NOTIFICATION, identity);
  }

  SettingsStore.By ANNA = new SettingsStore.By("key k_anna", "192.0.2.7");

  @Test
  default void an_edit_sees_what_is_there_and_the_other_objects_of_its_organisation() {
    final Setting global = put(ON, 0);
    store()
        .settings()
        .put(
            new OrganisationId("globex"),
            Setting.PUSH_NOTIFICATION,
            Setting.GLOBAL,
            OFF,
            0,
            "operator");
    final Setting site =
        store()
            .settings()
            .change(
                place("site:a"),
                -1,
                ANNA,
                (before, others) -> {
                  assertEquals(Optional.empty(), before);
                  assertEquals(
                      Optional.of(global), others.get(Setting.PUSH_NOTIFICATION, Setting.GLOBAL));
                  assertEquals(List.of(global), others.all(Setting.PUSH_NOTIFICATION));
                  assertEquals(1, others.count(Setting.PUSH_NOTIFICATION));
                  assertEquals(0, others.count("another"));
                  return OFF;
                });
    final Setting again =
        store()
            .settings()
            .change(
                place("site:a"),
                site.version(),
                ANNA,
                (before, others) -> {
                  assertEquals(Optional.of(site), before);
                  assertEquals(2, others.count(Setting.PUSH_NOTIFICATION));
                  return ON;
                });
    store().restart();
    assertEquals(
        Optional.of(again),
        store().settings().get(Samples.ACME, Setting.PUSH_NOTIFICATION, "site:a"));
  }

  @Test
  default void an_edit_that_throws_changes_nothing_and_is_not_told() {
    final Setting first = put(ON, 0);
    final List<Setting> told = new ArrayList<>();
    store().settings().onChange(told::add);
    final var refused = new IllegalStateException("the rule says no");
    assertSame(
        refused,
        assertThrows(
            IllegalStateException.class,
            () ->
                store()
                    .settings()
                    .change(
                        place(Setting.GLOBAL),
                        -1,
                        ANNA,
                        (_, _) -> {
                          throw refused;
                        })));
    assertSame(
        refused,
        assertThrows(
            IllegalStateException.class,
            () ->
                store()
                    .settings()
                    .remove(
                        place(Setting.GLOBAL),
                        ANNA,
                        (_, _) -> {
                          throw refused;
                        })));
    assertEquals(Optional.of(first), get());
    assertEquals(List.of(), told);
    assertEquals(1, store().settings().audit(Samples.ACME, 10).size());
  }

  @Test
  default void the_audit_log_has_where_a_change_came_from_and_its_words() {
    final var edit =
        new SettingsStore.Edit() {
          @Override
          public Map<String, List<String>> values(
              final Optional<Setting> before, final SettingsStore.View others) {
            return ON;
          }

          @Override
          public String inWords(
              final Map<String, List<String>> before, final Map<String, List<String>> after) {
            return "apple from " + before.getOrDefault("apple", List.of()) + " to organisation";
          }
        };
    put(OFF, 0);
    final Setting _ = store().settings().change(place(Setting.GLOBAL), -1, ANNA, edit);
    final var entry = store().settings().audit(Samples.ACME, 1).getFirst();
    assertEquals("key k_anna", entry.who());
    assertEquals("192.0.2.7", entry.from());
    assertEquals("set push-notification/global: apple from [false] to organisation", entry.what());
    assertTrue(
        store().settings().remove(place(Setting.GLOBAL), ANNA, SettingsStore.Consent.ALWAYS));
    final var removal = store().settings().audit(Samples.ACME, 1).getFirst();
    assertEquals("192.0.2.7", removal.from());
    assertEquals("remove push-notification/global", removal.what());
  }
}
