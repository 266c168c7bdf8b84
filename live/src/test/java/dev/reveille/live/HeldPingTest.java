package dev.reveille.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.model.Route;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.LiveRoutes.LiveState;
import dev.reveille.routing.port.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/// A held Ping beside the app's channel: what it is told, and how it ends.
final class HeldPingTest {
  private final ListInbox inbox = new ListInbox();
  private final Tasks tasks = new Tasks();
  private final LiveChannels channels =
      new LiveChannels(inbox, () -> Instants.NOW, LiveSettings.DEFAULT, tasks);
  private final List<String> lost = new ArrayList<>();

  /// A Ping that notes how it was answered.
  private static final class NotedPing extends HeldPing {
    final List<String> answers = new ArrayList<>();

    NotedPing(final LiveChannels channels, final Executor loop) {
      super(channels, loop, Samples.PHONE, Samples.ANNA);
    }

    @Override
    protected void changed(final Frame hint) {
      answers.add("changed " + hint.stored().sequence());
    }

    @Override
    protected void over() {
      answers.add("over");
    }

    @Override
    protected void ended(final Reason why) {
      answers.add("ended " + why);
    }
  }

  private NotedPing held(final Duration life) {
    final var ping = new NotedPing(channels, tasks);
    assertTrue(ping.hold(life));
    return ping;
  }

  private void settle() {
    while (tasks.runOne()) {
      // until nothing is left to do
    }
  }

  private StoredJob hint() {
    return inbox.commit(Samples.changeHint("h", Set.of("INBOX")));
  }

  private void send(final StoredJob stored, final Route.Held over) {
    channels.send(
        List.of(new Frame(stored, Samples.PHONE, over)),
        (frame, why) -> lost.add(frame.over().word() + " " + why));
    settle();
  }

  @Test
  void a_ping_is_answered_once_and_is_gone() {
    final var ping = held(HeldPing.LONGEST);
    assertTrue(channels.of(Samples.PHONE).pingHeld());
    assertEquals(1, channels.pings());
    send(hint(), Route.PING);
    assertEquals(List.of("changed 1"), ping.answers);
    assertEquals(LiveState.NOTHING, channels.of(Samples.PHONE));
    send(hint(), Route.PING);
    assertEquals(List.of("ping LIVE_CLOSED"), lost);
    ping.context.tick();
    ping.end(Reason.LIVE_CLOSED);
    assertEquals(List.of("changed 1"), ping.answers);
  }

  @Test
  void a_ping_is_neither_presence_nor_activity() {
    held(HeldPing.LONGEST);
    assertEquals(LiveState.NOTHING.withPing(), channels.of(Samples.PHONE));
    assertEquals(0, channels.size());
    assertTrue(channels.channel(Samples.PHONE).isEmpty());
  }

  @Test
  void an_installation_has_a_channel_and_a_ping_at_once_and_each_gets_its_frame() {
    final var phone =
        new ListChannel(channels, tasks, Samples.PHONE, Samples.ANNA, inbox, _ -> List.of());
    phone.hello();
    settle();
    phone.written.clear();
    final var ping = held(HeldPing.LONGEST);
    final var liveState = channels.of(Samples.PHONE);
    assertTrue(liveState.channelOpen() && liveState.pingHeld());
    final var hint = hint();
    channels.send(
        List.of(
            new Frame(hint, Samples.PHONE, Route.PING), new Frame(hint, Samples.PHONE, Route.LIVE)),
        (_, _) -> lost.add("lost"));
    settle();
    assertEquals(List.of("changed 1"), ping.answers);
    assertEquals(List.of(1L), phone.entries());
    assertEquals(List.of(), lost);
    assertTrue(channels.of(Samples.PHONE).channelOpen(), "the channel stays");
    assertFalse(channels.of(Samples.PHONE).pingHeld());
  }

  @Test
  void it_is_held_for_3540_seconds_to_the_second_and_no_longer() {
    final var ping = held(Duration.ofDays(1));
    final var shorter = new NotedPing(channels, tasks);
    for (int second = 1; second < 3_540; second++) {
      ping.context.tick();
    }
    assertEquals(List.of(), ping.answers);
    ping.context.tick();
    assertEquals(List.of("over"), ping.answers);
    assertEquals(LiveState.NOTHING, channels.of(Samples.PHONE));
    assertTrue(shorter.hold(Duration.ofSeconds(2)));
    shorter.context.tick();
    assertEquals(List.of(), shorter.answers);
    shorter.context.tick();
    assertEquals(List.of("over"), shorter.answers);
  }

  @Test
  void a_newer_ping_replaces_the_older_one() {
    final var older = held(HeldPing.LONGEST);
    final var newer = held(HeldPing.LONGEST);
    settle();
    assertEquals(List.of("ended REPLACED"), older.answers);
    send(hint(), Route.PING);
    assertEquals(List.of("changed 1"), newer.answers);
  }

  @Test
  void a_ping_on_another_loop_is_found_there() {
    final var other = new Tasks();
    final var first = held(HeldPing.LONGEST);
    channels.send(
        List.of(new Frame(hint(), Samples.PHONE, Route.PING)), (_, _) -> lost.add("lost"));
    final var second = new NotedPing(channels, other); // it comes while the frame is on its way
    assertTrue(second.hold(HeldPing.LONGEST));
    settle();
    while (other.runOne()) {
      // until nothing is left to do
    }
    assertEquals(List.of("ended REPLACED"), first.answers);
    assertEquals(List.of("changed 1"), second.answers);
  }

  @Test
  void who_signs_out_loses_the_ping_as_well() {
    final var ping = held(HeldPing.LONGEST);
    assertEquals(List.of(ping), channels.all(Samples.PHONE));
    channels.close(Samples.PHONE, Reason.SIGNED_OUT);
    settle();
    assertEquals(List.of("ended SIGNED_OUT"), ping.answers);
  }

  @Test
  void the_server_goes_down_and_ends_pings_and_holds_no_more() {
    final var ping = held(HeldPing.LONGEST);
    channels.close();
    settle();
    assertEquals(List.of("ended SHUTTING_DOWN"), ping.answers);
    final var late = new NotedPing(channels, tasks);
    assertFalse(late.hold(HeldPing.LONGEST));
    assertEquals(List.of("ended SHUTTING_DOWN"), late.answers);
    assertEquals(0, channels.pings());
  }

  @Test
  void a_ping_whose_connection_ended_first_is_not_held() {
    final var ping = new NotedPing(channels, tasks);
    ping.end(Reason.LIVE_CLOSED);
    assertFalse(ping.hold(HeldPing.LONGEST));
    assertEquals(0, channels.pings());
    assertEquals(List.of("ended LIVE_CLOSED"), ping.answers);
  }
}
