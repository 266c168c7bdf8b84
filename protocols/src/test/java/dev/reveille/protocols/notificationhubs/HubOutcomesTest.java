package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static dev.reveille.protocols.notificationhubs.HubBodies.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Bytes;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.PushService;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.Setting;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.port.SendLog;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is told of notifications: how far they are, when they ended, and what holds them.
final class HubOutcomesTest {
  private static final String MESSAGES = "/news/messages" + VERSION;
  private static final String PHONE = "/news/installations/phone" + VERSION;

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private HttpResponse<String> send(final String... headers) {
    final var sent = hub.call("POST", MESSAGES, ALERT, headers);
    assertEquals(201, sent.statusCode(), sent.body());
    return sent;
  }

  // ---- state ----------------------------------------------------------------------------------

  @Test
  void one_whose_targets_wait_is_under_way_and_ends_with_the_last_of_them() {
    hub.call("PUT", PHONE, iphone("phone", ONE, ""));
    hub.isBusy = true;
    final var sent = send(FORMAT, "apple");
    Eventually.holds(() -> hub.state(sent) == SendLog.State.OVER, "all its targets wait");
    final var waits = hub.told(sent, text -> text.contains("<State>"));
    assertEquals("Processing", between(waits, "State"));
    assertFalse(waits.contains("EndTime"), waits);
    hub.isBusy = false;
    final var ended = hub.told(sent, text -> text.contains("<State>Completed"));
    final var end = Instant.parse(between(ended, "EndTime"));
    assertFalse(end.isBefore(Instant.parse(between(ended, "StartTime"))), ended);
    assertTrue(ended.contains("<Name>Success</Name><Count>1</Count>"), ended);
  }

  @Test
  void one_without_targets_ends_when_it_begins() {
    final var told = hub.told(send(FORMAT, "apple"), text -> text.contains("NoTargetFound"));
    assertEquals(between(told, "StartTime"), between(told, "EndTime"));
  }

  // ---- tests ----------------------------------------------------------------------------------

  /// Each request reads no trail: a test that looked every so often would have looked meanwhile.
  @Test
  void a_test_looks_again_when_there_is_news_of_its_targets_and_not_before() {
    hub.call("PUT", PHONE, iphone("phone", ONE, ""));
    hub.isSlow = true;
    final var test =
        CompletableFuture.supplyAsync(
            () -> hub.call("POST", MESSAGES + "&test", ALERT, FORMAT, "apple"));
    Eventually.holds(
        () -> hub.answers.size() == 1 && hub.trailReads.get() > 0, "it waits for an answer");
    final int reads = hub.trailReads.get();
    for (int i = 0; i < 100; i++) {
      hub.call("GET", PHONE, "");
    }
    assertEquals(reads, hub.trailReads.get());
    hub.answers.remove().run();
    final var told = test.join();
    assertEquals(201, told.statusCode(), told.body());
    assertEquals("1", between(told.body(), "Success"));
    assertEquals("phone", between(told.body(), "RegistrationId"));
    assertTrue(hub.trailReads.get() <= reads + 4, "looked " + hub.trailReads.get() + " times");
  }

  // ---- Google's two forms ---------------------------------------------------------------------

  private String toldOf(final String format, final String name) {
    final var given =
        new SendContent.Native(PushService.FCM, Map.of(), Bytes.of("{\"message\":{}}"), format);
    final var address =
        HubTargets.address(
                hub.hub, HubPlatform.GCM, new PnsHandle.Single("d".repeat(40)), Instant.EPOCH)
            .orElseThrow();
    final var key =
        TargetKey.ofAddress(
            HubUnderTest.ACME, hub.hub.app(), PushService.FCM, address.token().value());
    final var to = new Audience.Addressed(key, address);
    final var until = Instant.now().plus(Duration.ofHours(1));
    final var id =
        hub.accepted(
            new Send(
                new EventKey(HubUnderTest.ACME, hub.hub.source(), name),
                new Life(until, until),
                Lane.NORMAL,
                Instant.now(),
                new Audience.Addresses(List.of(to)),
                given));
    final var last = new String[] {""};
    Eventually.holds(
        () -> {
          last[0] = hub.call("GET", "/news/messages/" + id + VERSION, "").body();
          return last[0].contains("OutcomeCounts");
        },
        "its end");
    return between(last[0], "TargetPlatforms");
  }

  @Test
  void what_came_in_googles_old_format_says_so_also_where_an_older_version_took_it() {
    assertEquals("gcm", toldOf("gcm", "new"));
    assertEquals("fcmv1", toldOf("", "other"));
    assertEquals("gcm", toldOf("", "old.gcm"), "an older version said it in the name");
    assertEquals("gcm", toldOf("gcm", "new.gcm"));
  }

  @Test
  void the_same_name_and_message_in_another_format_is_another_notification() {
    final var old =
        hub.call(
            "POST",
            MESSAGES + "&direct",
            "{\"data\":{}}",
            FORMAT,
            "gcm",
            "ServiceBusNotification-DeviceHandle",
            "d".repeat(40),
            "TrackingId",
            "t-1");
    final var v1 =
        hub.call(
            "POST",
            MESSAGES + "&direct",
            "{\"message\":{\"data\":{}}}",
            FORMAT,
            "fcmv1",
            "ServiceBusNotification-DeviceHandle",
            "d".repeat(40),
            "TrackingId",
            "t-1");
    assertEquals(201, old.statusCode(), old.body());
    assertEquals(201, v1.statusCode(), v1.body());
    assertFalse(old.headers().firstValue("Location").equals(v1.headers().firstValue("Location")));
  }

  // ---- switches -------------------------------------------------------------------------------

  @Test
  void a_service_that_is_switched_off_gets_nothing_and_each_target_is_told() {
    hub.call("PUT", PHONE, iphone("phone", ONE, ""));
    hub.store
        .settings()
        .put(
            HubUnderTest.ACME,
            Setting.PUSH_NOTIFICATION,
            Setting.GLOBAL,
            Map.of("apple", List.of("false")),
            0,
            "test");
    final var sent = send(FORMAT, "apple");
    final var told = hub.told(sent, text -> text.contains("<State>Completed"));
    assertTrue(told.contains("<Name>Dropped</Name><Count>1</Count>"), told);
    assertEquals(List.of(), hub.tokens());
    final var test = hub.call("POST", MESSAGES + "&test", ALERT, FORMAT, "apple").body();
    assertTrue(test.contains("Dropped: Push notifications to this service are switched"), test);
  }

  // ---- ends of registrations ------------------------------------------------------------------

  @Test
  void what_is_registered_ends_when_the_hub_says_so_unless_it_is_written_again() {
    final var registrations = "/news/registrations" + VERSION;
    final var before = hub.call("POST", registrations, HubBodies.apple(ONE, "")).body();
    assertTrue(between(before, "ExpirationTime").startsWith("9999-"), before);
    hub.hubs.putRegistrationTtl(hub.hub, Optional.of(Duration.ofDays(2)), "test");
    final var soonest = Instant.now().plus(Duration.ofDays(2)).minusSeconds(1);
    final var made = hub.call("POST", registrations, HubBodies.apple(TWO, "")).body();
    final var end = Instant.parse(between(made, "ExpirationTime") + "Z");
    assertTrue(end.isAfter(soonest) && end.isBefore(soonest.plusSeconds(60)), made);
    hub.call("PUT", PHONE, iphone("phone", TWO, ""));
    final var installed = hub.call("GET", PHONE, "").body();
    assertFalse(installed.contains("9999-"), installed);
    final var listed = hub.call("GET", registrations, "").body();
    assertEquals(2, listed.split("<ExpirationTime>9999-", -1).length, "the older one stays");
    assertEquals(
        "PT48H", between(hub.call("GET", "/news" + VERSION, "").body(), "RegistrationTtl"));
    final var kept = hub.store.hubs().find(hub.hub.key(), "phone").orElseThrow().entry();
    assertTrue(kept.expires().orElseThrow().isAfter(soonest));
  }

  // ---- lanes ----------------------------------------------------------------------------------

  private void template(final String token, final String headers) {
    final var made =
        hub.call(
            "POST",
            "/news/registrations" + VERSION,
            registration(
                "AppleTemplate",
                "<DeviceToken>"
                    + token
                    + "</DeviceToken><BodyTemplate>{\"aps\":{}}</BodyTemplate>"
                    + headers));
    assertEquals(200, made.statusCode(), made.body());
  }

  private Map<String, Lane> lanesOfTemplates() {
    final var sent = hub.call("POST", MESSAGES, "{}", FORMAT, "template");
    assertEquals(201, sent.statusCode(), sent.body());
    hub.told(sent, text -> text.contains("<State>Completed"));
    return hub.arrived.stream()
        .collect(Collectors.toMap(HubUnderTest.Arrived::token, HubUnderTest.Arrived::lane));
  }

  @Test
  void a_template_that_makes_a_call_goes_before_the_others_of_its_send() {
    template(ONE, "");
    template(
        TWO,
        "<ApnsHeaders><ApnsHeader><Header>apns-push-type</Header><Value>voip</Value></ApnsHeader>"
            + "</ApnsHeaders>");
    assertEquals(Map.of(ONE, Lane.BULK, TWO, Lane.URGENT), lanesOfTemplates());
  }

  @Test
  void templates_of_a_hub_for_calls_go_before_everything_else() {
    final var app = hub.store.registry().app(hub.hub.app()).orElseThrow();
    hub.store
        .registry()
        .keepApp(
            new dev.reveille.model.App(
                app.id(), app.publisher(), app.name(), "com.example.phone.voip", ""),
            "test");
    template(ONE, "");
    assertEquals(Map.of(ONE, Lane.URGENT), lanesOfTemplates());
  }
}
