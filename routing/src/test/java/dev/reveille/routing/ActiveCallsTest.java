package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.call;
import static dev.reveille.routing.port.Samples.incomingCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.TestClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The calls in memory: what the clock does to them, and what is held how long.
class ActiveCallsTest {
  private static final Duration RINGS = Duration.ofSeconds(30);
  private final TestClock system = new TestClock(NOW);
  private final ServerClock clock = new ServerClock(system, system::elapsed);
  private final RingingRoom room = new RingingRoom(1_000, 1_000);
  private final ActiveCalls book = new ActiveCalls(room);

  private void hourBack() {
    system.step(Duration.ofHours(-1));
    clock.begin(clock.look().orElseThrow());
    book.clockSet(Duration.ofHours(-1), clock);
  }

  private void begin(final IncomingCall event) {
    book.begin(new StoredJob(1, NOW, event), event, List.of(), false);
  }

  private IncomingCall rings() {
    return (IncomingCall) incomingCall("c").with(clock.read().life(RINGS, RINGS));
  }

  @Test
  void a_call_that_began_by_the_time_of_before_rings_as_long_as_it_was_meant_to() {
    final var event = rings();
    hourBack();
    begin(event);
    assertEquals(clock.instant().plus(RINGS), book.nextMoment(clock));
    final var one = Objects.requireNonNull(book.find(ACME, call("c")));
    assertEquals(clock.instant().plus(RINGS), one.view().ringsUntil());
  }

  @Test
  void a_call_that_is_known_is_changed_by_an_end_and_not_by_the_same_end_again() {
    begin(rings());
    final var view = Objects.requireNonNull(book.find(ACME, call("c"))).view();
    final var ended = CallEvents.end(view, new CallEnd.Cancelled(), clock.read());
    assertNotNull(book.end(ended, 2, NOW));
    assertNull(book.end(ended, 3, NOW));
    assertEquals(2, Objects.requireNonNull(book.find(ACME, call("c"))).endedBy());
  }

  @Test
  void a_call_that_is_over_is_remembered_for_ten_minutes_whatever_the_clock_shows() {
    begin(rings());
    final var view = Objects.requireNonNull(book.find(ACME, call("c"))).view();
    book.end(CallEvents.end(view, new CallEnd.Cancelled(), clock.read()), 2, clock.instant());
    hourBack();
    book.forgetOld(clock.instant().plus(Duration.ofMinutes(9)));
    assertNotNull(book.find(ACME, call("c")));
    book.forgetOld(clock.instant().plus(Duration.ofMinutes(11)));
    assertNull(book.find(ACME, call("c")));
  }

  // ---- what is held ---------------------------------------------------------------------------

  private static final int MANY = 20_000;

  private Ringing began(final ActiveCalls in, final int number, final boolean recovered) {
    final var event =
        (IncomingCall) incomingCall("c" + number).with(clock.read().life(RINGS, RINGS));
    in.begin(new StoredJob(number + 1, NOW, event), event, List.of(), recovered);
    return Objects.requireNonNull(in.find(ACME, call("c" + number)));
  }

  private void ends(final ActiveCalls in, final Ringing one) {
    in.end(CallEvents.end(one.view(), new CallEnd.Cancelled(), clock.read()), 9_999, NOW);
  }

  private WeakReference<Ringing> endedInTheFormerRun(final int number) {
    final var one = began(book, number, true);
    ends(book, one);
    book.forgetOver();
    return new WeakReference<>(one);
  }

  @Test
  void a_start_holds_none_of_the_calls_that_ended_in_the_former_run() {
    final var calls = IntStream.range(0, 100).mapToObj(this::endedInTheFormerRun).toList();
    System.gc();
    assertEquals(0, calls.stream().filter(one -> one.get() != null).count());
    assertEquals(Instant.MAX, book.nextMoment(clock));
  }

  @Test
  void a_call_that_a_start_finds_ringing_is_looked_at_when_its_time_is_over() {
    began(book, 1, true);
    assertEquals(clock.instant().plus(RINGS), book.nextMoment(clock));
    hourBack();
    assertEquals(clock.instant().plus(RINGS), book.nextMoment(clock));
  }

  @Test
  void a_call_that_was_over_when_its_key_became_known_makes_room_for_its_key() {
    final int units = RingingRoom.units(1);
    final var small = new ActiveCalls(new RingingRoom(10L * units, units));
    final var first = incomingCall("c1");
    assertTrue(small.hasRoomFor(first, "key", NOW));
    final var one = began(small, 1, false);
    ends(small, one);
    small.settled(one);
    small.answered(first, "key", 2);
    assertFalse(small.hasRoomFor(incomingCall("c2"), "key", NOW));
    assertTrue(small.hasRoomFor(incomingCall("c2"), "key", NOW.plusSeconds(60)));
    assertNull(small.find(ACME, call("c1")));
  }

  private static void together(final Runnable work) {
    final var begin = new CountDownLatch(1);
    final Runnable awaited =
        () -> {
          try {
            begin.await();
          } catch (final InterruptedException e) {
            throw new AssertionError(e);
          }
          work.run();
        };
    final var threads =
        IntStream.range(0, 4).mapToObj(_ -> Thread.ofPlatform().start(awaited)).toList();
    begin.countDown();
    for (final var thread : threads) {
      try {
        thread.join();
      } catch (final InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void several_that_want_room_at_once_each_get_that_of_a_call_that_is_over() {
    final long units = RingingRoom.units(1);
    final var full = new ActiveCalls(new RingingRoom(MANY * units, MANY * units));
    for (int i = 0; i < MANY; i++) {
      final var one = began(full, i, false);
      ends(full, one);
      full.settled(one);
    }
    final var refused = new AtomicInteger();
    final var wanted = incomingCall("wanted");
    together(() -> {
      for (int i = 0; i < MANY / 5; i++) {
        if (!full.hasRoomFor(wanted, "", NOW.plusSeconds(60))) {
          refused.incrementAndGet();
        }
      }
    });
    assertEquals(0, refused.get());
  }

  @Test
  void several_that_forget_old_calls_at_once_leave_none_of_them() {
    final var large = new ActiveCalls(new RingingRoom(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2));
    for (int i = 0; i < MANY; i++) {
      ends(large, began(large, i, false));
    }
    together(() -> large.forgetOld(NOW.plus(Duration.ofMinutes(11))));
    assertEquals(0, large.roomTaken());
  }
}
