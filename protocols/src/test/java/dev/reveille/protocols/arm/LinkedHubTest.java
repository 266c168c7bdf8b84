package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubReach;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `linkNotificationHub`, as the text about it writes the call: what is linked, what is refused and
/// by which code, and what a link is afterwards.
class LinkedHubTest {
  private ArmUnderTest arm;

  @BeforeEach
  void start() {
    arm = new ArmUnderTest();
  }

  @AfterEach
  void stop() {
    arm.close();
  }

  private void assertRefused(final String code, final ArmUnderTest.Said said) {
    assertEquals(400, said.status(), said::text);
    assertEquals(code, said.code());
    assertFalse(said.message().isEmpty());
    assertFalse(
        arm.get(arm.resource() + ArmUnderTest.VERSION)
            .json()
            .path("properties")
            .has("notificationHubId"));
  }

  @Test
  void A4_32_A4_34_A4_35_the_text_s_call_links_a_hub_with_single_quotes() {
    arm.openApple();
    final var said = arm.link();
    assertEquals(200, said.status(), said::text);
    assertEquals(arm.hubId(), said.json().path("resourceId").asText());
    assertFalse(said.json().has("warnings"), said::text);
    assertEquals(
        arm.hubId(),
        arm.get(arm.resource() + ArmUnderTest.VERSION)
            .json()
            .path("properties")
            .path("notificationHubId")
            .asText());
  }

  @Test
  void real_json_links_too_and_single_quotes_are_taken_nowhere_else() {
    arm.openGoogle();
    final var body =
        "{\"connectionString\":\"%s\",\"resourceId\":\"%s\"}"
            .formatted(arm.string(Hubs.SEND), arm.hubId());
    assertEquals(
        200,
        arm.post(arm.resource() + "/linkNotificationHub" + ArmUnderTest.VERSION, body).status());
    assertEquals(
        400, arm.put(arm.resource() + ArmUnderTest.VERSION, "{'location':'global'}").status());
  }

  @Test
  void A4_26_a_string_without_the_right_to_send_is_refused() {
    arm.openApple();
    assertRefused("SendRightMissing", arm.link(arm.string(Hubs.LISTEN), arm.hubId()));
  }

  @Test
  void A4_27_more_rights_than_to_send_are_linked_with_a_warning() {
    arm.openApple();
    final var said = arm.link(arm.string(Hubs.FULL), arm.hubId());
    assertEquals(200, said.status(), said::text);
    assertEquals(1, said.json().path("warnings").size());
    assertTrue(
        arm.resources
            .find(ArmUnderTest.ACME, "reveille")
            .orElseThrow()
            .link()
            .orElseThrow()
            .moreThanSend());
  }

  @Test
  void a_string_that_is_none_or_has_a_wrong_key_is_refused() {
    arm.openApple();
    assertRefused("InvalidConnectionString", arm.link("Endpoint=sb://127.0.0.1/", arm.hubId()));
    assertRefused(
        "InvalidConnectionString", arm.link(arm.string(Hubs.SEND) + ";EntityPath=x", arm.hubId()));
    final var other = arm.string(Hubs.SEND).replaceAll("SharedAccessKey=.*", "SharedAccessKey=no");
    assertRefused("ConnectionStringRefused", arm.link(other, arm.hubId()));
    assertRefused("InvalidNotificationHubId", arm.link(arm.string(Hubs.SEND), "phones"));
    assertRefused("InvalidNotificationHubId", arm.link(arm.string(Hubs.SEND), arm.resource()));
  }

  @Test
  void A4_21_a_hub_of_another_subscription_is_refused_until_that_is_declared() {
    arm.openApple();
    final var theirs = arm.resources.subscriptions().of(ArmUnderTest.OTHER).toString();
    final var id = arm.hubId().replace(arm.subscription(), theirs);
    assertRefused("NotificationHubOfAnotherSubscription", arm.link(arm.string(Hubs.SEND), id));

    final var azure = UUID.randomUUID();
    final var foreign = arm.hubId().replace(arm.subscription(), azure.toString());
    assertRefused("NotificationHubOfAnotherSubscription", arm.link(arm.string(Hubs.SEND), foreign));
    arm.resources.subscriptions().declare(ArmUnderTest.ACME, azure, "test");
    assertEquals(200, arm.link(arm.string(Hubs.SEND), foreign).status());
  }

  @Test
  void an_organisation_of_the_server_cannot_be_declared() {
    final var theirs = arm.resources.subscriptions().of(ArmUnderTest.OTHER);
    assertThrows(
        IllegalArgumentException.class,
        () -> arm.resources.subscriptions().declare(ArmUnderTest.ACME, theirs, "test"));
  }

  @Test
  void a_hub_that_there_is_not_is_refused() {
    arm.openApple();
    assertRefused(
        "NotificationHubNotFound", arm.link(arm.string(Hubs.SEND), arm.hubId() + "-other"));
    assertRefused(
        "NotificationHubNotFound",
        arm.link(arm.string(Hubs.SEND), arm.hubId().replace("/reveille/notif", "/others/notif")));
    assertRefused(
        "NotificationHubNotFound",
        arm.link(
            arm.string(Hubs.SEND),
            arm.hubId().replace("resourceGroups/reveille", "resourceGroups/other")));
  }

  @Test
  void A4_22_a_hub_without_credentials_is_refused() {
    assertRefused("NotificationHubWithoutCredentials", arm.link());
  }

  @Test
  void A4_24_a_hub_for_other_platforms_than_apple_s_and_google_s_is_refused() {
    arm.store
        .secrets()
        .keepCredential(
            arm.hub.app(), new Credential.Wns("client", "secret", "", "", "", ""), "test");
    assertRefused("PlatformNotSupported", arm.link());
  }

  @Test
  void A4_28_A4_29_a_hub_that_shows_apple_a_certificate_is_refused() {
    arm.openApple(
        ArmUnderTest.BUNDLE, new Credential.ApnsCertificate("certificate", "key", "", "", ""));
    assertRefused("ApnsCertificateNotSupported", arm.link());
  }

  @Test
  void A4_30_a_bundle_id_without_voip_is_refused() {
    arm.openApple(
        "com.example.phone", new Credential.Apns("TEAM123456", "KEY1234567", "key", "", "", ""));
    assertRefused("BundleIdWithoutVoip", arm.link());
  }

  @Test
  void A4_36_without_a_key_nothing_is_linked() {
    arm.openApple();
    final var said =
        arm.ask("POST", arm.resource() + "/linkNotificationHub" + ArmUnderTest.VERSION, "{}", "");
    assertEquals(401, said.status());
    assertEquals("AuthenticationFailed", said.code());
    assertEquals("Bearer", said.whole().headers().firstValue("WWW-Authenticate").orElse(""));
  }

  @Test
  void a_link_is_taken_away_in_two_ways_and_not_by_a_forgotten_body() {
    final var link = arm.resource() + "/linkNotificationHub" + ArmUnderTest.VERSION;
    arm.openApple();
    arm.link();
    assertEquals(400, arm.post(link, "").status());
    assertTrue(linked());
    assertEquals(200, arm.link("", "").status());
    assertFalse(linked());
    arm.link();
    assertTrue(linked());
    assertEquals(200, arm.delete(link).status());
    assertFalse(linked());
  }

  private boolean linked() {
    return arm.resources.find(ArmUnderTest.ACME, "reveille").orElseThrow().link().isPresent();
  }

  // ---- what a link is afterwards --------------------------------------------------------------

  @Test
  void A4_39_a_key_that_was_made_anew_is_refused_until_it_is_linked_again() {
    arm.openApple();
    final var app = arm.app("phone");
    arm.resources.bindUnlessBound(app);
    assertInstanceOf(HubReach.Unlinked.class, arm.resources.reach(app.id()));
    arm.link();
    assertInstanceOf(HubReach.OwnHub.class, arm.resources.reach(app.id()));
    arm.hubs.rekey(arm.hub, Hubs.SEND, Hubs.Key.PRIMARY, "test");
    assertInstanceOf(HubReach.KeyRefused.class, arm.resources.reach(app.id()));
    arm.link();
    assertInstanceOf(HubReach.OwnHub.class, arm.resources.reach(app.id()));
  }

  @Test
  void a_change_of_the_link_counts_as_one_of_the_app_s_credentials() {
    arm.openApple();
    final var app = arm.app("phone");
    arm.resources.bindUnlessBound(app);
    final long before = credentials();
    arm.link();
    assertTrue(credentials() > before);
    final long linked = credentials();
    arm.delete(arm.resource() + "/linkNotificationHub" + ArmUnderTest.VERSION);
    assertTrue(credentials() > linked);
  }

  private long credentials() {
    return arm.store.registry().app(new AppId("phone")).orElseThrow().credentials();
  }

  @Test
  void links_bindings_and_the_subscription_are_there_after_a_restart() {
    arm.openApple();
    arm.link(arm.string(Hubs.FULL), arm.hubId());
    final var app = arm.app("phone");
    arm.resources.bindUnlessBound(app);
    final var again = CommunicationResources.open(arm.store, arm.hubs, InstantSource.system());
    assertEquals(arm.resources.reach(app.id()), again.reach(app.id()));
    assertInstanceOf(HubReach.OwnHub.class, again.reach(app.id()));
    assertEquals(arm.resources.of(ArmUnderTest.ACME), again.of(ArmUnderTest.ACME));
    assertEquals(arm.subscription(), again.subscriptions().of(ArmUnderTest.ACME).toString());
  }

  @Test
  void a_foreign_hub_is_reached_with_the_key_of_its_string() {
    final var azure = UUID.randomUUID();
    arm.resources.subscriptions().declare(ArmUnderTest.ACME, azure, "test");
    final var app = arm.app("phone");
    arm.resources.bindUnlessBound(app);
    arm.link(
        "Endpoint=sb://ns.example.org/;SharedAccessKeyName=send;SharedAccessKey=k+/=",
        arm.hubId().replace(arm.subscription(), azure.toString()));
    final var reach = assertInstanceOf(HubReach.ForeignHub.class, arm.resources.reach(app.id()));
    assertEquals("ns.example.org", reach.authority());
    assertEquals("phones", reach.hub());
    assertEquals("send", reach.policy());
    assertEquals("k+/=", reach.key().text());
  }
}
