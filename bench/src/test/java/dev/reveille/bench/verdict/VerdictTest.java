package dev.reveille.bench.verdict;

import static dev.reveille.bench.verdict.Recorded.CALL;
import static dev.reveille.bench.verdict.Recorded.START;
import static dev.reveille.bench.verdict.Recorded.device;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.verdict.Evidence.End;
import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.bench.verdict.Evidence.Said;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.Arrival.Way;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final String OTHER = "99999999-2222-3333-4444-555555555555";

  private final Recorded recorded = new Recorded();

  private void isRed(final Question question, final String finding) {
    final var verdict = recorded.verdict();
    assertEquals(Set.of(question), verdict.red(), verdict::toString);
    assertTrue(
        verdict.findings(question).stream().anyMatch(one -> one.contains(finding)),
        verdict::toString);
  }

  private void isGreen() {
    final var verdict = recorded.verdict();
    assertEquals(Set.of(), verdict.red(), verdict::toString);
  }

  @Test
  void a_campaign_in_which_all_went_well_has_no_finding() {
    isGreen();
  }

  // ---- lost and doubled -----------------------------------------------------------------------

  @Test
  void one_lost_and_one_doubled_are_both_named_although_the_sum_is_right() {
    recorded.arrivals.removeIf(one -> one.event().equals("e-1"));
    recorded.came("bob", 61, Way.FRAME, Kind.MESSAGE, "e-9", "number 2");
    final var verdict = recorded.verdict();
    assertEquals(List.of("\"number 1\" never came to anna"), verdict.findings(Question.LOST));
    assertEquals(
        List.of("sender m-2 came to bob as [e-2, e-9]"), verdict.findings(Question.DOUBLED));
    assertEquals(Set.of(Question.LOST, Question.DOUBLED), verdict.red());
  }

  @Test
  void a_message_whose_push_never_left_is_lost_although_the_inbox_has_it() {
    recorded.arrivals.removeIf(one -> one.kind() == Kind.ALERT);
    isRed(Question.LOST, "\"number 2\" came to bob only when it looked");
  }

  private void bobsPush(final String... lines) {
    recorded.arrivals.removeIf(one -> one.kind() == Kind.ALERT);
    recorded.trail("e-2", "m-2", Recorded.device("bob", lines));
  }

  @Test
  void a_message_whose_push_and_both_repeats_broke_off_waits_for_the_phone_to_look() {
    bobsPush("push uncertain", "push uncertain", "push uncertain");
    recorded.apple("e-2", "bob", Recorded.START, 0);
    isGreen();
    assertEquals(1, Verdict.messagesRepeatedInVain(recorded.evidence()));
  }

  @Test
  void a_message_that_could_have_been_repeated_once_more_is_lost() {
    bobsPush("push uncertain", "push uncertain");
    isRed(Question.LOST, "\"number 2\" came to bob only when it looked");
  }

  @Test
  void a_message_that_was_handed_over_after_all_is_lost() {
    bobsPush("push uncertain", "push uncertain", "push uncertain", "push handed-over");
    isRed(Question.LOST, "\"number 2\" came to bob only when it looked");
  }

  @Test
  void a_message_that_came_by_one_of_its_repeats_was_not_repeated_in_vain() {
    recorded.trail(
        "e-2", "m-2", Recorded.device("bob", "push uncertain", "push uncertain", "push uncertain"));
    isGreen();
    assertEquals(0, Verdict.messagesRepeatedInVain(recorded.evidence()));
  }

  @Test
  void a_message_that_apple_took_and_no_phone_got_is_lost_whatever_the_trail_says() {
    bobsPush("push uncertain", "push uncertain", "push uncertain");
    recorded.apple("e-2", "bob", Recorded.START, 200);
    isRed(Question.LOST, "\"number 2\" came to bob only when it looked");
  }

  @Test
  void a_call_that_never_rang_at_one_of_its_group_is_lost() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    isRed(Question.LOST, "never rang at bob");
  }

  @Test
  void a_call_that_was_over_soon_need_not_have_rung() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.ends.add(Recorded.end("bob", 5));
    isGreen();
  }

  @Test
  void a_call_that_was_over_soon_is_lost_when_apple_had_taken_its_push_well_before() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.ends.add(Recorded.end("bob", 5));
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "live acknowledged", "push handed-over"),
        device("bob", "push handed-over@2"));
    isRed(Question.LOST, "never rang at bob");
  }

  @Test
  void a_call_that_one_declined_may_still_ring_at_another() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.came("anna", 3, Way.FRAME, Kind.END, "", CALL);
    isGreen();
    recorded.arrivals.removeLast();
    recorded.declined("anna", 3);
    isRed(Question.LOST, "never rang at bob");
  }

  @Test
  void a_ring_after_half_of_its_time_is_late_unless_the_server_was_away() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.came("bob", 11, Way.PUSH, Kind.RING, "e-3", CALL);
    isRed(Question.LATE, "rang at bob after half of its time");
    recorded.killed(2, 4);
    isGreen();
  }

  @Test
  void a_message_that_came_as_an_alert_only_is_lost_to_the_inbox() {
    recorded.arrivals.removeIf(one -> one.kind() == Kind.MESSAGE && one.phone().equals("bob"));
    isRed(Question.LOST, "\"number 2\" never came to the inbox of bob");
  }

  @Test
  void a_call_that_was_to_be_over_soon_need_not_have_rung_though_that_was_confirmed_late() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.ends.add(new End(CALL, "", START.plusSeconds(5), START.plusSeconds(15)));
    isGreen();
  }

  @Test
  void a_call_is_not_lost_when_the_server_was_killed_before_each_next_try() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "live acknowledged", "push handed-over"),
        device("bob", "push uncertain@1", "push try-again@3", "push not-sent@10"));
    isRed(Question.LOST, "never rang at bob");
    recorded.killed(4, 6); // up for 5 seconds
    isRed(Question.LOST, "never rang at bob");
    recorded.killed(7, 8);
    isGreen();
    assertEquals(1, Verdict.ringsWithoutTime(recorded.evidence()));
  }

  @Test
  void a_call_that_apple_took_and_that_never_rang_is_lost_whatever_was_killed() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "live acknowledged", "push handed-over"),
        device("bob", "push uncertain@1", "push handed-over@3"));
    recorded.killed(4, 9);
    isRed(Question.LOST, "never rang at bob");
  }

  @Test
  void an_event_that_the_server_does_not_know_is_lost() {
    recorded.trails.remove("e-1");
    isRed(Question.LOST, "e-1, which the server does not know");
  }

  @Test
  void an_event_that_was_answered_as_another_is_lost() {
    recorded.trail("e-1", "m-7", device("anna", "live acknowledged"));
    isRed(Question.LOST, "e-1, which is another event");
  }

  @Test
  void a_hand_in_that_was_answered_with_two_ids_is_doubled() {
    recorded.trail("e-9", "m-1", device("anna", "live acknowledged"));
    recorded.handIns.set(
        0,
        new HandIn(
            "sender",
            "m-1",
            "number 1",
            "",
            List.of("anna"),
            START,
            List.of("e-1", "e-9"),
            List.of()));
    isRed(Question.DOUBLED, "answered as [e-1, e-9]");
  }

  @Test
  void an_entry_twice_on_one_channel_is_doubled() {
    recorded.came("anna", 2, Way.FRAME, Kind.MESSAGE, "e-1", "number 1");
    isRed(Question.DOUBLED, "e-1 came twice on one channel of anna");
  }

  @Test
  void what_was_refused_or_never_answered_is_named() {
    recorded.handIns.add(
        new HandIn(
            "sender",
            "m-8",
            "number 8",
            "",
            List.of("anna"),
            Instant.MAX,
            List.of(),
            List.of("409 conflict")));
    recorded.handIns.add(
        new HandIn(
            "sender", "m-9", "number 9", "", List.of("anna"), Instant.MAX, List.of(), List.of()));
    isRed(Question.REFUSED, "sender m-8: 409 conflict");
    isRed(Question.REFUSED, "sender m-9 was never answered");
  }

  // ---- the right phone ------------------------------------------------------------------------

  @Test
  void a_message_at_a_phone_that_it_was_not_meant_for_is_astray() {
    recorded.came("anna", 2, Way.PUSH, Kind.ALERT, "e-2", "number 2");
    isRed(Question.ASTRAY, "anna got ALERT e-2, which was meant for [bob]");
  }

  @Test
  void a_ring_that_was_not_handed_in_is_astray() {
    recorded.came("anna", 1, Way.STATE, Kind.RING, "e-8", "other call");
    isRed(Question.ASTRAY, "anna got RING e-8, call other call, which was not handed in");
  }

  @Test
  void a_missed_call_is_for_those_who_were_called() {
    recorded.trails.put("e-9", Recorded.missed(CALL));
    recorded.came("bob", 11, Way.PUSH, Kind.ALERT, "e-9", "Zoe");
    assertEquals(List.of(), recorded.verdict().findings(Question.ASTRAY));
    recorded.trails.put("e-9", Recorded.missed("other call"));
    isRed(Question.ASTRAY, "bob got ALERT e-9, which was not handed in");
  }

  // ---- rings ----------------------------------------------------------------------------------

  @Test
  void a_ring_long_after_the_end_is_late_although_the_phone_had_rung() {
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push uncertain", "push handed-over"));
    recorded.came("bob", 13, Way.PUSH, Kind.RING, "e-3", CALL);
    isRed(Question.LATE, "rang at bob by PUSH, 3000 ms after the end for all");
  }

  @Test
  void a_ring_that_crossed_the_end_on_its_way_is_not_late() {
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push uncertain", "push handed-over"));
    recorded.came("bob", 12, Way.PUSH, Kind.RING, "e-3", CALL);
    isGreen();
  }

  @Test
  void a_push_that_apple_got_in_time_is_not_late_although_the_phone_got_it_late() {
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push uncertain", "push handed-over"));
    recorded.cameFromApple("bob", 15, "e-3", CALL, START.plusSeconds(11));
    isGreen();
    recorded.arrivals.removeLast();
    recorded.cameFromApple("bob", 15, "e-3", CALL, START.plusSeconds(14));
    isRed(Question.LATE, "4000 ms after the end for all");
  }

  @Test
  void a_frame_that_the_phone_read_late_is_not_late_when_its_process_read_everything_late() {
    recorded.came("bob", 14, Way.STATE, Kind.RING, "e-3", CALL);
    isRed(Question.LATE, "rang at bob by STATE, 4000 ms after the end for all");
    recorded.read(START.plusSeconds(10), START.plusSeconds(13)); // a second before
    isRed(Question.LATE, "rang at bob by STATE, 4000 ms after the end for all");
    recorded.read(START.plusSeconds(11), START.plusSeconds(14));
    isGreen();
  }

  @Test
  void a_ring_after_the_time_of_the_call_is_late_although_it_was_not_ended() {
    recorded.ends.clear();
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push try-again", "push handed-over"));
    recorded.came("bob", 23, Way.PUSH, Kind.RING, "e-3", CALL);
    isRed(Question.LATE, "rang at bob");
  }

  @Test
  void a_decline_ends_the_call_for_one_user_only() {
    recorded.ends.clear();
    recorded.ends.add(Recorded.end("bob", 2));
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push uncertain", "push handed-over"),
        device("bob", "push uncertain", "push handed-over"));
    recorded.came("anna", 9, Way.PUSH, Kind.RING, "e-3", CALL);
    isGreen();
    recorded.came("bob", 9, Way.PUSH, Kind.RING, "e-3", CALL);
    isRed(Question.LATE, "rang at bob");
  }

  @Test
  void a_push_more_than_its_trail_accounts_for_is_beyond_the_rule() {
    recorded.came("bob", 1, Way.PUSH, Kind.RING, "e-3", CALL);
    isRed(Question.BEYOND, "e-3 was pushed 2 times to bob, its trail says why 0 times");
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push uncertain", "push handed-over"));
    isGreen();
  }

  @Test
  void a_sender_that_repeats_without_a_line_is_beyond_the_rule() {
    recorded.came("bob", 1, Way.PUSH, Kind.RING, "e-3", CALL);
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push handed-over 503 ServiceUnavailable, then id"));
    isRed(Question.BEYOND, "e-3 was pushed 2 times to bob, its trail says why 0 times");
  }

  @Test
  void a_ring_twice_on_one_channel_is_beyond_the_rule() {
    recorded.came("anna", 1, Way.FRAME, Kind.RING, "e-3", CALL);
    isRed(Question.BEYOND, "e-3 rang 2 times by FRAME on one channel of anna");
  }

  @Test
  void another_uuid_is_named_and_rings_a_second_time() {
    recorded.trail(
        "e-3",
        "c-3",
        device("anna", "push handed-over"),
        device("bob", "push try-again", "push handed-over"));
    recorded.came("bob", 1, Way.PUSH, Kind.RING, "e-3", OTHER);
    final var verdict = recorded.verdict();
    assertEquals(
        Set.of(Question.ASTRAY, Question.UUID, Question.BEYOND), verdict.red(), verdict::toString);
    assertEquals(List.of("bob rang 2 times for e-3"), verdict.findings(Question.BEYOND));
  }

  @Test
  void one_uuid_counts_over_all_phones_of_a_group() {
    recorded.arrivals.removeIf(one -> one.rings() && one.phone().equals("bob"));
    recorded.came("bob", 1, Way.PUSH, Kind.RING, "e-3", OTHER);
    recorded.ends.add(Recorded.end("bob", 5)); // so that it is not lost too
    final var verdict = recorded.verdict();
    assertEquals(Set.of(Question.ASTRAY, Question.UUID), verdict.red(), verdict::toString);
  }

  // ---- trails and operators -------------------------------------------------------------------

  @Test
  void a_device_that_is_missing_or_unsettled_in_the_trail_is_named() {
    recorded.trail("e-1", "m-1");
    isRed(Question.UNSETTLED, "the trail of e-1 does not know anna");
    final Map<String, Object> open = device("anna", "live acknowledged");
    open.put("settled", false);
    recorded.trail("e-1", "m-1", open);
    isRed(Question.UNSETTLED, "the trail of e-1 is not settled for anna");
  }

  @Test
  void a_push_that_the_trail_does_not_tell_of_is_named() {
    recorded.trail("e-2", "m-2", device("bob"));
    isRed(Question.UNSETTLED, "e-2 was pushed to bob, and its trail tells of no push");
  }

  @Test
  void content_in_the_log_is_named_without_repeating_it() {
    recorded.said.add(new Said("the log", "INFO all is well\nINFO accepted Zoë Quell\n"));
    isRed(Question.CONTENT, "the log holds a name (line 2)");
  }

  @Test
  void severe_lines_and_counted_faults_are_named() {
    recorded.said.add(new Said("the log", "SEVERE: the badge could not be counted\n"));
    recorded.said.add(new Said("the metrics", "reveille_faults_total 2.0\n"));
    isRed(Question.FAULTS, "SEVERE");
    isRed(Question.FAULTS, "reveille_faults_total 2.0");
  }
}
