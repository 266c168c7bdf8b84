package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Jobs of a hub over TLS: how they are asked for and shown, and what is refused.
final class HubJobCallsTest {
  private static final String EXPORT = "ExportRegistrations";
  private static final String CREATE = "ImportCreateRegistrations";

  private final HubJobStage stage = new HubJobStage();

  @AfterEach
  void stop() {
    stage.close();
  }

  private static void refused(
      final int status, final String words, final HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(words), answer.body());
    assertTrue(answer.body().startsWith("<Error><Code>" + status + "</Code>"), answer.body());
    assertTrue(answer.headers().firstValue("TrackingId").isPresent());
  }

  @Test
  void a_job_is_made_shown_and_listed_the_newest_first() {
    final var made = stage.asked(stage.order(EXPORT));
    assertEquals(201, made.statusCode(), made.body());
    final var first = between(made.body(), "JobId");
    assertEquals("Started", between(made.body(), "Status"));
    assertEquals("0.0", between(made.body(), "Progress"));
    assertEquals(EXPORT, between(made.body(), "Type"));
    assertEquals(stage.there.origin() + "/box", between(made.body(), "OutputContainerUri"));
    assertEquals(
        stage.hub.url("/News/jobs/" + first + VERSION),
        made.headers().firstValue("Location").orElse(""));
    stage.ended(first);
    final var second = stage.submitted(EXPORT);
    stage.ended(second);
    final var listed = stage.hub.call("GET", "/NEWS/Jobs/" + VERSION, "").body();
    assertTrue(listed.indexOf(second) > 0 && listed.indexOf(second) < listed.indexOf(first));
    assertFalse(listed.contains("right"), "a signature is shown");
    refused(404, "there is no job x", stage.hub.call("GET", "/news/jobs/x" + VERSION, ""));
  }

  @Test
  void a_hub_without_jobs_lists_none() {
    final var listed = stage.hub.call("GET", "/news/jobs" + VERSION, "");
    assertEquals(200, listed.statusCode());
    assertFalse(listed.body().contains("<entry"), listed.body());
  }

  @Test
  void jobs_are_for_those_who_may_manage_the_hub() {
    for (final var policy : List.of(Hubs.SEND, Hubs.LISTEN)) {
      final var signed = stage.hub.signed(policy);
      final var order = stage.order(EXPORT);
      refused(
          401,
          "lacks the right Manage",
          stage.hub.callAs(signed, "POST", "/news/jobs" + VERSION, order));
      refused(
          401,
          "lacks the right Manage",
          stage.hub.callAs(signed, "GET", "/news/jobs" + VERSION, ""));
      refused(
          401,
          "lacks the right Manage",
          stage.hub.callAs(signed, "GET", "/news/jobs/x" + VERSION, ""));
    }
    assertEquals(List.of(), stage.hub.store.hubJobs().of(stage.hub.hub.key()));
  }

  @Test
  void what_is_no_job_is_refused() {
    refused(400, "Type: must be one of", stage.asked(stage.order("Other")));
    refused(400, "OutputContainerUri: is missing", stage.asked(stage.order(EXPORT, "", "")));
    refused(
        400,
        "ImportFileUri: is missing",
        stage.asked(stage.order(CREATE, stage.there.url("/box"), "")));
    refused(413, "", stage.asked(stage.order(EXPORT) + " ".repeat(64 * 1024)));
    final var long_ = "<a><Key>k</Key><Value>" + "v".repeat(4_096) + "</Value></a>";
    final var properties =
        "<InputProperties>"
            + long_.replaceAll("(</?)a>", "$1KeyValueOfstringstring>")
            + "</InputProperties></NotificationHubJob>";
    refused(
        400,
        "InputProperties: must have at most 4096 characters",
        stage.asked(stage.order(EXPORT).replace("</NotificationHubJob>", properties)));
    assertEquals(List.of(), stage.hub.store.hubJobs().of(stage.hub.hub.key()));
  }

  @Test
  void a_place_beside_this_server_is_refused_with_the_reason() {
    final var allowed = stage.there.url("/box");
    for (final var wrong :
        List.of(
            "https://10.1.2.3/box?sig=right | must be a public host; 10.1.2.3 is a private address",
            "https://[::1]/box?sig=right | must be a public host; ::1 is a loopback address",
            "http://blobs.example.com/box?sig=right | must begin with https://",
            "https://me:secret@blobs.example.com/box | must hold no user name")) {
      final var parts = wrong.split(" \\| ");
      refused(400, parts[1], stage.asked(stage.order(EXPORT, parts[0], "")));
      refused(400, parts[1], stage.asked(stage.order(CREATE, allowed, parts[0])));
      refused(400, parts[1], stage.asked(stage.order(CREATE, parts[0], allowed)));
    }
    assertEquals(List.of(), stage.hub.store.hubJobs().of(stage.hub.hub.key()));
    assertEquals(List.of(), stage.there.asked);
  }

  @Test
  void a_job_that_a_client_repeats_is_the_same() {
    for (final var header : List.of("TrackingId", "x-ms-client-request-id")) {
      final var first = stage.asked(stage.order(EXPORT), header, "request-1");
      final var again = stage.asked(stage.order(EXPORT), header, "request-1");
      assertEquals(201, again.statusCode(), again.body());
      assertEquals(between(first.body(), "JobId"), between(again.body(), "JobId"));
      stage.there.put(HubJobStage.IMPORTED, new byte[0]);
      final var other = stage.asked(stage.order(CREATE), header, "request-1");
      assertEquals(201, other.statusCode(), other.body());
      assertFalse(between(first.body(), "JobId").equals(between(other.body(), "JobId")));
      stage.ended(between(first.body(), "JobId"));
      stage.ended(between(other.body(), "JobId"));
    }
    assertEquals(4, stage.hub.store.hubJobs().of(stage.hub.hub.key()).size());
  }

  @Test
  void a_hub_has_four_under_way_and_they_are_done_in_their_order() {
    final var goOn = new CountDownLatch(1);
    stage.there.before = goOn::await;
    final var jobs = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      jobs.add(stage.submitted(EXPORT));
    }
    final var beyond = stage.asked(stage.order(EXPORT));
    refused(429, "42900: the hub has 4 jobs under way", beyond);
    assertEquals("10", beyond.headers().firstValue("Retry-After").orElse(""));
    assertEquals("Started", between(stage.shown(jobs.getLast()), "Status"), "it waits");
    goOn.countDown();
    jobs.forEach(stage::ended);
    final var ended =
        stage.there.asked.stream()
            .filter(each -> each.what().equals("PUT blocklist"))
            .map(each -> each.file().split("/", -1)[3])
            .toList();
    assertEquals(jobs, ended);
    stage.ended(stage.submitted(EXPORT));
  }
}
