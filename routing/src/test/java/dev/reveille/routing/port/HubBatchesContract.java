package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.OTHER_HUB;
import static dev.reveille.routing.port.HubSamples.done;
import static dev.reveille.routing.port.HubSamples.installation;
import static dev.reveille.routing.port.HubSamples.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every store of hub registrations, as far as it concerns many that are written or
/// removed under a condition at once.
public interface HubBatchesContract {
  StoreUnderTest store();

  private HubRegistrations hubs() {
    return store().hubs();
  }

  private Versioned kept(final Entry entry) {
    return done(hubs().put(HUB, entry, new Condition.Any()));
  }

  private Optional<Entry> found(final String id) {
    return hubs().find(HUB, id).map(Versioned::entry);
  }

  @Test
  default void where_none_may_be_there_what_is_there_stays_and_the_others_are_written() {
    kept(registration("there", 1));
    kept(installation("other", 2));
    final var answers =
        hubs()
            .putAll(
                HUB,
                List.of(
                    registration("new", 3),
                    registration("there", 4),
                    registration("other", 5),
                    registration("new", 6)),
                new Condition.Absent());
    assertEquals(1, done(answers.getFirst()).version());
    assertEquals(
        List.of(
            new Written.OtherVersion(1),
            new Written.OtherKind(Kind.INSTALLATION),
            new Written.OtherVersion(1)),
        answers.subList(1, 4));
    store().restart();
    assertEquals(Optional.of(registration("there", 1)), found("there"));
    assertEquals(Optional.of(registration("new", 3)), found("new"));
    assertEquals(
        1, done(hubs().put(HUB, registration("alone", 7), new Condition.Absent())).version());
    assertEquals(
        new Written.OtherVersion(1),
        hubs().put(HUB, registration("alone", 8), new Condition.Absent()));
    assertEquals(
        1, done(hubs().put(OTHER_HUB, registration("a", 9), new Condition.Absent())).version());
  }

  @Test
  default void where_one_must_be_there_nothing_new_is_written() {
    final var entries = List.of(registration("new", 3), registration("there", 4));
    final var exists = new Condition.Exists();
    final var notThere = new Written.NotThere();
    assertEquals(List.of(notThere, notThere), hubs().putAll(HUB, entries, exists));
    assertEquals(List.of(), hubs().names(), "no hub is made of it");
    kept(registration("there", 1));
    final var answers = hubs().putAll(HUB, entries, exists);
    assertEquals(notThere, answers.getFirst());
    assertEquals(2, done(answers.getLast()).version());
    assertEquals(Optional.empty(), found("new"));
    assertEquals(Optional.of(registration("there", 4)), found("there"));
  }

  @Test
  default void many_are_removed_at_once_and_each_is_told_of() {
    final var ids = List.of("a", "none", "b", "a");
    final var notThere = new Written.NotThere();
    assertEquals(
        List.of(notThere, notThere, notThere, notThere),
        hubs().removeAll(HUB, ids, Kind.REGISTRATION));
    final var gone = kept(registration("a", 1));
    kept(installation("b", 2));
    kept(registration("stays", 3));
    assertEquals(
        List.of(
            new Written.Done(Optional.of(gone), gone),
            notThere,
            new Written.OtherKind(Kind.INSTALLATION),
            new Written.Gone()),
        hubs().removeAll(HUB, ids, Kind.REGISTRATION));
    store().restart();
    assertEquals(Optional.empty(), found("a"));
    assertEquals(2, hubs().count(HUB));
  }
}
