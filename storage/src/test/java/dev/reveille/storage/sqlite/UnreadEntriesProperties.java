package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.storage.sqlite.UnreadCounts.Unread;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

final class UnreadEntriesProperties {

  private enum Kind {
    PUT,
    REMOVE,
    READ_UP_TO,
    EXPIRE
  }

  private record Step(Kind kind, long sequence, long conversation, long seconds) {}

  @Property
  void counts_as_a_plain_map_does(@ForAll("steps") final List<Step> steps) {
    final var entries = new UnreadEntries();
    final var plain = new TreeMap<Long, Unread>();
    for (final var step : steps) {
      final var entry = new Unread(step.conversation(), step.seconds());
      switch (step.kind()) {
        case PUT -> {
          entries.put(step.sequence(), entry);
          plain.putIfAbsent(step.sequence(), entry);
        }
        case REMOVE -> {
          entries.remove(step.sequence());
          plain.remove(step.sequence());
        }
        case READ_UP_TO -> {
          entries.removeUpTo(step.sequence(), step.conversation());
          plain
              .entrySet()
              .removeIf(one ->
                  one.getKey() <= step.sequence()
                      && one.getValue().conversation() == step.conversation());
        }
        case EXPIRE -> {
          entries.expire(step.seconds());
          plain.values().removeIf(one -> one.keepUntil() <= step.seconds());
        }
      }
      assertEquals(plain.size(), entries.size());
    }
  }

  @Property
  void keeps_the_newest_of_too_many(@ForAll("steps") final List<Step> steps) {
    final var found = new TreeMap<Long, Unread>();
    steps.forEach(
        step -> found.put(step.sequence(), new Unread(step.conversation(), step.seconds())));
    final var entries = new UnreadEntries();
    entries.putAll(found, 5);
    final var newest = found.descendingKeySet().stream().limit(5).toList();
    assertEquals(newest.size(), entries.size());
    newest.forEach(entries::remove);
    assertEquals(0, entries.size());
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, Kind.PUT),
                Tuple.of(2, Kind.REMOVE),
                Tuple.of(1, Kind.READ_UP_TO),
                Tuple.of(1, Kind.EXPIRE)),
            Arbitraries.longs().between(1, 60),
            Arbitraries.longs().between(0, 3),
            Arbitraries.longs().between(1, 40))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }
}
