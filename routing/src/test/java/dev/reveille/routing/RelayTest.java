package dev.reveille.routing;

import static dev.reveille.routing.People.iPhone;
import static dev.reveille.routing.port.Samples.ANNA;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.message;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A relay takes a push and reports later what became of it; Apple's sender plays the relay.
final class RelayTest extends SendFanOutStage {
  private static final Duration REPORT = Duration.ofSeconds(20);
  private static final String IN_TRANSIT = "push in-transit RELAY_HAS_IT";
  private static final String TAKEN = "push handed-over HANDED_TO_PLATFORM";

  private final List<String> kept = new ArrayList<>();

  @BeforeEach
  void annaHasAPhone() {
    fixture.person(ANNA, iPhone("phone", 18, ANNA));
  }

  private static WorkKey key(final long event) {
    return new WorkKey(event, new InstallationId("phone").target());
  }

  private InTransit inTransit() {
    return new InTransit("R-1", fixture.clock.instant().plus(REPORT));
  }

  /// A message whose push the relay took.
  private long taken() {
    final long event = fixture.accept(message("m"));
    fixture.apns().answer(fixture.apns().take(), inTransit());
    fixture.turn();
    return event;
  }

  private void report(final WorkKey work, final DeliveryOutcome outcome) {
    report(work, outcome, List.of());
  }

  private void report(final WorkKey work, final DeliveryOutcome outcome, final List<Try> lines) {
    fixture.routing.relayReports().arrived(work, outcome, lines, () -> kept.add(work.toString()));
    fixture.turn();
  }

  private static Try line(final String outcome, final Reason why) {
    return new Try("relay", 1, NOW, outcome, why, "push.example: words");
  }

  private List<String> pushes(final long event) {
    final var story = fixture.story(event, "phone");
    return story.subList(1, story.size());
  }

  @Test
  void a_push_in_transit_waits_as_a_row_and_is_settled_by_its_report() {
    final long event = taken();
    assertEquals(List.of(IN_TRANSIT), pushes(event), "not settled");
    assertEquals(0, fixture.routing.dispatcher().inFlight());
    assertEquals(1, fixture.store.rows().size());
    report(key(event), new HandedOver("apple-1"));
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    assertEquals(1, kept.size());
    fixture.pass(Duration.ofMinutes(2));
    assertEquals(List.of(), fixture.apns().questions, "it is known already");
    fixture.nothingIsLeft();
  }

  @Test
  void the_lines_of_the_relay_become_part_of_the_trail() {
    final long event = taken();
    final var lines =
        List.of(
            line("try-again", Reason.SERVICE_UNAVAILABLE),
            line("handed-over", Reason.HANDED_TO_PLATFORM));
    report(key(event), new HandedOver("apple-1"), lines);
    assertEquals(
        List.of(
            IN_TRANSIT,
            "relay try-again SERVICE_UNAVAILABLE",
            "relay handed-over HANDED_TO_PLATFORM",
            TAKEN,
            "settled"),
        pushes(event));
    report(key(event), new HandedOver("apple-1"), lines);
    assertEquals(5, pushes(event).size(), "a report that comes again adds nothing");
    fixture.nothingIsLeft();
  }

  @Test
  void lines_that_come_after_the_relay_was_asked_are_kept_once() {
    final long event = taken();
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(REPORT.plusSeconds(2));
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    final var lines = List.of(line("handed-over", Reason.HANDED_TO_PLATFORM));
    for (int i = 0; i < 2; i++) {
      report(key(event), new HandedOver("apple-1"), lines);
      assertEquals(
          1,
          pushes(event).stream().filter("relay handed-over HANDED_TO_PLATFORM"::equals).count(),
          () -> pushes(event).toString());
    }
    assertEquals(2, kept.size());
    fixture.nothingIsLeft();
  }

  @Test
  void the_lines_of_a_push_that_failed_stand_before_what_the_relay_answers() {
    final long event = taken();
    fixture.apns().knows = _ -> new Refused(Reason.TOKEN_RETIRED, "", Verdict.NOTHING);
    report(
        key(event),
        new Refused(Reason.TOKEN_RETIRED, "", Verdict.NOTHING),
        List.of(line("refused", Reason.TOKEN_RETIRED)));
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(
        List.of(IN_TRANSIT, "relay refused TOKEN_RETIRED", "push refused TOKEN_RETIRED", "settled"),
        pushes(event));
  }

  @Test
  void a_relay_that_does_not_report_is_asked_and_nothing_is_sent_again() {
    final long event = taken();
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(REPORT.minusSeconds(1));
    assertEquals(List.of(), fixture.apns().questions);
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(1, fixture.apns().questions.size());
    assertEquals(key(event), fixture.apns().questions.getFirst().work());
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void what_a_setting_held_up_is_tried_at_once_when_the_way_changed() {
    final long event = fixture.accept(message("m"));
    final var until = fixture.clock.instant().plusSeconds(30);
    fixture
        .apns()
        .answer(
            fixture.apns().take(),
            new Withheld(Reason.FEDERATION_REFUSED, "not allowed", until, ServiceReply.ANSWER));
    fixture.pass(Duration.ofSeconds(5));
    assertEquals(List.of(), fixture.apns().taken, "it waits for the setting");
    fixture.routing.relayReports().wayChanged(PushService.WNS.sender());
    fixture.pass(Duration.ofSeconds(2));
    assertEquals(List.of(), fixture.apns().taken, "another way changed");
    fixture.routing.relayReports().wayChanged(PushService.APNS.sender());
    fixture.pass(Duration.ofSeconds(2));
    fixture.apns().answer(fixture.apns().take(), new HandedOver("apple-1"));
    fixture.turn();
    assertEquals(TAKEN, pushes(event).get(pushes(event).size() - 2));
    fixture.nothingIsLeft();
  }

  @Test
  void a_push_in_transit_survives_a_restart_and_is_not_sent_again() {
    final long event = taken();
    fixture.crashAndStartAgain();
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(REPORT.plusSeconds(10));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_after_a_restart_finds_its_row_on_disk() {
    final long event = taken();
    fixture.crashAndStartAgain();
    report(key(event), new HandedOver("apple-1"));
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    assertEquals(1, kept.size());
    fixture.nothingIsLeft();
  }

  @Test
  void a_push_that_the_relay_does_not_know_is_sent_again_with_the_same_id() {
    final long event = fixture.accept(message("m"));
    final var first = fixture.apns().take();
    fixture.apns().answer(first, inTransit());
    fixture.turn();
    fixture.apns().knows = _ -> new Uncertain(Reason.NO_REPORT);
    fixture.pass(REPORT.plusSeconds(20));
    final Push second = fixture.apns().take();
    assertEquals(first.id(), second.id());
    assertEquals(2, second.attempt());
    fixture.apns().handOver(second);
    fixture.turn();
    assertEquals(
        List.of(
            IN_TRANSIT,
            "push uncertain NO_REPORT",
            "push leaves SUSPENDED_MESSAGE",
            TAKEN,
            "settled"),
        pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_of_a_refusal_makes_the_server_ask_and_believe_the_relay() {
    final long event = taken();
    final var gone = new Refused(Reason.TOKEN_RETIRED, "410", new Verdict.Gone(NOW.plusSeconds(1)));
    fixture.apns().knows = _ -> gone;
    report(key(event), gone);
    fixture.pass(Duration.ofSeconds(1));
    assertEquals(1, fixture.apns().questions.size(), "at once");
    assertEquals("push refused TOKEN_RETIRED", pushes(event).get(1));
    assertEquals(
        1,
        fixture.registry.installation(new InstallationId("phone")).orElseThrow().addresses().size(),
        "the address is gone");
    fixture.nothingIsLeft();
  }

  @Test
  void a_relay_that_still_does_not_know_is_asked_again_and_last_before_the_time_is_over() {
    final long event = taken();
    fixture.apns().knows = _ -> inTransit();
    fixture.pass(Duration.ofSeconds(63));
    assertEquals(
        List.of(IN_TRANSIT, "push uncertain NO_REPORT", "settled"),
        pushes(event),
        "it may have arrived");
    final var asked = fixture.apns().questions.size();
    assertTrue(asked >= 3 && asked <= 8, () -> "asked " + asked + " times");
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_may_overtake_the_answer_that_it_is_in_transit() {
    final long event = fixture.accept(message("m"));
    final var push = fixture.apns().take();
    report(key(event), new HandedOver("apple-1"));
    fixture.apns().answer(push, inTransit());
    fixture.turn();
    assertEquals(List.of(TAKEN, "settled"), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_of_what_is_not_in_transit_changes_nothing() {
    fixture.apns().always = _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, NOW.plusSeconds(30));
    final long event = fixture.accept(message("m"));
    final var before = fixture.trail(event);
    report(key(event), new HandedOver("forged"));
    report(new WorkKey(event + 5, key(event).target()), new HandedOver("forged"));
    assertEquals(before, fixture.trail(event));
    assertEquals(1, fixture.store.rows().size());
    assertEquals(2, kept.size(), "who reported is answered");
  }

  @Test
  void a_relay_out_of_reach_is_asked_when_it_is_there_again() {
    final long event = taken();
    fixture.apns().knows = _ -> DeliveryOutcome.TryAgain.unreachable("", NOW, Optional.empty());
    fixture.pass(REPORT.plusSeconds(5));
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(List.of(), fixture.apns().taken, "it is not sent again");
    assertEquals(TAKEN, pushes(event).reversed().get(1));
    fixture.nothingIsLeft();
  }

  @Test
  void targets_of_a_send_are_in_transit_as_well() {
    final var to = addresses(2);
    fixture.apns().always = _ -> inTransit();
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    assertEquals(Map.of(), progress(send).outcomes());
    report(new WorkKey(send, to.getFirst().key()), new HandedOver("apple-1"));
    assertEquals(Map.of("handed-over", 1L), progress(send).outcomes());
    fixture.apns().knows = _ -> new HandedOver("apple-2");
    fixture.pass(REPORT.plusSeconds(2));
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_while_the_frame_is_out_ends_the_push_for_good() {
    final long event = taken();
    fixture.live.foreground("phone");
    fixture.apns().knows = _ -> inTransit();
    fixture.pass(REPORT.plusSeconds(1)); // its row came back, and its frame is out
    fixture.live.frames.clear();
    report(key(event), new HandedOver("apple-1"));
    fixture.pass(RoutingFixture.OPTIONS.patience().plusSeconds(2));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(1, fixture.story(event, "phone").stream().filter(TAKEN::equals).count());
    assertEquals("settled", fixture.story(event, "phone").getLast());
    fixture.nothingIsLeft();
  }

  @Test
  void a_row_in_transit_that_cannot_be_read_is_asked_for_later_and_not_sent_again() {
    final var to = addresses(1);
    final boolean[] fails = {false};
    fixture.audiences =
        new Audiences() {
          @Override
          public Page page(final Audience.Registered audience, final long after, final int most) {
            return new Page(List.of(new Numbered(1, to.getFirst())), true);
          }

          @Override
          public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
            if (fails[0]) {
              throw new IllegalStateException("the disk cannot be read");
            }
            return Optional.of(to.getFirst());
          }
        };
    fixture.crashAndStartAgain();
    fixture.apns().always = _ -> inTransit();
    final long send = accept(send("1", new Audience.Registered("news", "", 1), NOW));
    fixture.apns().always = null;
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fails[0] = true;
    fixture.pass(REPORT.plusSeconds(1));
    fails[0] = false;
    fixture.pass(Duration.ofSeconds(10));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(Map.of("handed-over", 1L), progress(send).outcomes());
  }

  @Test
  void a_question_without_an_answer_is_asked_again_and_the_push_is_not_sent_again() {
    final long event = taken();
    fixture.apns().knows = _ -> new Uncertain(Reason.NO_ANSWER);
    fixture.pass(REPORT.plusSeconds(2));
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(Duration.ofSeconds(20));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(List.of(IN_TRANSIT, TAKEN, "settled"), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void a_relay_that_promises_what_is_past_is_asked_less_and_less_often() {
    final long event = taken();
    fixture.apns().knows = _ -> new InTransit("R-1", NOW);
    fixture.pass(Duration.ofSeconds(63));
    final var asked = fixture.apns().questions.size();
    assertTrue(asked >= 3 && asked <= 8, () -> "asked " + asked + " times");
    assertEquals(List.of(IN_TRANSIT, "push uncertain NO_REPORT", "settled"), pushes(event));
    fixture.nothingIsLeft();
  }

  @Test
  void a_report_for_work_that_is_out_on_its_channel_only_comes_to_rest() {
    taken(); // some row waits, so that memory cannot know of every other
    fixture.live.foreground("phone");
    final long other = fixture.accept(message("other"));
    report(key(other), new HandedOver("forged"));
    assertEquals(1, fixture.live.frames.size());
    fixture.live.frames.clear();
    assertEquals(1, kept.size(), "who reported is answered");
    assertEquals(List.of(), fixture.story(other, "phone"));
  }

  @Test
  void a_cancelled_send_asks_for_what_a_relay_has() {
    final var to = addresses(1);
    fixture.apns().always = _ -> inTransit();
    final long send = accept(send("1", new Audience.Addresses(to), NOW));
    fixture.routing.sends().cancel(send, () -> {});
    fixture.apns().knows = _ -> new HandedOver("apple-1");
    fixture.pass(REPORT.plusSeconds(2));
    assertEquals(Map.of("handed-over", 1L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }
}
