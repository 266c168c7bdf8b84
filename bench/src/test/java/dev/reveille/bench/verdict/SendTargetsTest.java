package dev.reveille.bench.verdict;

import static dev.reveille.bench.verdict.Recorded.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.verdict.Evidence.Came;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.bench.verdict.Evidence.TrailLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A send to three targets, to be spoiled: the server is killed from the fifth to the eighth
/// second. The first target was told before, the second one before and after, the third one after.
final class SendTargetsTest {
  private final Recorded recorded = new Recorded();
  private final List<Came> came = new ArrayList<>();
  private final List<TrailLine> tries = new ArrayList<>();
  private int size = 3;
  private Instant notBefore = Instant.EPOCH;
  private Instant cancelled = Instant.MAX;
  private final List<String> refused = new ArrayList<>();

  SendTargetsTest() {
    recorded.killed(5, 8);
    came(1, 2, 200);
    tried(1, 3, "handed-over");
    came(2, 4, 200);
    tried(2, 8, "uncertain");
    came(2, 9, 200);
    tried(2, 10, "handed-over");
    came(3, 9, 200);
    tried(3, 10, "handed-over");
  }

  private void came(final int target, final long second, final int status) {
    came.add(new Came(target, START.plusSeconds(second), status, true));
  }

  private void tried(final int target, final long second, final String outcome) {
    final boolean settled = outcome.equals("handed-over") || outcome.equals("not-sent");
    tries.add(new TrailLine(target, START.plusSeconds(second), outcome, "RV-0", settled));
  }

  private Evidence evidence() {
    recorded.sends.clear();
    recorded.sends.add(new SendOut("s-1", size, START, notBefore, cancelled, came, tries, refused));
    return recorded.evidence();
  }

  private void isRed(final Question question, final String finding) {
    final var verdict = Verdict.of(evidence());
    assertEquals(Set.of(question), verdict.red(), verdict::toString);
    assertTrue(
        verdict.findings(question).stream().anyMatch(one -> one.contains(finding)),
        verdict::toString);
  }

  private void isGreen() {
    final var verdict = Verdict.of(evidence());
    assertEquals(Set.of(), verdict.red(), verdict::toString);
  }

  @Test
  void a_repeat_of_what_was_under_way_at_the_kill_has_no_finding_and_is_counted() {
    isGreen();
    assertEquals(1, Verdict.targetsUnderWayAtKills(evidence()));
  }

  // ---- missing --------------------------------------------------------------------------------

  @Test
  void a_target_that_got_nothing_is_missing_whatever_the_trail_says() {
    came.removeIf(one -> one.target() == 3);
    isRed(Question.MISSING, "target 3 of s-1 got nothing");
  }

  @Test
  void a_target_whose_only_push_was_refused_is_missing() {
    came.removeIf(one -> one.target() == 3);
    came(3, 9, 503);
    isRed(Question.MISSING, "target 3 of s-1 got nothing");
  }

  @Test
  void a_target_whose_push_and_both_repeats_broke_off_is_not_missing_but_counted() {
    came.removeIf(one -> one.target() == 3);
    tries.removeIf(one -> one.target() == 3);
    for (int second = 9; second < 12; second++) {
      came(3, second, 0);
      tried(3, second, "uncertain");
    }
    isGreen();
    assertEquals(1, Verdict.targetsRepeatedInVain(evidence()));
    came.removeLast();
    tries.removeLast();
    isRed(Question.MISSING, "target 3 of s-1 got nothing");
  }

  @Test
  void targets_of_a_cancelled_send_need_not_be_told() {
    came.removeIf(one -> one.target() == 3);
    tries.removeIf(one -> one.target() == 3);
    cancelled = START.plusSeconds(1);
    isGreen();
  }

  @Test
  void a_send_that_was_refused_and_a_stranger_are_found() {
    refused.add("400 no");
    isRed(Question.MISSING, "s-1 was refused: 400 no");
    refused.clear();
    came(4, 9, 200);
    isRed(Question.MISSING, "s-1 came to who is not in its audience");
  }

  // ---- too often ------------------------------------------------------------------------------

  @Test
  void a_repeat_without_an_uncertain_line_is_found() {
    tries.removeIf(one -> one.outcome().equals("uncertain"));
    isRed(Question.UNTOLD, "target 2 of s-1 was told 2 times, the trail says why 0 times");
  }

  @Test
  void a_repeat_after_a_busy_answer_has_its_reason() {
    came(3, 8, 503);
    tried(3, 9, "try-again");
    isGreen();
  }

  @Test
  void a_repeat_of_what_apple_did_not_look_at_needs_no_reason() {
    came.add(new Came(3, START.plusSeconds(8), 0, false));
    isGreen();
    came.add(new Came(3, START.plusSeconds(8), 0, true));
    isRed(Question.UNTOLD, "target 3 of s-1 was told 2 times, the trail says why 0 times");
  }

  @Test
  void a_target_whose_end_was_known_before_the_kill_must_not_be_told_after_it() {
    came(1, 9, 200);
    tried(1, 9, "uncertain");
    isRed(Question.AGAIN, "target 1 of s-1");
  }

  @Test
  void a_push_that_was_read_late_is_not_one_after_the_kill() {
    came.removeIf(one -> one.target() == 1);
    came(1, 6, 200);
    recorded.read(START.plusSeconds(2), START.plusSeconds(6));
    isGreen();
  }

  @Test
  void more_targets_under_way_at_a_kill_than_a_send_may_have_are_found() {
    size = 3 + SendTargets.WINDOW;
    for (int target = 4; target <= size; target++) {
      came(target, 4, 200);
      tried(target, 8, "uncertain");
      came(target, 9, 200);
      tried(target, 10, "handed-over");
    }
    isRed(Question.IN_FLIGHT, "kill 1: 2001 targets of s-1");
    came.removeIf(one -> one.target() == size && one.at().equals(START.plusSeconds(4)));
    isGreen();
  }

  @Test
  void a_target_that_waited_at_the_kill_was_not_under_way() {
    size = 3 + SendTargets.WINDOW;
    for (int target = 4; target <= size; target++) {
      came(target, 3, 503);
      tried(target, 4, "try-again");
      came(target, 9, 200);
      tried(target, 10, "handed-over");
    }
    isGreen();
    assertEquals(1, Verdict.targetsUnderWayAtKills(evidence()));
  }

  // ---- its moments ----------------------------------------------------------------------------

  @Test
  void a_target_that_was_begun_after_the_kill_though_the_cancel_was_answered_before_is_found() {
    cancelled = START.plusSeconds(4);
    isRed(Question.CANCELLED, "target 3 of s-1");
  }

  @Test
  void a_cancel_that_was_answered_after_the_kill_excuses_what_was_begun_until_then() {
    cancelled = START.plusSeconds(9);
    isGreen();
  }

  @Test
  void a_target_that_was_told_before_the_moment_of_its_send_is_found() {
    notBefore = START.plusSeconds(3);
    isRed(Question.EARLY, "target 1 of s-1");
  }
}
