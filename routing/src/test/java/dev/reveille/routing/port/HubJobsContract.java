package dev.reveille.routing.port;

import static dev.reveille.routing.port.HubSamples.HUB;
import static dev.reveille.routing.port.HubSamples.OTHER_HUB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.routing.port.HubJobs.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The contract of every store of jobs of hubs.
public interface HubJobsContract {
  int MANY = 1_000;
  Duration A_MINUTE = Duration.ofMinutes(1);

  StoreUnderTest store();

  private HubJobs jobs() {
    return store().hubJobs();
  }

  private static Job job(final String hub, final String id) {
    return new Job(
        hub,
        id,
        Samples.NOW,
        Samples.NOW,
        true,
        Bytes.of("export to a place of " + id),
        Bytes.of("nothing done"));
  }

  private static Job ended(final Job job) {
    return job.with(Bytes.of("done"), false, Samples.NOW.plus(A_MINUTE));
  }

  private Job made(final String hub, final String id) {
    final var job = job(hub, id);
    assertEquals(Optional.of(job), jobs().make(job, MANY));
    return job;
  }

  private static List<String> ids(final List<Job> jobs) {
    return jobs.stream().map(Job::id).toList();
  }

  @Test
  default void a_job_is_found_as_it_was_made_also_after_a_restart() {
    final var job = made(HUB, "a");
    assertEquals(Optional.of(job), jobs().find(HUB, "a"));
    store().restart();
    assertEquals(Optional.of(job), jobs().find(HUB, "a"));
    assertEquals(Optional.empty(), jobs().find(HUB, "b"));
    assertEquals(Optional.empty(), jobs().find(OTHER_HUB, "a"));
  }

  @Test
  default void what_is_written_of_its_progress_is_there_after_a_restart() {
    final var job = made(HUB, "a");
    final var further = job.with(Bytes.of("half"), true, Samples.NOW.plus(A_MINUTE));
    assertTrue(jobs().change(further));
    store().restart();
    assertEquals(Optional.of(further), jobs().find(HUB, "a"));
    assertEquals(List.of(further), jobs().underWay());
    assertTrue(jobs().change(ended(further)));
    assertEquals(Optional.of(ended(further)), jobs().find(HUB, "a"));
    assertEquals(List.of(), jobs().underWay());
  }

  @Test
  default void a_hub_lists_its_own_the_newest_first_and_all_hubs_together_the_oldest_first() {
    made(HUB, "b");
    made(OTHER_HUB, "c");
    made(HUB, "a");
    assertEquals(List.of("a", "b"), ids(jobs().of(HUB)));
    assertEquals(List.of("c"), ids(jobs().of(OTHER_HUB)));
    assertEquals(List.of("b", "c", "a"), ids(jobs().underWay()));
  }

  @Test
  default void of_two_with_one_id_the_first_is_kept_and_answered() {
    final var first = ended(made(HUB, "a"));
    assertTrue(jobs().change(first));
    assertEquals(Optional.of(first), jobs().make(job(HUB, "a"), MANY));
    assertEquals(List.of(), jobs().underWay());
    assertEquals(1, jobs().of(HUB).size());
  }

  @Test
  default void a_hub_has_so_many_under_way_and_no_more() {
    assertTrue(jobs().make(job(HUB, "a"), 2).isPresent());
    assertTrue(jobs().make(job(HUB, "b"), 2).isPresent());
    assertEquals(Optional.empty(), jobs().make(job(HUB, "c"), 2));
    assertTrue(
        jobs().make(job(OTHER_HUB, "c"), 2).isPresent(), "another hub has places of its own");
    assertEquals(Optional.empty(), jobs().find(HUB, "c"));
    jobs().change(ended(job(HUB, "a")));
    assertTrue(jobs().make(job(HUB, "c"), 2).isPresent());
  }

  @Test
  default void so_many_that_ended_are_kept_and_the_oldest_go() {
    for (int i = 0; i < HubJobs.MOST_ENDED + 5; i++) {
      jobs().change(ended(made(HUB, "done" + i)));
    }
    final var other = made(OTHER_HUB, "theirs");
    jobs().change(ended(other));
    made(HUB, "last");
    final var left = ids(jobs().of(HUB));
    assertEquals(HubJobs.MOST_ENDED + 1, left.size());
    assertEquals("last", left.getFirst());
    assertEquals("done5", left.getLast());
    assertEquals(1, jobs().of(OTHER_HUB).size());
  }

  @Test
  default void a_removed_hub_has_none_and_what_still_works_on_one_is_told() {
    final var job = made(HUB, "a");
    final var stays = made(OTHER_HUB, "a");
    jobs().removeHub(HUB);
    assertFalse(jobs().change(ended(job)));
    assertEquals(List.of(), jobs().of(HUB));
    assertEquals(List.of(stays), jobs().underWay());
  }

  @Test
  default void only_what_ended_before_goes_and_so_many_at_most() {
    made(HUB, "works");
    for (final var id : List.of("a", "b", "c")) {
      jobs().change(ended(made(HUB, id)));
    }
    final var end = Samples.NOW.plus(A_MINUTE);
    assertEquals(0, jobs().removeEnded(end, 10));
    assertEquals(2, jobs().removeEnded(end.plusMillis(1), 2));
    assertEquals(1, jobs().removeEnded(end.plusMillis(1), 2));
    assertEquals(List.of("works"), ids(jobs().of(HUB)));
  }

  @Test
  default void nothing_of_the_order_is_in_its_words() {
    assertFalse(job(HUB, "a").toString().contains("place"));
  }
}
