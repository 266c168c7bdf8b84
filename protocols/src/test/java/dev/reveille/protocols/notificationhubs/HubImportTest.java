package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.THREE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static dev.reveille.protocols.notificationhubs.HubJobStage.IMPORTED;
import static dev.reveille.protocols.notificationhubs.HubJobStage.line;
import static dev.reveille.protocols.notificationhubs.HubJobStage.property;
import static dev.reveille.protocols.notificationhubs.HubJobStage.token;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.blob.BlobStore;
import dev.reveille.protocols.blob.FakeContainers.Mishap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Registrations of a hub come from, change by and go by a file in a container.
final class HubImportTest {
  private static final String CREATE = "ImportCreateRegistrations";
  private static final String UPDATE = "ImportUpdateRegistrations";
  private static final String UPSERT = "ImportUpsertRegistrations";
  private static final String DELETE = "ImportDeleteRegistrations";
  private static final int MANY = 6_000;

  private final HubJobStage stage = new HubJobStage();

  @AfterEach
  void stop() {
    stage.close();
  }

  private void registered(final String id, final String token, final String tags) {
    final var made =
        stage.hub.call("PUT", "/news/registrations/" + id + VERSION, apple(token, tags));
    assertEquals(200, made.statusCode(), made.body());
  }

  private String shown(final String id) {
    return stage.hub.call("GET", "/news/registrations/" + id + VERSION, "").body();
  }

  /// The lines of a job's failures, without what they repeat.
  private List<String> failures(final String job) {
    return stage.lines(job, "Failed.txt").stream()
        .map(each -> String.join(": ", List.of(each.split("\t", -1)).subList(0, 2)))
        .toList();
  }

  private List<String> counts(final String job) {
    return HubJobStage.counts(stage.shown(job));
  }

  @Test
  void good_lines_are_taken_and_bad_ones_are_told() {
    registered("there", ONE, "old");
    assertEquals(
        200,
        stage
            .hub
            .call("PUT", "/news/installations/phone" + VERSION, iphone("phone", THREE, "\"c\""))
            .statusCode());
    final var wrong = line("tagged", TWO, "no tag!");
    final var job =
        stage.imported(
            CREATE,
            "\uFEFF" + line("new", TWO, "a,b"),
            "",
            "not XML",
            wrong + "\r",
            line("", THREE, "made"),
            line("there", TWO, "other"),
            line("there", ONE, "old"),
            line("phone", TWO, ""),
            "<Other/>",
            apple(THREE, "entry")
                .replace("<Tags>", "<RegistrationId>entry</RegistrationId><Tags>"));
    assertEquals(List.of("4", "5"), counts(job));
    final var failed = failures(job);
    assertEquals(5, failed.size(), failed.toString());
    assertTrue(failed.get(0).startsWith("line 3: "), failed.get(0));
    assertTrue(failed.get(1).startsWith("line 4: tag \"no tag!\": "), failed.get(1));
    assertTrue(
        failed.get(2).startsWith("line 9: Other: is no kind of registration"), failed.get(2));
    assertEquals("line 6: there is a registration there with other content", failed.get(3));
    assertEquals(
        "line 8: phone is the id of an installation, and not of a registration", failed.get(4));
    assertTrue(
        stage.lines(job, "Failed.txt").get(1).endsWith("\t" + wrong), "the line is said again");
    assertEquals("news/" + job + "/Failed.txt", property(stage.shown(job), "FailedFilePath"));
    assertEquals("a,b", between(shown("new"), "Tags"));
    assertEquals("old", between(shown("there"), "Tags"));
    assertEquals(5, stage.ids().size());
  }

  @Test
  void an_update_changes_what_is_there_and_makes_nothing() {
    registered("there", ONE, "old");
    final var job = stage.imported(UPDATE, line("there", ONE, "fresh"), line("none", TWO, "x"));
    assertEquals(List.of("1", "1"), counts(job));
    assertEquals(List.of("line 2: there is no registration none"), failures(job));
    assertEquals("fresh", between(shown("there"), "Tags"));
    assertEquals(List.of("there"), stage.ids());
    assertEquals(
        List.of("line 1: RegistrationId: is missing"),
        failures(stage.imported(UPDATE, line("", ONE, "x"))));
  }

  @Test
  void an_upsert_makes_and_changes() {
    registered("there", ONE, "old");
    final var job = stage.imported(UPSERT, line("there", ONE, "fresh"), line("none", TWO, "x"));
    assertEquals(List.of("2", "0"), counts(job));
    assertEquals(List.of(), failures(job));
    assertEquals(List.of("none", "there"), stage.ids());
    assertEquals("fresh", between(shown("there"), "Tags"));
  }

  @Test
  void a_removal_looks_at_ids_alone() {
    registered("a", ONE, "x");
    registered("b", TWO, "x");
    final var short_ = "<AppleRegistrationDescription><RegistrationId>a</RegistrationId>";
    final var job =
        stage.imported(
            DELETE,
            short_ + "</AppleRegistrationDescription>",
            line("gone", ONE, "x"),
            line("a", ONE, "x"),
            "<AppleRegistrationDescription/>");
    assertEquals(List.of("3", "1"), counts(job));
    assertEquals(List.of("line 4: RegistrationId: is missing"), failures(job));
    assertEquals(List.of("b"), stage.ids());
    final var back = stage.imported(CREATE, line("a", ONE, "x"), line("", ONE, "x"));
    assertEquals(
        List.of(
            "line 1: the registration a was removed, and its id is not used again for 90 days;"
                + " leave RegistrationId out"),
        failures(back));
  }

  @Test
  void lines_of_installations_in_an_export_are_failures_and_nothing_is_registered_twice() {
    for (final var type : List.of(CREATE, UPDATE, UPSERT, DELETE)) {
      final var job = stage.imported(type, line("installation-7", ONE, "x"));
      assertEquals(List.of("0", "1"), counts(job), type);
      assertEquals(
          List.of(
              "line 1: RegistrationId: installation-7 is an installation; jobs import and remove"
                  + " registrations only"),
          failures(job));
    }
    assertEquals(List.of(), stage.ids());
  }

  @Test
  void an_import_whose_failures_the_container_lost_ends_and_does_not_begin_anew() {
    stage.there.mishaps.addAll(List.of(Mishap.NONE, Mishap.NONE, Mishap.LOST_BLOCKS));
    final var job = stage.imported(CREATE, line("a", ONE, "x"), "no line");
    assertEquals(List.of("1", "1"), counts(job));
    assertEquals(1, stage.there.times("PUT block", "Failed.txt"));
    final var said = stage.shown(job);
    assertEquals("", property(said, "FailedFilePath"));
    assertTrue(between(said, "Failure").startsWith("the container lost the lines about 1 "), said);
  }

  @Test
  void a_job_that_had_its_turn_lets_another_go_first() {
    stage.hub.jobs.setTurn(Duration.ZERO);
    stage.there.put(IMPORTED, String.join("\n", many()).getBytes(StandardCharsets.UTF_8));
    final var bothAreThere = new CountDownLatch(1);
    final var requests = new AtomicInteger();
    final var atTheSecond = new AtomicReference<>("");
    stage.there.before =
        () -> {
          final int number = requests.incrementAndGet();
          if (number == 1) {
            bothAreThere.await();
          } else if (number == 2) {
            atTheSecond.set(statuses());
          }
        };
    final var first = stage.submitted(CREATE);
    final var second = stage.submitted(CREATE);
    bothAreThere.countDown();
    for (final var job : List.of(first, second)) {
      assertEquals(List.of(MANY + "", "0"), HubJobStage.counts(stage.ended(job)));
    }
    assertEquals("[RUNNING, RUNNING]", atTheSecond.get());
  }

  private String statuses() {
    return stage.hub.jobs.of(stage.hub.hub).stream()
        .map(job -> HubJobProgress.read(job.progress()).status)
        .toList()
        .toString();
  }

  @Test
  void an_export_imported_into_another_hub_gives_the_same_registrations() {
    stage.registerMany(700);
    registered("apple", ONE, "a,B");
    final var exported = stage.submitted("ExportRegistrations");
    assertEquals(List.of("701", "0"), HubJobStage.counts(stage.ended(exported)));
    final var other = stage.another("other");
    stage.there.put(
        IMPORTED, stage.there.file("/box/news/" + exported + "/Output.txt").orElseThrow());
    final var asked = HubJob.read(stage.order(CREATE).getBytes(StandardCharsets.UTF_8));
    final var job = stage.hub.jobs.take(other, "copy", asked).orElseThrow();
    dev.reveille.protocols.device.Eventually.holds(
        () -> !stage.hub.jobs.find(other, job.id()).orElseThrow().isUnderWay(), "it has ended");
    assertEquals(stage.content(stage.hub.hub), stage.content(other));
    assertEquals(701, stage.content(other).size());
  }

  private static String[] many() {
    return IntStream.range(0, MANY)
        .mapToObj(i -> line(i % 2 == 0 ? "" : "r" + i, token(i), "many"))
        .toArray(String[]::new);
  }

  @Test
  void a_large_file_is_read_piece_by_piece() {
    final var job = stage.imported(CREATE, many());
    assertEquals(List.of(MANY + "", "0"), counts(job));
    assertEquals(MANY, stage.ids().size());
    assertTrue(stage.there.times("GET", IMPORTED) > 2);
    assertTrue(
        stage.there.asked.stream().noneMatch(each -> each.length() > 0), "nothing is written");
  }

  @Test
  void an_import_that_a_restart_met_goes_on_and_makes_nothing_twice() throws InterruptedException {
    stage.there.put(IMPORTED, String.join("\n", many()).getBytes(StandardCharsets.UTF_8));
    final var job = stage.stoppedInRequest(2, CREATE);
    // as if the server had stopped between the lines of the first piece and the note of it
    final var kept = stage.hub.store.hubJobs().find(stage.hub.hub.key(), job).orElseThrow();
    final int after = stage.ids().size();
    assertTrue(after > 1_000 && after < MANY, after + " were made");
    final var begun = new HubJobProgress();
    begun.status = HubJob.Status.RUNNING;
    assertTrue(stage.hub.store.hubJobs().change(kept.with(begun.kept(), true, kept.changedAt())));
    try (var next = stage.hub.jobs()) {
      next.resume();
      stage.ended(job);
    }
    assertEquals(List.of(MANY + "", "0"), counts(job));
    assertEquals(MANY, stage.ids().size());
  }

  @Test
  void a_restart_goes_on_behind_what_was_noted() throws InterruptedException {
    stage.there.put(IMPORTED, String.join("\n", many()).getBytes(StandardCharsets.UTF_8));
    final var job = stage.stoppedInRequest(2, CREATE);
    try (var next = stage.hub.jobs()) {
      next.resume();
      stage.ended(job);
    }
    assertEquals(List.of(MANY + "", "0"), counts(job));
    final var begins =
        stage.there.asked.stream().filter(each -> each.range().startsWith("bytes=0-")).count();
    assertEquals(1, begins, "the first piece is not read again");
  }

  @Test
  void a_restart_behind_the_last_piece_ends_the_job() {
    final var job = stage.imported(CREATE, line("a", ONE, "x"));
    final var kept = stage.hub.store.hubJobs().find(stage.hub.hub.key(), job).orElseThrow();
    final var progress = HubJobProgress.read(kept.progress());
    assertEquals(progress.total, progress.position);
    progress.status = HubJob.Status.RUNNING;
    assertTrue(
        stage.hub.store.hubJobs().change(kept.with(progress.kept(), true, kept.changedAt())));
    try (var next = stage.hub.jobs()) {
      next.resume();
      final var said = stage.ended(job);
      assertEquals("Completed", between(said, "Status"), () -> between(said, "Failure"));
    }
    assertEquals(List.of("1", "0"), counts(job));
  }

  @Test
  void a_line_that_is_too_long_is_passed_over() {
    final var job =
        stage.imported(
            CREATE,
            line("a", ONE, "x"),
            "x".repeat(2 * BlobStore.PIECE + 7),
            line("b", TWO, "x"),
            "y".repeat(BlobStore.PIECE + 1));
    assertEquals(List.of("2", "2"), counts(job));
    assertEquals(
        List.of(
            "line 2: the line has more than 524288 bytes",
            "line 4: the line has more than 524288 bytes"),
        failures(job));
    assertEquals(List.of("a", "b"), stage.ids());
  }

  @Test
  void a_file_that_is_not_there_or_changes_ends_it_with_the_reason() {
    final var none = stage.ended(stage.submitted(CREATE));
    assertEquals("Failed", between(none, "Status"));
    assertTrue(between(none, "Failure").contains("404 BlobNotFound"), none);

    stage.there.put(IMPORTED, String.join("\n", many()).getBytes(StandardCharsets.UTF_8));
    final var requests = new AtomicInteger();
    stage.there.before =
        () -> {
          if (requests.incrementAndGet() == 2) {
            stage.there.put(IMPORTED, new byte[2 * BlobStore.PIECE]);
          }
        };
    final var changed = stage.ended(stage.submitted(CREATE));
    assertEquals("Failed", between(changed, "Status"));
    assertTrue(between(changed, "Failure").contains("changed meanwhile"), changed);
    assertTrue(Integer.parseInt(property(changed, "Succeeded")) > 100, changed);
  }

  @Test
  void a_file_without_an_etag_is_imported_only_where_it_is_one_piece() {
    stage.there.saysNoETag = true;
    final var job = stage.imported(CREATE, line("a", ONE, "x"));
    assertEquals(List.of("1", "0"), counts(job));
    stage.there.put(IMPORTED, String.join("\n", many()).getBytes(StandardCharsets.UTF_8));
    final var large = stage.ended(stage.submitted(CREATE));
    assertEquals("Failed", between(large, "Status"));
    assertTrue(between(large, "Failure").contains("no ETag"), large);
    assertEquals("0", property(large, "Succeeded"));
  }

  @Test
  void an_answer_that_was_cut_is_asked_for_again() {
    stage.there.mishaps.add(Mishap.CUT);
    final var job = stage.imported(CREATE, line("a", ONE, "x"));
    assertEquals(List.of("1", "0"), counts(job));
    assertEquals(2, stage.there.times("GET", IMPORTED));
    assertEquals(Duration.ofSeconds(1), stage.hub.rests.peek());
  }

  @Test
  void a_disk_that_is_nearly_full_takes_nothing_new_and_lets_go() {
    registered("a", ONE, "x");
    stage.hub.diskIsLow = true;
    stage.there.put(IMPORTED, line("b", TWO, "x").getBytes(StandardCharsets.UTF_8));
    final var said = stage.ended(stage.submitted(CREATE));
    assertEquals("Failed", between(said, "Status"));
    assertTrue(between(said, "Failure").contains("disk is nearly full"), said);
    assertEquals(List.of("1", "0"), counts(stage.imported(DELETE, line("a", ONE, "x"))));
    assertEquals(List.of(), stage.ids());
  }
}
