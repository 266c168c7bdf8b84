package dev.reveille.routing;

import static dev.reveille.routing.People.android;
import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.BEN;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.incomingCall;
import static dev.reveille.routing.port.Samples.key;
import static dev.reveille.routing.port.Samples.missedCall;
import static dev.reveille.routing.port.Samples.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Content;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.Reason;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TrailEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A push service is out of reach and comes back.
class OutageTest {
  private static final Duration RING = Duration.ofSeconds(60);
  private RoutingFixture fixture = new RoutingFixture();
  private final List<Push> tried = new ArrayList<>();
  private final List<Push> through = new ArrayList<>();
  private int next;

  @BeforeEach
  void peopleHavePhones() {
    fixture.switchEverythingOn();
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
    fixture.person(BEN, android("bens", BEN));
    fixture.fcm().always = _ -> new HandedOver("");
  }

  private void down(final Reason why) {
    fixture.apns().always =
        push -> {
          tried.add(push);
          return new TryAgain(why, "no", fixture.clock.instant().plusSeconds(1));
        };
  }

  private void up() {
    fixture.apns().always =
        push -> {
          through.add(push);
          return new HandedOver("");
        };
  }

  private void handIn(final Event event) {
    fixture.routing.intake().submit(new HandIn(event, event.hashCode(), _ -> {}));
  }

  private void bulk(final int many) {
    for (int i = 0; i < many; i++) {
      handIn(silent("b" + next++));
    }
    fixture.turn();
  }

  private void normal(final int many) {
    for (int i = 0; i < many; i++) {
      handIn(missedCall("n" + next++));
    }
    fixture.turn();
  }

  private void calls(final int many) {
    for (int i = 0; i < many; i++) {
      handIn(incomingCall("c" + next++));
    }
    fixture.turn();
  }

  private List<Lane> lanesThrough() {
    return through.stream().map(Push::lane).toList();
  }

  private static void assertInLaneOrder(final List<Push> pushes) {
    for (int i = 1; i < pushes.size(); i++) {
      final var before = pushes.get(i - 1);
      final var after = pushes.get(i);
      final int by = before.lane().compareTo(after.lane());
      assertTrue(
          by < 0 || (by == 0 && before.event() < after.event()),
          () -> before.lane() + " " + before.event() + ", " + after.lane() + " " + after.event());
    }
  }

  @Test
  void few_that_waited_go_through_by_lane_and_then_by_age() {
    down(Reason.SERVICE_UNREACHABLE);
    bulk(3);
    normal(3);
    calls(2);
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(8, fixture.store.rows().size());
    up();
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(
        List.of(
            Lane.URGENT,
            Lane.URGENT,
            Lane.NORMAL,
            Lane.NORMAL,
            Lane.NORMAL,
            Lane.BULK,
            Lane.BULK,
            Lane.BULK),
        lanesThrough());
    assertInLaneOrder(through);
    assertEquals(List.of(), fixture.store.rows());
    assertEquals(0, fixture.routing.dispatcher().inFlight());
  }

  @Test
  void many_that_waited_go_through_by_lane_and_then_by_age() {
    down(Reason.SERVICE_UNREACHABLE);
    bulk(3_000);
    normal(3_000);
    calls(200);
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(6_200, fixture.store.rows().size());
    up();
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(6_200, through.size());
    assertInLaneOrder(through);
    assertEquals(List.of(), fixture.store.rows());
  }

  @Test
  void failures_of_the_service_itself_open_the_breaker_as_well() {
    down(Reason.SERVICE_UNAVAILABLE);
    bulk(40);
    normal(40);
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(80, fixture.store.rows().size());
    assertTrue(fixture.store.rows().stream().noneMatch(row -> row.behind().isEmpty()));
    up();
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(80, through.size());
    assertInLaneOrder(through);
  }

  @Test
  void only_one_probe_at_a_time_is_sent_and_the_trail_does_not_fill() {
    down(Reason.SERVICE_UNREACHABLE);
    normal(300);
    final int before = tried.size();
    fixture.pass(Duration.ofSeconds(20));
    final int probes = tried.size() - before;
    assertTrue(probes >= 20 && probes <= 40, () -> "probes in 20 s: " + probes);
    assertTrue(fixture.store.lines().size() < 700, () -> "lines: " + fixture.store.lines().size());
    assertEquals(300, fixture.store.rows().size());
    up();
    fixture.pass(Duration.ofSeconds(2));
    fixture.nothingIsLeft();
    for (long event = 1; event <= 300; event++) {
      assertEquals(1, fixture.settledLines(event).get(new InstallationId("phone")));
    }
  }

  @Test
  void a_probe_without_an_answer_yet_is_the_only_one() {
    down(Reason.SERVICE_UNREACHABLE);
    normal(5);
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(10));
    final var probe = fixture.apns().take();
    fixture.apns().handOver(probe);
    up();
    fixture.turn();
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(4, through.size());
    fixture.nothingIsLeft();
  }

  @Test
  void the_first_that_has_nothing_to_send_any_more_does_not_hold_up_the_probe() {
    down(Reason.SERVICE_UNREACHABLE);
    normal(3);
    final long read = fixture.store.rows().getFirst().event();
    fixture.acknowledge(ANNA, "phone", read);
    up();
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(2, through.size());
    fixture.nothingIsLeft();
  }

  @Test
  void another_service_does_not_notice() {
    down(Reason.SERVICE_UNREACHABLE);
    normal(2_000);
    final var pushed = new ArrayList<Push>();
    fixture.fcm().always =
        push -> {
          pushed.add(push);
          return pushed.size() > 1
              ? new HandedOver("")
              : new TryAgain(Reason.SERVICE_THROTTLED, "", fixture.clock.instant().plusSeconds(2));
        };
    fixture.accept(Samples.message("m", BEN));
    fixture.pass(Duration.ofMillis(2_500));
    assertEquals(2, pushed.size(), "it came back at its moment");
    fixture.accept(Samples.message("n", BEN));
    assertEquals(3, pushed.size());
  }

  @Test
  void what_is_less_urgent_than_the_line_joins_it_while_it_goes_through() {
    fixture = new RoutingFixture(RoutingOptions.DEFAULT.withInFlight(400));
    peopleHavePhones();
    down(Reason.SERVICE_UNREACHABLE);
    normal(1_000);
    fixture.apns().always = null;
    fixture.pass(Duration.ofMillis(600));
    fixture.apns().handOver(fixture.apns().take());
    fixture.pass(Duration.ofMillis(100)); // the line takes the room there is
    assertEquals(100, fixture.apns().taken.size());
    bulk(1);
    assertEquals(100, fixture.apns().taken.size());
    calls(1);
    assertEquals(Lane.URGENT, fixture.apns().taken.getLast().lane());
    final var underWay = List.copyOf(fixture.apns().taken);
    fixture.apns().taken.clear();
    up();
    underWay.forEach(fixture.apns()::handOver);
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(1_002, 1 + underWay.size() + through.size());
    assertEquals(Lane.BULK, through.getLast().lane());
    assertEquals(List.of(), fixture.store.rows());
  }

  @Test
  void a_call_that_waited_too_long_is_said_to_be_over_while_the_service_is_down() {
    down(Reason.SERVICE_UNREACHABLE);
    calls(1);
    normal(1);
    fixture.pass(RING.plusSeconds(3));
    final var story = fixture.story(1, "phone");
    assertEquals("settled", story.getLast());
    assertTrue(
        story.contains("push expired TOO_LATE_TO_ALERT")
            || story.contains("push given-up CALL_OVER"),
        story::toString);
  }

  /// A broadcast of bulk with a short life behind a message with a long one: no probe comes to it.
  @Test
  void what_is_over_leaves_the_line_though_it_is_not_its_turn() {
    down(Reason.SERVICE_UNREACHABLE);
    final var life = new Life(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(7)));
    handIn(
        new Event.Message(key("long"), List.of(ANNA), "chat", Samples.TEAM, Content.EMPTY, life));
    bulk(1);
    fixture.pass(RING.plusSeconds(3));
    final var story = fixture.story(2, "phone");
    assertEquals(
        List.of("push expired TOO_LATE_TO_ALERT", "settled"),
        story.subList(story.size() - 2, story.size()));
    assertEquals(1, fixture.store.rows().size());
  }

  @Test
  void a_line_that_the_last_run_left_goes_on_after_a_restart() {
    down(Reason.SERVICE_UNREACHABLE);
    bulk(2);
    normal(2);
    fixture.crashAndStartAgain();
    up();
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(List.of(Lane.NORMAL, Lane.NORMAL, Lane.BULK, Lane.BULK), lanesThrough());
    assertEquals(List.of(), fixture.store.rows());
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVICE_UNAVAILABLE", "SERVICE_UNREACHABLE"})
  void the_trail_says_what_a_push_waits_for_in_the_line_of_its_service(final Reason why) {
    down(why);
    for (int i = 0; i < 25; i++) {
      fixture.accept(missedCall("m" + i));
    }
    final long event = fixture.accept(missedCall("last"));
    fixture.pass(Duration.ofSeconds(30));
    final var story = fixture.story(event, "phone");
    assertTrue(story.contains("push waits " + why), story::toString);
    assertEquals(2, story.size(), "said once, until it was tried again");
  }

  private void busyFor(final Duration asked) {
    fixture.apns().always =
        push -> {
          tried.add(push);
          return new TryAgain(
              Reason.SERVICE_UNAVAILABLE,
              "503",
              fixture.clock.instant().plus(asked),
              ServiceReply.MOMENT);
        };
  }

  @Test
  void a_service_that_says_when_to_come_back_is_left_alone_until_then() {
    busyFor(Duration.ofSeconds(20));
    normal(40);
    final int before = tried.size();
    fixture.pass(Duration.ofSeconds(19));
    assertEquals(before, tried.size(), "not even a probe");
    fixture.pass(Duration.ofSeconds(3));
    assertEquals(before + 1, tried.size(), "one probe, and the others wait for its answer");
    up();
    fixture.pass(Duration.ofSeconds(22));
    assertEquals(40, through.size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_service_that_asks_for_an_hour_is_probed_after_ten_minutes() {
    busyFor(Duration.ofHours(1));
    final var life = new Life(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(7)));
    for (int i = 0; i < 25; i++) {
      final var what = key("long" + i);
      handIn(new Event.Message(what, List.of(ANNA), "chat", Samples.TEAM, Content.EMPTY, life));
    }
    fixture.turn();
    final int before = tried.size();
    fixture.pass(Duration.ofMinutes(9));
    assertEquals(before, tried.size());
    fixture.pass(Duration.ofMinutes(2));
    assertEquals(before + 1, tried.size());
  }

  @Test
  void what_we_refuse_or_hold_back_ourselves_says_nothing_about_the_service() {
    final var ours =
        List.of(
            DeliveryOutcome.Refused.byUs(Reason.CREDENTIALS_REFUSED, "as before"),
            new TryAgain(Reason.SERVICE_THROTTLED, "held back", NOW.plusSeconds(3_000)));
    for (final var outcome : ours) {
      fixture = new RoutingFixture();
      peopleHavePhones();
      down(Reason.SERVICE_UNREACHABLE);
      normal(10);
      tried.clear();
      fixture.apns().always =
          push -> {
            tried.add(push);
            return outcome;
          };
      fixture.pass(Duration.ofMillis(600));
      assertEquals(1, tried.size(), () -> "the gate stays shut after " + outcome);
    }
  }

  @Test
  void the_trail_says_for_what_a_call_waited_until_it_was_over() {
    busyFor(Duration.ofMinutes(5));
    final long call = fixture.accept(incomingCall("c"));
    fixture.pass(Duration.ofSeconds(1));
    assertTrue(
        fixture.trail(call).stream()
            .map(TrailEntry.Opening.class::cast)
            .flatMap(line -> line.tries().stream())
            .anyMatch(one ->
                one.outcome().equals(Outcome.EXPIRED.word()) && one.detail().contains("RV-214")),
        () -> fixture.trail(call).toString());
  }

  @Test
  void a_push_that_no_stream_was_free_for_in_time_says_nothing_about_the_service() {
    down(Reason.SERVICE_UNREACHABLE);
    normal(10);
    fixture.apns().always =
        _ -> new DeliveryOutcome.Refused(Reason.TOO_LATE_TO_ALERT, "", Verdict.NOTHING);
    fixture.pass(Duration.ofMillis(600));
    assertEquals(9, fixture.store.rows().size(), "the gate stays shut");
    assertTrue(fixture.story(1, "phone").contains("push expired TOO_LATE_TO_ALERT"));
  }
}
