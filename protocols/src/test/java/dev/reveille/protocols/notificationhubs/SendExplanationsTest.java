package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.iphone;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static dev.reveille.protocols.notificationhubs.HubBodies.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Reason;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.notificationhubs.SendExplanations.Part;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.MemoryHubRegistrations;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// For whom a notification is and for whom not, and why.
final class SendExplanationsTest {
  private static final String MESSAGES = "/news/messages" + VERSION;
  private static final String REGISTRATIONS = "/news/registrations";
  private static final String TAGS = "ServiceBusNotification-Tags";
  private static final String THREE = "c3".repeat(32);

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  /// A notification all of whose targets are settled.
  private HttpResponse<String> sent(final String... headers) {
    final var sent = hub.call("POST", MESSAGES, ALERT, headers);
    assertEquals(201, sent.statusCode(), sent.body());
    hub.told(sent, text -> text.contains("<State>Completed") || text.contains("NoTargetFound"));
    return sent;
  }

  private ExplainedTarget only(final HttpResponse<String> sent, final String asked) {
    final var all = hub.explained(sent, asked);
    assertEquals(1, all.size(), all.toString());
    return all.getFirst();
  }

  private TargetStanding standing(final HttpResponse<String> sent, final String asked) {
    return only(sent, asked).standing();
  }

  private void install(final String id, final String json) {
    final var put = hub.call("PUT", "/news/installations/" + id + VERSION, json);
    assertEquals(200, put.statusCode(), put.body());
  }

  // ---- tags -----------------------------------------------------------------------------------

  @Test
  void one_is_matched_by_its_tags_and_found_by_handle_by_id_and_by_key() {
    final var id = hub.registered(ONE, "sport,other");
    final var sent = sent(FORMAT, "apple", TAGS, "(sport || news) && !muted");
    final var one = only(sent, ONE);
    assertEquals(TargetStanding.TOLD, one.standing());
    assertEquals(id, one.id());
    assertEquals(List.of("sport"), one.carried());
    assertEquals(List.of("muted"), one.lacked());
    final var tries = one.story().orElseThrow().tries();
    assertEquals(1, tries.size());
    assertEquals("handed-over", tries.getFirst().outcome());
    assertEquals(one, only(sent, ONE.toUpperCase(Locale.ROOT)));
    assertEquals(one, only(sent, id));
    assertEquals(one, only(sent, one.target()));
    assertEquals(List.of(), hub.explained(sent, TWO), "nothing is known of it");
  }

  @Test
  void one_whose_tags_differ_says_which() {
    hub.registered(ONE, "sport,muted");
    hub.registered(TWO, "weather");
    hub.registered(THREE, "sport");
    final var sent = sent(FORMAT, "apple", TAGS, "sport && !muted");
    assertEquals(TargetStanding.TAGS_DIFFER, standing(sent, ONE));
    assertEquals(List.of("muted"), only(sent, ONE).carried());
    assertEquals(List.of(), only(sent, ONE).lacked());
    assertEquals(List.of("sport"), only(sent, TWO).lacked());
    final var told = hub.explanations().of(hub.stored(sent), hub.stories(sent));
    assertEquals(1, told.size());
    assertEquals(List.of("sport"), told.getFirst().carried());
  }

  @Test
  void all_of_a_hub_are_told_in_parts() {
    final var first = hub.registered(ONE, "sport");
    final var second = hub.registered(TWO, "weather");
    final var sent = sent(FORMAT, "apple", TAGS, "sport");
    final Part part = hub.explanations().part(hub.stored(sent), 0, 1);
    assertEquals(List.of(first), part.targets().stream().map(ExplainedTarget::id).toList());
    final Part rest = hub.explanations().part(hub.stored(sent), part.reached(), 10);
    assertEquals(List.of(second), rest.targets().stream().map(ExplainedTarget::id).toList());
    assertEquals(TargetStanding.TAGS_DIFFER, rest.targets().getFirst().standing());
    assertTrue(rest.last() && !part.last());
  }

  // ---- kinds ----------------------------------------------------------------------------------

  @Test
  void what_belongs_to_another_service_or_goes_by_another_form_says_so() {
    final var droid = "d".repeat(40);
    install("droid", installation("fcmv1", quoted(droid), ""));
    final var template =
        "<DeviceToken>" + ONE + "</DeviceToken><BodyTemplate>{\"aps\":{}}</BodyTemplate>";
    hub.call("POST", REGISTRATIONS + VERSION, registration("AppleTemplate", template));
    install("amazon", installation("adm", quoted("x"), ""));
    hub.registered(TWO, "");
    final var sent = sent(FORMAT, "apple");
    assertEquals(TargetStanding.OTHER_SERVICE, standing(sent, droid));
    assertEquals(Kind.INSTALLATION, only(sent, "droid").kind());
    assertEquals(TargetStanding.OTHER_FORM, standing(sent, ONE));
    assertEquals(TargetStanding.NO_ADDRESS, standing(sent, "amazon"));
    assertEquals(TargetStanding.TOLD, standing(sent, TWO));
    assertEquals(List.of(), only(sent, TWO).carried(), "it is for all");
  }

  // ---- times ----------------------------------------------------------------------------------

  @Test
  void what_was_registered_later_or_changed_since_says_so() {
    hub.registered(ONE, "weather");
    final var sent = sent(FORMAT, "apple", TAGS, "sport");
    hub.registered(TWO, "sport");
    assertEquals(TargetStanding.REGISTERED_LATER, standing(sent, TWO));
    assertEquals(TargetStanding.TAGS_DIFFER, standing(sent, ONE));
    install("phone", iphone("phone", "d4".repeat(32), quoted("weather")));
    final var other = sent(FORMAT, "apple", TAGS, "sport");
    install("phone", iphone("phone", "d4".repeat(32), quoted("sport")));
    assertEquals(TargetStanding.CHANGED_SINCE, standing(other, "d4".repeat(32)));
  }

  /// A store removes what has ended soon; this one does so when it is told.
  @Test
  void what_has_ended_and_is_still_there_says_so() {
    final var id = hub.registered(THREE, "sport");
    final var kept = hub.store.hubs().find(hub.hub.key(), id).orElseThrow().entry();
    final var sent = sent(FORMAT, "apple", TAGS, "weather");
    final var others = new MemoryHubRegistrations(InstantSource.system());
    final var ended = Optional.of(Instant.now().minus(1, ChronoUnit.HOURS));
    others.put(
        hub.hub.key(),
        new Entry(kept.id(), kept.kind(), kept.document(), ended, kept.targets()),
        new Condition.Any());
    final var told = hub.explanations(others).of(hub.stored(sent), THREE).getFirst();
    assertEquals(TargetStanding.ENDED, told.standing());
  }

  @Test
  void a_scheduled_one_says_that_the_turn_is_to_come_and_then_that_it_was_cancelled() {
    hub.registered(ONE, "");
    final var sent =
        hub.call(
            "POST",
            "/news/schedulednotifications" + VERSION,
            ALERT,
            FORMAT,
            "apple",
            "ServiceBusNotification-ScheduleTime",
            Instant.now().plus(1, ChronoUnit.HOURS).toString());
    hub.waits(sent);
    assertEquals(TargetStanding.TURN_TO_COME, standing(sent, ONE));
    final var location = sent.headers().firstValue("Location").orElseThrow();
    final var path = location.substring(location.indexOf('/', "https://".length()));
    assertEquals(200, hub.call("DELETE", path, "").statusCode());
    assertEquals(TargetStanding.CANCELLED, standing(sent, ONE));
  }

  // ---- what is there no more ------------------------------------------------------------------

  @Test
  void a_handle_that_its_service_called_dead_is_told_though_its_registration_is_gone() {
    final var id = hub.registered(ONE, "sport");
    install("phone", iphone("phone", TWO, quoted("sport")));
    hub.die(ONE, TWO);
    final var sent = sent(FORMAT, "apple", TAGS, "sport");
    for (final var asked : List.of(ONE, id, TWO, "phone")) {
      Eventually.holds(() -> only(sent, asked).removed().isPresent(), "it is removed");
      final var one = only(sent, asked);
      assertEquals(TargetStanding.TOLD, one.standing(), asked);
      assertEquals(Reason.TOKEN_RETIRED, one.story().orElseThrow().tries().getLast().why(), asked);
    }
    final var next = sent(FORMAT, "apple");
    assertEquals(TargetStanding.REMOVED, standing(next, ONE));
    assertEquals(TargetStanding.REMOVED, standing(next, TWO));
  }

  // ---- sends to handles -----------------------------------------------------------------------

  @Test
  void a_direct_send_says_whether_it_named_a_handle() {
    final var id = hub.registered(ONE, "");
    final var direct = MESSAGES + "&direct";
    final var handle = "ServiceBusNotification-DeviceHandle";
    final var sent = hub.call("POST", direct, ALERT, FORMAT, "apple", handle, ONE);
    hub.told(sent, text -> text.contains("<State>Completed"));
    assertEquals(TargetStanding.TOLD, standing(sent, ONE));
    assertEquals("handed-over", only(sent, id).story().orElseThrow().tries().getLast().outcome());
    assertEquals(TargetStanding.NOT_NAMED, standing(sent, TWO));
  }

  @Test
  void a_handle_that_its_caller_named_is_forgotten_with_the_trail() {
    final var handle = "ServiceBusNotification-DeviceHandle";
    final var sent = hub.call("POST", MESSAGES + "&direct", ALERT, FORMAT, "apple", handle, ONE);
    hub.told(sent, text -> text.contains("<State>Completed"));
    hub.trailsAreGone = true;
    assertEquals(TargetStanding.FORGOTTEN, standing(sent, ONE));
    assertEquals(TargetStanding.NOT_NAMED, standing(sent, TWO));
  }
}
