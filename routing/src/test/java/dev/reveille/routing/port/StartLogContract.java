package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// What each store must do with what is noted of starts.
public interface StartLogContract {
  StoreUnderTest store();

  @Test
  default void starts_that_never_stood_are_counted_with_what_they_worked_on() {
    assertEquals(0, store().startLog().begins());
    assertEquals(0, store().startLog().worksOn(7));
    store().restart();
    assertEquals(1, store().startLog().begins());
    assertEquals(Set.of(7L), store().startLog().suspects());
    assertEquals(0, store().startLog().worksOn(5));
    assertEquals(1, store().startLog().worksOn(7));
    store().restart();
    assertEquals(2, store().startLog().begins());
    assertEquals(0, store().startLog().worksOn(5)); // that start fell with the other one
    assertEquals(2, store().startLog().worksOn(7));
    assertEquals(2, store().startLog().worksOn(7));
  }

  @Test
  default void a_start_that_works_on_nothing_suspects_nothing() {
    store().startLog().begins();
    store().startLog().worksOn(7);
    store().startLog().worksOn(0);
    store().restart();
    store().startLog().begins();
    assertEquals(Set.of(), store().startLog().suspects());
    assertEquals(0, store().startLog().worksOn(7));
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
