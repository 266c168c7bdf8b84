package dev.reveille.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.CallEnd;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One phone, step by step: what is said to it, and what the dispatcher hears.
class InboxFeedTest {
  private final ListInbox inbox = new ListInbox();
  private final Tasks tasks = new Tasks();
  private final LiveChannels channels =
      new LiveChannels(
          inbox,
          () -> Instants.NOW,
          LiveSettings.DEFAULT
              .withTimes(Duration.ofSeconds(3), Duration.ofSeconds(10))
              .withWindow(4, 3),
          tasks);
  private List<CallStatus> calls = List.of();
  private final List<String> lost = new ArrayList<>();
  private final ListChannel phone = newPhone();

  private ListChannel newPhone() {
    return new ListChannel(channels, tasks, Samples.PHONE, Samples.ANNA, inbox, _ -> calls);
  }

  private void settle() {
    while (tasks.runOne()) {
      // until nothing is left to do
    }
  }

  private StoredJob send(final StoredJob stored) {
    channels.send(
        List.of(new Frame(stored, Samples.PHONE)),
        (frame, why) -> lost.add(frame.stored().sequence() + " " + why));
    return stored;
  }

  private void connect() {
    phone.hello();
    settle();
    phone.written.clear();
  }

  private void ticks(final int seconds) {
    for (int i = 0; i < seconds; i++) {
      phone.context.tick();
      settle();
    }
  }

  @Test
  void a_frame_for_a_phone_that_is_not_connected_is_lost() {
    send(inbox.commit(Samples.message("m")));
    settle();
    assertEquals(List.of("1 LIVE_CLOSED"), lost);
  }

  @Test
  void what_was_not_acknowledged_is_told_as_lost_when_the_channel_closes() {
    connect();
    send(inbox.commit(Samples.message("m")));
    settle();
    assertEquals(List.of("entry 1"), phone.written);

    phone.closed();

    assertEquals(List.of("1 LIVE_CLOSED"), lost);
    assertEquals(LiveState.NOTHING, channels.of(Samples.PHONE));
    assertEquals(0, channels.size());
  }

  @Test
  void a_replaced_channel_tells_nothing_as_lost_because_the_newer_one_tells_it_again() {
    connect();
    send(inbox.commit(Samples.message("m")));
    settle();
    final var newer = newPhone();

    newer.hello();
    settle();

    assertEquals(Reason.REPLACED, phone.closedFor);
    assertEquals(List.of(), lost);
    assertEquals(List.of(1L), newer.entries());
  }

  @Test
  void a_call_does_not_wait_for_a_slow_phone_and_comes_as_state_when_it_reads_again() {
    connect();
    phone.room(0);
    final var ring = inbox.commit(Samples.incomingCall("c"));
    send(ring);
    settle();
    assertEquals(List.of("1 LIVE_BEHIND"), lost);
    assertEquals(List.of(), phone.written);

    calls = List.of(new CallStatus.Ringing(Samples.call("c"), ring));
    phone.room(100);
    settle();

    assertEquals(
        List.of(
            "behind 0 [" + Samples.call("c") + "]", "state " + Samples.call("c"), "caught-up 1"),
        phone.written);
  }

  @Test
  void a_call_that_ended_while_the_phone_came_back_does_not_ring_any_more() {
    final var ring = inbox.commit(Samples.incomingCall("c"));
    calls = List.of(new CallStatus.Ringing(Samples.call("c"), ring));
    phone.hello();
    send(ring);
    send(inbox.commit(Samples.callEnded("e", "c", new CallEnd.Cancelled())));
    settle();
    assertEquals(
        List.of("welcome 0 []", "over " + Samples.call("c") + " cancelled", "caught-up 2"),
        phone.written);
    assertEquals(List.of("1 CALL_OVER"), lost);
  }

  @Test
  void calls_are_read_after_the_inbox_so_that_a_slow_read_does_not_make_them_old() {
    final var ring = inbox.commit(Samples.incomingCall("c"));
    calls = List.of(new CallStatus.Ringing(Samples.call("c"), ring));
    inbox.whenRead(() -> calls = List.of());
    phone.hello();
    settle();
    assertEquals(List.of("welcome 0 []", "caught-up 1"), phone.written);
  }

  @Test
  void a_call_that_ended_while_the_phone_was_slow_is_told_as_over() {
    connect();
    send(inbox.commit(Samples.incomingCall("c")));
    settle();
    phone.room(0);
    send(inbox.commit(Samples.callEnded("e", "c", new CallEnd.Cancelled())));
    settle();
    assertEquals(List.of("2 LIVE_BEHIND"), lost);

    calls = List.of(new CallStatus.Over(Samples.call("c"), new CallEnd.Cancelled()));
    phone.room(100);
    settle();

    assertTrue(
        phone.written.contains("over " + Samples.call("c") + " cancelled"),
        phone.written::toString);
  }

  @Test
  void entries_for_a_slow_phone_wait_up_to_a_bound_and_the_rest_is_lost_to_it_not_to_the_inbox() {
    connect();
    phone.room(0);
    for (int i = 0; i < 100; i++) {
      send(inbox.commit(Samples.message("m" + i)));
    }
    settle();
    assertEquals(36, lost.size());
    assertEquals(List.of(), phone.written);

    phone.room(Integer.MAX_VALUE);
    settle();
    while (phone.entries().size()
        < 100) { // the window is small: it goes on as the phone acknowledges
      phone.acknowledgeUpTo(phone.entries().getLast());
      settle();
    }

    assertEquals("behind 0 []", phone.written.getFirst());
    assertEquals(inbox.sequences(), phone.entries());
  }

  @Test
  void no_further_entries_are_written_while_the_window_is_full() {
    connect();
    for (int i = 0; i < 7; i++) {
      inbox.commit(Samples.message("m" + i));
    }
    phone.resumeFrom(null);
    settle();
    assertEquals(List.of(1L, 2L, 3L, 4L), phone.entries());

    phone.acknowledgeUpTo(3);
    settle();

    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), phone.entries());
    assertEquals(List.of(1L, 2L, 3L), phone.acknowledged);
    assertEquals(3, inbox.cursor(Samples.ANNA, Samples.PHONE).sequence());
  }

  @Test
  void a_frame_for_what_was_told_and_acknowledged_before_is_acknowledged_at_once() {
    final var stored = inbox.commit(Samples.message("m"));
    connect();
    phone.acknowledgeUpTo(1);
    assertEquals(List.of(1L), phone.acknowledged);

    send(stored);
    settle();

    assertEquals(List.of(1L, 1L), phone.acknowledged);
    assertEquals(List.of(), phone.entries());
  }

  @Test
  void what_was_dismissed_before_it_was_told_is_not_told() {
    connect();
    final var stored = inbox.commit(Samples.message("m"));
    inbox.dismiss(stored.sequence());
    send(stored);
    settle();
    assertEquals(List.of(), phone.entries());
    assertEquals(List.of(), lost);
  }

  @Test
  void a_position_older_than_what_is_kept_is_a_gap() {
    for (int i = 0; i < 5; i++) {
      inbox.commit(Samples.message("m" + i));
    }
    inbox.retainAfter(3);

    phone.hello(new Position(ListInbox.EPOCH, 1), AppState.FOREGROUND, "foreground");
    settle();

    assertEquals(
        List.of("welcome 3 []", "gap 1", "entry 4", "entry 5", "caught-up 5"), phone.written);
  }

  @Test
  void coming_to_the_front_brings_what_was_held_back_while_the_app_was_suspended() {
    connect();
    phone.state(AppState.SUSPENDED, "locked");
    inbox.commit(Samples.message("held back"));
    settle();
    assertEquals(List.of(), phone.entries());

    phone.state(AppState.FOREGROUND, "foreground");
    settle();

    assertEquals(List.of(1L), phone.entries());
  }

  @Test
  void a_quiet_phone_is_pinged_and_given_up_when_it_stays_quiet() {
    connect();
    ticks(3);
    assertEquals(List.of("ping"), phone.written);
    phone.heard();
    ticks(3);
    assertEquals(List.of("ping", "ping"), phone.written);
    assertNull(phone.closedFor);
    ticks(3);
    assertEquals(Reason.NO_PONG, phone.closedFor);
  }

  /// What waits for the disk runs when the test says so, apart from the loop.
  private record Many(LiveChannels channels, Tasks workers, List<ListChannel> phones) {
    List<String> written() {
      return phones.stream().flatMap(phone -> phone.written.stream()).toList();
    }

    void forget() {
      phones.forEach(phone -> phone.written.clear());
    }
  }

  /// So many phones of users of their own, connected.
  private Many connected(final int count) {
    final var workers = new Tasks();
    final var many =
        new Many(
            new LiveChannels(inbox, () -> Instants.NOW, LiveSettings.DEFAULT, workers),
            workers,
            new ArrayList<>());
    for (int i = 0; i < count; i++) {
      final var user = new UserId(Samples.ANNA.organisation(), "user-" + i);
      final var id = new InstallationId("phone-" + i);
      many.phones.add(new ListChannel(many.channels, tasks, id, user, inbox, _ -> calls));
    }
    many.phones.forEach(ListChannel::hello);
    while (workers.runOne() || tasks.runOne()) {
      // until all of them are welcome
    }
    many.forget();
    return many;
  }

  @Test
  void an_event_for_many_is_read_by_one_thread_and_written_to_each_once() {
    final var many = connected(300);
    final var stored = inbox.commit(Samples.message("m"));
    final int before = inbox.reads();

    many.channels.send(
        many.phones.stream().map(phone -> new Frame(stored, phone.installation())).toList(),
        (frame, why) -> lost.add(frame.to() + " " + why));
    settle();
    assertTrue(many.workers.runOne());
    assertFalse(many.workers.runOne());
    settle();

    for (final var each : many.phones) {
      assertEquals(List.of("entry 1"), each.written);
    }
    assertEquals(List.of(), lost);
    assertEquals(300, inbox.reads() - before, "each user has an inbox of their own");
  }

  @Test
  void
      phones_that_go_on_where_they_were_are_read_for_together_and_told_what_came_and_their_calls() {
    final var many = connected(3);
    final var here = inbox.end();
    inbox.commit(Samples.message("m"));
    calls = List.of(new CallStatus.Over(Samples.call("c"), new CallEnd.TimedOut()));
    many.phones.getFirst().knows(Set.of(Samples.call("c")));

    many.phones.forEach(phone -> phone.resumeFrom(here));
    settle();
    assertTrue(many.workers.runOne());
    assertFalse(many.workers.runOne());
    settle();

    for (final var each : many.phones) {
      assertEquals(List.of(1L), each.entries());
    }
    assertEquals(1, many.written().stream().filter(word -> word.startsWith("over")).count());
  }

  @Test
  void a_phone_that_goes_back_is_read_for_alone() {
    final var many = connected(3);
    inbox.commit(Samples.message("m"));
    many.phones.forEach(phone -> phone.resumeFrom(inbox.beginning()));
    settle();
    while (many.workers.runOne()) {
      // each of them
    }
    settle();
    many.forget();

    many.phones.forEach(phone -> phone.resumeFrom(inbox.beginning()));
    settle();
    int reads = 0;
    while (many.workers.runOne()) {
      reads++;
    }
    settle();

    assertEquals(3, reads);
    for (final var each : many.phones) {
      assertEquals(List.of(1L), each.entries());
    }
  }

  @Test
  void a_phone_that_says_no_hello_is_sent_away() {
    phone.opened();
    ticks(9);
    assertNull(phone.closedFor);
    ticks(1);
    assertEquals(Reason.HELLO_MISSING, phone.closedFor);
  }

  @Test
  void a_read_that_fails_closes_the_channel_and_loses_nothing() {
    connect();
    final var broken =
        new ListChannel(
            channels,
            tasks,
            Samples.TABLET,
            Samples.ANNA,
            inbox,
            _ -> {
              throw new IllegalStateException("the disk is gone");
            });
    broken.hello();
    settle();
    assertEquals(Reason.INTERNAL, broken.closedFor);
    assertNull(phone.closedFor);
  }

  @Test
  void a_thousand_channels_share_one_wheel_and_leave_it_when_they_end() {
    final var wheel = new TimerWheel();
    final var many = new ArrayList<ListChannel>();
    for (int i = 0; i < 1_000; i++) {
      final var one = newPhone();
      many.add(one);
      wheel.put(one, 1 + i % 10);
    }
    many.subList(0, 500).forEach(wheel::remove);
    int met = 0;
    for (int second = 0; second < 10; second++) {
      met += wheel.tick().length;
    }
    assertEquals(500, met);
    assertEquals(0, wheel.tick().length);
  }
}
