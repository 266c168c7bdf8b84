package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.CallId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CallWatchersTest {
  private static final CallId CALL = new CallId(UUID.nameUUIDFromBytes(new byte[] {1}));
  private static final CallId OTHER = new CallId(UUID.nameUUIDFromBytes(new byte[] {2}));

  private final Queue<Runnable> beside = new ArrayDeque<>();
  private final CallWatchers watchers = new CallWatchers(beside::add);
  private final List<CallView> seen = new ArrayList<>();

  private static CallView view(final CallId call, final long sequence) {
    return new CallView(
        ACME, call, sequence, List.of(), Instant.EPOCH, List.of(), Optional.empty());
  }

  private void change(final CallId call, final CallView view) {
    watchers.changed(new CallKey(ACME, call), view);
  }

  private void work() {
    for (var task = beside.poll(); task != null; task = beside.poll()) {
      task.run();
    }
  }

  @Test
  void who_learns_of_a_change_is_not_held_up_by_those_who_wait_for_it() throws Exception {
    final var first = view(CALL, 1);
    final var second = view(CALL, 2);
    try (var _ = watchers.watch(ACME, CALL, seen::add)) {
      change(CALL, first);
      change(CALL, second);
      assertEquals(List.of(), seen);
      work();
    }
    assertEquals(List.of(first, second), seen);
  }

  @Test
  void a_change_for_which_none_waits_costs_nothing() throws Exception {
    try (var _ = watchers.watch(ACME, CALL, seen::add)) {
      change(OTHER, view(OTHER, 1));
    }
    change(CALL, view(CALL, 1));
    assertEquals(0, beside.size());
  }

  @Test
  void the_fault_of_one_does_not_keep_the_others_from_being_told() throws Exception {
    final var view = view(CALL, 1);
    for (int i = 0; i < 10; i++) {
      final var _ =
          watchers.watch(
              ACME,
              CALL,
              _ -> {
                throw new IllegalStateException("a broken connection");
              });
    }
    try (var _ = watchers.watch(ACME, CALL, seen::add)) {
      change(CALL, view);
      work();
    }
    assertEquals(List.of(view), seen);
  }

  @Test
  void who_left_is_not_told_and_may_leave_twice() throws Exception {
    final var watch = watchers.watch(ACME, CALL, seen::add);
    watch.close();
    watch.close();
    change(CALL, view(CALL, 1));
    work();
    assertEquals(List.of(), seen);
  }
}
