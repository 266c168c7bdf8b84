package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What senders name and maps are keyed by: names with one hash are told apart by their order, or
/// each look at one would walk through all.
class KeysOfOneHashTest {
  private static final OrganisationId ACME = new OrganisationId("acme");

  static Stream<Function<String, Object>> keys() {
    return Stream.of(
        name -> new UserId(ACME, name),
        name -> new EventKey(ACME, "chat", name),
        name -> new EventKey(ACME, name, "1"),
        ConversationId::new,
        FolderId::new,
        name -> new CallId(new UUID(name.charAt(0), name.charAt(0))));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void keys_of_one_hash_have_an_order(final Function<String, Object> key) {
    final var one = comparable(key.apply("Aa"));
    final var other = comparable(key.apply("BB"));
    assertEquals(one.hashCode(), other.hashCode());
    assertNotEquals(one, other);
    assertTrue(one.compareTo(other) < 0 && other.compareTo(one) > 0);
    assertEquals(0, one.compareTo(key.apply("Aa")));
  }

  @SuppressWarnings("unchecked") // each is comparable with its own kind, of which both are
  private static Comparable<Object> comparable(final Object key) {
    return (Comparable<Object>) assertInstanceOf(Comparable.class, key);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void the_order_agrees_with_equality(final Function<String, Object> key) {
    final var names = List.of("a", "b", "aa", "Aa", "BB");
    for (final var one : names) {
      for (final var other : names) {
        final var left = comparable(key.apply(one));
        final var right = key.apply(other);
        assertEquals(left.equals(right), left.compareTo(right) == 0, one + " and " + other);
      }
    }
  }
}
