package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.THREE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static dev.reveille.protocols.notificationhubs.HubBodies.registration;
import static dev.reveille.protocols.notificationhubs.HubJobStage.property;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.blob.FakeContainers.Mishap;
import dev.reveille.protocols.device.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// All registrations of a hub are written into a container.
final class HubExportTest {
  private static final String EXPORT = "ExportRegistrations";
  private static final int MANY = 3_000;

  private final HubJobStage stage = new HubJobStage();

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void each_registration_becomes_a_line_that_can_be_read_again() {
    stage.hub.registered(ONE, "a,b");
    final var template =
        "<Tags>t</Tags><DeviceToken>"
            + TWO
            + "</DeviceToken><BodyTemplate><![CDATA[{\"aps\":\n{\"alert\":\"<$(x)> ]]]]><![CDATA[>"
            + " &\"}}\r\n]]></BodyTemplate><TemplateName>two lines</TemplateName>";
    assertEquals(
        200,
        stage
            .hub
            .call(
                "PUT",
                "/news/registrations/with-template" + VERSION,
                registration("AppleTemplate", template))
            .statusCode());
    assertEquals(
        200,
        stage
            .hub
            .call("PUT", "/news/installations/phone" + VERSION, iphone("phone", THREE, "\"c\""))
            .statusCode());
    final var job = stage.submitted(EXPORT);
    final var said = stage.ended(job);
    assertEquals("Completed", between(said, "Status"), said);
    assertEquals(100, Double.parseDouble(between(said, "Progress")));
    assertEquals("news/" + job + "/Output.txt", property(said, "OutputFilePath"));
    assertEquals("", property(said, "FailedFilePath"));
    assertEquals(List.of("3", "0"), HubJobStage.counts(said));

    final var lines = stage.lines(job, "Output.txt");
    assertEquals(3, lines.size(), lines.toString());
    final var expected = stage.content(stage.hub.hub);
    for (final var line : lines) {
      final var read = AtomRegistrations.readLine(line.getBytes(StandardCharsets.UTF_8));
      assertEquals(
          expected.remove(read.id()), read.as(read.id(), "", java.time.Instant.EPOCH).toString());
    }
    assertEquals(java.util.Map.of(), expected);
  }

  @Test
  void a_hub_without_registrations_becomes_an_empty_file() {
    final var job = stage.submitted(EXPORT);
    assertEquals(List.of("0", "0"), HubJobStage.counts(stage.ended(job)));
    assertEquals("", stage.there.text("/box/news/" + job + "/Output.txt"));
  }

  private void assertWhole(final String job) {
    final var lines = stage.lines(job, "Output.txt");
    assertEquals(MANY, lines.size());
    assertEquals(MANY, new HashSet<>(lines).size());
  }

  @Test
  void many_are_written_in_blocks_and_its_progress_is_told() throws InterruptedException {
    stage.registerMany(MANY);
    final var reached = new CountDownLatch(1);
    final var goOn = new CountDownLatch(1);
    final var requests = new AtomicInteger();
    stage.there.before =
        () -> {
          if (requests.incrementAndGet() == 2) {
            reached.countDown();
            goOn.await();
          }
        };
    final var job = stage.submitted(EXPORT);
    reached.await();
    final var midway = stage.shown(job);
    assertEquals("Running", between(midway, "Status"));
    final double progress = Double.parseDouble(between(midway, "Progress"));
    assertTrue(progress > 10 && progress < 90, midway);
    assertEquals("", property(midway, "OutputFilePath"), "it is not there yet");
    goOn.countDown();
    assertEquals(List.of(MANY + "", "0"), HubJobStage.counts(stage.ended(job)));
    assertWhole(job);
    assertTrue(stage.there.times("PUT block", "Output.txt") > 2);
  }

  @Test
  void an_export_that_a_restart_met_goes_on_where_it_was() throws InterruptedException {
    stage.registerMany(MANY);
    final var job = stage.stoppedInRequest(2, EXPORT);
    assertEquals("Running", between(stage.shown(job), "Status"));
    final long before = stage.there.times("PUT block", "Output.txt");
    try (var next = stage.hub.jobs()) {
      next.resume();
      assertEquals(List.of(MANY + "", "0"), HubJobStage.counts(stage.ended(job)));
    }
    assertWhole(job);
    final long all = stage.there.times("PUT block", "Output.txt");
    assertTrue(all - before < 3 && before == 1, "the first block is not written again: " + all);
  }

  @Test
  void what_the_container_lost_is_written_anew_once() {
    stage.registerMany(MANY);
    stage.there.mishaps.addAll(Collections.nCopies(3, Mishap.NONE));
    stage.there.mishaps.add(Mishap.LOST_BLOCKS);
    final var job = stage.submitted(EXPORT);
    assertEquals(List.of(MANY + "", "0"), HubJobStage.counts(stage.ended(job)));
    assertWhole(job);
    assertEquals(2, stage.there.times("PUT blocklist", "Output.txt"));
    stage.there.mishaps.addAll(Collections.nCopies(20, Mishap.LOST_BLOCKS));
    final var said = stage.ended(stage.submitted(EXPORT));
    assertEquals("Failed", between(said, "Status"));
  }

  @Test
  void a_refused_container_ends_it_with_the_reason() {
    stage.there.mishaps.add(Mishap.FORBIDDEN);
    final var said = stage.ended(stage.submitted(EXPORT));
    assertEquals("Failed", between(said, "Status"));
    assertTrue(between(said, "Failure").contains("the container's server answered 403"), said);
    assertEquals("", property(said, "OutputFilePath"));
  }

  @Test
  void a_busy_container_is_asked_again_when_it_says() {
    stage.there.mishaps.add(Mishap.BUSY);
    final var said = stage.ended(stage.submitted(EXPORT));
    assertEquals("Completed", between(said, "Status"), said);
    assertEquals(List.of(java.time.Duration.ofSeconds(7)), List.copyOf(stage.hub.rests));
  }

  @Test
  void a_job_ends_whichever_call_of_its_store_fails() {
    stage.hub.registered(ONE, "a");
    final var calls = new AtomicInteger();
    stage.hub.jobStoreFails = () -> calls.incrementAndGet() < 0;
    stage.ended(stage.submitted(EXPORT));
    final int all = calls.get();
    assertTrue(all > 3, () -> all + " calls");
    for (int number = 1; number <= all; number++) {
      final int first = number;
      calls.set(0);
      stage.hub.jobStoreFails =
          () -> {
            final int call = calls.incrementAndGet();
            return call >= first && call < first + 3;
          };
      final var said = stage.ended(stage.submitted(EXPORT));
      assertEquals("Completed", between(said, "Status"), () -> "from call " + first + ": " + said);
      assertEquals(List.of("1", "0"), HubJobStage.counts(said));
    }
  }

  @Test
  void a_job_whose_store_fails_for_long_ends_when_it_can_be_written_again() {
    stage.hub.registered(ONE, "a");
    final var calls = new AtomicInteger();
    stage.hub.jobStoreFails = () -> calls.incrementAndGet() <= 50;
    assertEquals("Completed", between(stage.ended(stage.submitted(EXPORT)), "Status"));
    assertTrue(calls.get() > 50);
  }

  @Test
  void a_removed_hub_takes_its_jobs_along_and_nothing_is_written_any_more()
      throws InterruptedException {
    stage.registerMany(MANY);
    final var reached = new CountDownLatch(1);
    final var goOn = new CountDownLatch(1);
    stage.there.before =
        () -> {
          reached.countDown();
          goOn.await();
        };
    final var job = stage.submitted(EXPORT);
    reached.await();
    stage.hub.hubs.remove(stage.hub.hub, "test");
    goOn.countDown();
    assertEquals(List.of(), stage.hub.store.hubJobs().underWay());
    final var later = stage.another("news");
    assertEquals(List.of(), stage.hub.store.hubJobs().of(later.key()));
    Eventually.holds(() -> stage.there.asked.size() == 1, "one block was asked for");
    stage.hub.jobs.close();
    assertEquals(1, stage.there.asked.size());
    assertFalse(stage.there.file("/box/news/" + job + "/Output.txt").isPresent());
  }
}
