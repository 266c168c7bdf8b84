package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.AppId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.clearinghouse.PushQuota;
import dev.reveille.protocols.clearinghouse.QuotaNotes;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What partners used of their quota, and what clearing houses said of ours.
class QuotaApiTest {
  private static final String QUOTA = "/v1/federation/quota";
  private static final String OF_OTHERS = QUOTA + "/clearing-houses";
  private static final String PARTNER = "contoso.example";
  private static final AppId APP = new AppId("an app");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller operator = api.caller(ApiUnderTest.ACME, Right.MANAGE);
  private final Caller stranger = api.caller(ApiUnderTest.OTHER, Right.MANAGE);
  private final Caller sender = api.caller(ApiUnderTest.ACME, Right.SEND);

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void who_pushed_is_shown_to_the_publisher_and_what_was_said_to_the_partner() throws Exception {
    final var quota =
        new PushQuota(new EffectiveSettings(api.store().settings()), new AtomicLong()::get);
    final var notes = new QuotaNotes();
    api.rest().offer(quota, notes);
    for (final var partner : List.of("fabrikam.example", PARTNER)) {
      assertTrue(quota.take(ApiUnderTest.ACME, partner, APP, /* isCall= */ false).isZero());
    }
    final var partners = operator.get(QUOTA).body().path("partners");
    assertEquals(2, partners.size());
    assertEquals(
        JSON.readTree(
            """
            {"partner": "contoso.example", "app": "an app", "perMinute": 60000, "left": 9999,
             "keptForCalls": 2000, "taken": 1, "refused": 0}
            """),
        partners.path(0));
    assertEquals(0, stranger.get(QUOTA).body().path("partners").size());
    final var request =
        SipRequest.builder(SipMethod.MESSAGE, "sip:push@push.example")
            .from(NameAddress.of(SipUri.of("mobility", PARTNER)).withParameter("tag", "t"))
            .to(NameAddress.of(SipUri.of("push", "push.example")))
            .callId("c")
            .cseq(1)
            .build();
    final var said =
        SipResponse.to(request, 202).add("Push-Quota", "limit=60; left=7; calls=2; reset=3");
    notes.heard(
        ApiUnderTest.OTHER,
        "push.example",
        APP,
        said.build(),
        Instant.parse("2026-01-02T12:00:00Z"));
    notes.heard(
        ApiUnderTest.OTHER,
        "push.example",
        APP,
        SipResponse.to(request, 202).add("Push-Quota", "limit=much").build(),
        Instant.EPOCH);
    assertEquals(
        JSON.readTree(
            """
            {"domain": "push.example", "app": "an app", "perMinute": 60, "left": 7,
             "keptForCalls": 2, "resetSeconds": 3, "refused": 0, "at": "2026-01-02T12:00:00Z"}
            """),
        stranger.get(OF_OTHERS).body().path("clearingHouses").path(0));
    assertEquals(0, operator.get(OF_OTHERS).body().path("clearingHouses").size());
  }

  @Test
  void it_is_for_operators_of_servers_that_federate() {
    for (final var address : List.of(QUOTA, OF_OTHERS)) {
      assertTrue(ApiUnderTest.is(operator.get(address), Reason.NOT_CONFIGURED));
      assertEquals(403, sender.get(address).status());
    }
  }
}
