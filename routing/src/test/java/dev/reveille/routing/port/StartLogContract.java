package dev.reveille.routing.port;

import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.StartLog.GivenUp;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What each store must do with what is noted of starts.
public interface StartLogContract {
  StoreUnderTest store();

  @Test
  default void starts_that_never_stood_are_counted_with_what_they_worked_on() {
    assertEquals(0, store().startLog().begins());
    assertEquals(0, store().startLog().worksOn(Set.of(7L)));
    store().restart();
    assertEquals(1, store().startLog().begins());
    assertEquals(Map.of(7L, 1), store().startLog().suspects());
    assertEquals(0, store().startLog().worksOn(Set.of(5L)));
    assertEquals(1, store().startLog().worksOn(Set.of(7L)));
    store().restart();
    assertEquals(2, store().startLog().begins());
    assertEquals(
        0, store().startLog().worksOn(Set.of(5L))); // that start crashed with the other one
    assertEquals(2, store().startLog().worksOn(Set.of(7L)));
    assertEquals(2, store().startLog().worksOn(Set.of(7L)));
  }

  @Test
  default void a_start_suspects_each_of_several_events_by_the_fewest_that_were_together() {
    store().startLog().begins();
    store().startLog().worksOn(Set.of(5L, 6L, 7L));
    store().restart();
    store().startLog().begins();
    store().startLog().worksOn(Set.of(6L, 7L));
    store().restart();
    assertEquals(2, store().startLog().begins());
    assertEquals(Map.of(5L, 3, 6L, 2, 7L, 2), store().startLog().suspects());
    assertEquals(1, store().startLog().worksOn(Set.of(5L, 6L)));
    assertEquals(2, store().startLog().worksOn(Set.of(7L)));
    assertEquals(0, store().startLog().worksOn(Set.of(7L, 8L)));
  }

  @Test
  default void a_start_that_works_on_nothing_suspects_nothing() {
    store().startLog().begins();
    store().startLog().worksOn(Set.of(7L));
    store().startLog().worksOn(Set.of());
    store().restart();
    store().startLog().begins();
    assertEquals(Map.of(), store().startLog().suspects());
    assertEquals(0, store().startLog().worksOn(Set.of(7L)));
  }

  @Test
  default void
      events_that_were_given_up_are_told_to_their_organisation_also_after_a_start_stands() {
    final var other = new OrganisationId("globex");
    store().startLog().givesUp(ACME, 9, NOW);
    store().startLog().givesUp(ACME, 7, NOW.plusSeconds(60));
    store().startLog().givesUp(ACME, 7, NOW.plusSeconds(90)); // the process died in between
    store().startLog().givesUp(other, 8, NOW.plusSeconds(120).plusMillis(1));
    store().startLog().stands();
    store().restart();
    final var log = store().startLog();
    assertEquals(Optional.of(new GivenUp(2, NOW, 7, NOW.plusSeconds(60))), log.givenUp(ACME, NOW));
    assertEquals(
        Optional.of(new GivenUp(1, NOW.plusSeconds(60), 7, NOW.plusSeconds(60))),
        log.givenUp(ACME, NOW.plusSeconds(1)));
    assertEquals(Optional.empty(), log.givenUp(ACME, NOW.plusSeconds(61)));
    assertEquals(
        Optional.of(new GivenUp(1, NOW.plusSeconds(120), 8, NOW.plusSeconds(120))),
        log.givenUp(other, NOW));
  }

  @Test
  default void a_start_that_stands_ends_the_row() {
    store().startLog().begins();
    store().restart();
    store().startLog().begins();
    store().startLog().stands();
    store().restart();
    assertEquals(0, store().startLog().begins());
  }
}
