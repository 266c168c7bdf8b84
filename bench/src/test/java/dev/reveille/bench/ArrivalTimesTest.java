package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What `bench wake` sees: identities, not sums.
final class ArrivalTimesTest {
  private final ArrivalTimes arrivals = new ArrivalTimes();

  @Test
  void what_comes_once_to_each_of_its_phones_is_no_fault() {
    arrivals.sent("e1", List.of("a", "b"));
    arrivals.arrived("e1", "a", 1);
    assertEquals(1, arrivals.come());
    arrivals.arrived("e1", "b", 2);
    assertEquals(new ArrivalTimes.Faults(List.of(), List.of(), List.of()), arrivals.faults());
    assertEquals(List.of(1.0, 2.0), arrivals.millis());
  }

  @Test
  void one_doubled_and_one_lost_are_two_faults_although_the_sum_is_right() {
    arrivals.sent("e1", List.of("a"));
    arrivals.sent("e2", List.of("a"));
    arrivals.arrived("e1", "a", 1);
    arrivals.arrived("e1", "a", 1);
    final var found = arrivals.faults();
    assertEquals(List.of("e2 at a"), found.lost());
    assertEquals(List.of("e1 at a"), found.doubled());
    assertEquals(2, found.count());
    assertTrue(found.toString().contains("1 lost [e2 at a], 1 doubled [e1 at a], 0 astray"));
  }

  @Test
  void what_comes_to_the_wrong_phone_is_lost_there_and_astray_here() {
    arrivals.sent("e1", List.of("a"));
    arrivals.arrived("e1", "b", 1);
    assertEquals(
        new ArrivalTimes.Faults(List.of("e1 at a"), List.of(), List.of("e1 at b")),
        arrivals.faults());
    assertEquals(0, arrivals.come());
  }
}
