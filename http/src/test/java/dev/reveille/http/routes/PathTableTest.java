package dev.reveille.http.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.http.routes.PathTable.Match;
import dev.reveille.http.routes.PathTable.Rules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PathTableTest {
  private final PathTable<String> exact = filled(Rules.EXACT);
  private final PathTable<String> lenient = filled(new Rules(true, true));

  private static PathTable<String> filled(final Rules rules) {
    return new PathTable<String>(rules)
        .put("GET", "/events", "list")
        .put("POST", "/events", "hand in")
        .put("GET", "/events/trail", "trail by key")
        .put("GET", "/events/{}", "one")
        .put("GET", "/events/{}/trail", "trail of one")
        .put("PUT", "/users/{}/muted/{}", "mute");
  }

  private static @Nullable Match<String> find(
      final PathTable<String> table, final String... parts) {
    return table.find(List.of(parts));
  }

  private static @Nullable String get(final PathTable<String> table, final String... parts) {
    final var match = find(table, parts);
    return match == null ? null : match.of("GET");
  }

  @Test
  void a_word_goes_before_an_open_place() {
    assertEquals("trail by key", get(exact, "events", "trail"));
    assertEquals("one", get(exact, "events", "Trail"));
    assertEquals("trail of one", get(exact, "events", "trail", "trail"));
  }

  @Test
  void open_places_give_their_values_in_order() {
    final var match = find(exact, "users", "anna", "muted", "a/b");

    assertNotNull(match);
    assertEquals(List.of("anna", "a/b"), match.values());
  }

  @Test
  void a_part_that_holds_a_slash_is_a_value_and_no_word() {
    assertNull(find(exact, "events/trail"));
    assertEquals("one", get(exact, "events", "x/trail"));
  }

  @Test
  void an_open_place_is_never_empty() {
    assertNull(find(exact, "events", ""));
    assertNull(find(exact, "users", "", "muted", "x"));
  }

  @Test
  void case_and_a_trailing_slash_matter_only_where_the_api_says_so() {
    assertNull(find(exact, "Events"));
    assertNull(find(exact, "events", ""));
    assertEquals("list", get(lenient, "EVENTS"));
    assertEquals("list", get(lenient, "events", ""));
    assertEquals("trail of one", get(lenient, "events", "ID", "Trail", ""));
    assertNull(find(lenient, "events", "", ""));
    final var match = find(lenient, "Users", "Anna", "MUTED", "X", "");
    assertNotNull(match);
    assertEquals(List.of("Anna", "X"), match.values(), "values stay as sent");
  }

  @Test
  void head_is_get_and_the_allow_header_names_all() {
    final var match = find(exact, "events");

    assertNotNull(match);
    assertEquals("list", match.of("HEAD"));
    assertNull(match.of("DELETE"));
    assertEquals("GET, HEAD, OPTIONS, POST", match.allowed());
  }

  @Test
  void an_address_may_be_without_head() {
    exact.withoutHead("/events/trail");
    final var match = find(exact, "events", "trail");

    assertNotNull(match);
    assertNull(match.of("HEAD"));
    assertEquals("GET, OPTIONS", match.allowed());
    assertEquals("list", get(exact, "events"));
  }

  @Test
  void what_leads_nowhere_is_not_found() {
    assertNull(find(exact, "users"));
    assertNull(find(exact, "users", "anna"));
    assertNull(find(exact, "events", "x", "y"));
    assertNull(find(exact, ""));
  }

  @Test
  void two_routes_for_one_method_are_a_mistake() {
    assertThrows(IllegalArgumentException.class, () -> exact.put("GET", "/events", "again"));
  }

  @Test
  void all_addresses_can_be_listed() {
    assertEquals(
        Map.of(
            "/events", Set.of("GET", "POST"),
            "/events/trail", Set.of("GET"),
            "/events/{}", Set.of("GET"),
            "/events/{}/trail", Set.of("GET"),
            "/users/{}/muted/{}", Set.of("PUT")),
        exact.addresses());
  }
}
