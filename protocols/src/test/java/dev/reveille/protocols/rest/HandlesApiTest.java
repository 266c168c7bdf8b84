package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Claim;
import dev.reveille.routing.port.Handles.Owner;
import dev.reveille.routing.port.Handles.State;
import dev.reveille.routing.port.SecretStore.Right;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Operators of a clearing house list and revoke handles, and make codes for partners.
class HandlesApiTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PARTNER = "contoso.example";
  private static final String OTHER_PARTNER = "fabrikam.example";
  private static final AppId APP = new AppId("an app");

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller operator = api.caller(ApiUnderTest.ACME, Right.MANAGE);
  private final Caller stranger = api.caller(ApiUnderTest.OTHER, Right.MANAGE);

  @AfterEach
  void close() {
    api.close();
  }

  private String active(final String partner, final AppId app, final String token) {
    final var claim = claimed(partner, app, token);
    assertTrue(handles().confirm(claim.handle(), claim.challenge(), new byte[] {1}).isPresent());
    return claim.handle().value();
  }

  private Claim claimed(final String partner, final AppId app, final String token) {
    final var now = Instant.now();
    final var address =
        new PushAddress.Direct(
            PushService.FCM, PushChannel.SINGLE, app, false, new PushToken(token), now);
    final var claim =
        new Claim(
            partner + app + token,
            HandleId.random(RANDOM),
            /* replaces= */ false,
            new Owner(ApiUnderTest.ACME, partner, app),
            address,
            now.plus(Handles.CLAIMED));
    handles().claim(claim, 100);
    return claim;
  }

  private Handles handles() {
    return api.store().handles();
  }

  private List<String> listed(final String query) {
    final var reply = operator.get("/v1/federation/handles" + query);
    assertEquals(200, reply.status(), () -> reply.whole().body());
    return reply.body().path("handles").findValuesAsText("handle");
  }

  @Test
  void handles_are_listed_without_their_tokens() {
    final var handle = active(PARTNER, APP, "a-token-of-a-phone");
    final var list = operator.get("/v1/federation/handles");
    assertEquals(handle, list.text("/handles/0/handle"));
    assertEquals(PARTNER, list.text("/handles/0/partner"));
    assertEquals("an app", list.text("/handles/0/app"));
    assertEquals("active", list.text("/handles/0/state"));
    assertEquals("fcm", list.text("/handles/0/service"));
    final var one = operator.get("/v1/federation/handles/" + handle);
    assertEquals(list.body().path("handles").path(0), one.body());
    assertFalse(list.whole().body().contains("a-token-of-a-phone"));
  }

  @Test
  void a_list_is_narrowed_and_read_in_pages() {
    final var all = new ArrayList<String>();
    for (final var partner : List.of(PARTNER, OTHER_PARTNER)) {
      for (final var app : List.of(APP, new AppId("mail"))) {
        all.add(active(partner, app, "a"));
        all.add(active(partner, app, "b"));
      }
    }
    claimed(PARTNER, APP, "pending");
    assertEquals(8, listed("").size());
    assertEquals(4, listed("?partner=Contoso.Example").size());
    assertEquals(4, listed("?app=an%20app").size());
    assertEquals(2, listed("?app=mail&partner=" + PARTNER).size());
    final var paged = new ArrayList<String>();
    var after = "";
    do {
      final var page =
          operator.get(
              "/v1/federation/handles?limit=3&after="
                  + URLEncoder.encode(after, StandardCharsets.UTF_8));
      paged.addAll(page.body().path("handles").findValuesAsText("handle"));
      after = page.text("/next");
    } while (!after.isEmpty());
    assertEquals(listed(""), paged);
    assertEquals(List.copyOf(all).stream().sorted().toList(), paged.stream().sorted().toList());
    final var wrong = operator.get("/v1/federation/handles?after=x");
    assertTrue(ApiUnderTest.is(wrong, Reason.MALFORMED));
    final var counts = operator.get("/v1/federation/partners").body().path("partners");
    assertEquals(4, counts.size());
    assertEquals(PARTNER, counts.path(0).path("partner").asText());
    assertEquals(2, counts.path(0).path("active").asInt());
  }

  @Test
  void one_handle_is_revoked_and_the_audit_log_says_by_whom() {
    final var handle = active(PARTNER, APP, "a");
    assertEquals(204, operator.delete("/v1/federation/handles/" + handle).status());
    assertEquals(204, operator.delete("/v1/federation/handles/" + handle).status());
    final var shown = operator.get("/v1/federation/handles/" + handle);
    assertEquals("revoked", shown.text("/state"));
    assertEquals("", shown.text("/service"), "it has no token any more");
    final var audit = operator.get("/v1/audit?kind=handle").body().path("entries");
    assertEquals(1, audit.size());
    assertEquals(
        "revoke handle " + handle + " of partner contoso.example and app an app",
        audit.path(0).path("what").asText());
  }

  @Test
  void a_claim_is_revoked_too() {
    final var claim = claimed(PARTNER, APP, "a");
    final var path = "/v1/federation/handles/" + claim.handle();
    assertEquals("pending", operator.get(path).text("/state"));
    assertEquals(204, operator.delete(path).status());
    assertEquals(404, operator.get(path).status());
  }

  @Test
  void all_of_a_partner_are_revoked_at_once() {
    final var one = active(PARTNER, APP, "a");
    final var mail = active(PARTNER, new AppId("mail"), "a");
    final var other = active(OTHER_PARTNER, APP, "a");
    final var without = operator.delete("/v1/federation/handles");
    assertTrue(ApiUnderTest.is(without, Reason.MALFORMED), "never all of all partners");
    final var revoked =
        operator.delete(
            "/v1/federation/handles?app=mail&partner="
                + PARTNER.toUpperCase(java.util.Locale.ROOT));
    assertEquals("1", revoked.text("/revoked"), () -> revoked.whole().body());
    assertEquals(State.REVOKED, state(mail));
    assertEquals(State.ACTIVE, state(one));
    assertEquals(
        "1", operator.delete("/v1/federation/handles?partner=" + PARTNER).text("/revoked"));
    assertEquals(State.REVOKED, state(one));
    assertEquals(State.ACTIVE, state(other));
  }

  private State state(final String handle) {
    return handles().find(new HandleId(handle)).orElseThrow().state();
  }

  @Test
  void another_organisation_sees_and_changes_nothing() {
    final var handle = active(PARTNER, APP, "a");
    assertEquals(404, stranger.get("/v1/federation/handles/" + handle).status());
    assertEquals(404, stranger.delete("/v1/federation/handles/" + handle).status());
    assertEquals(
        "0", stranger.delete("/v1/federation/handles?partner=" + PARTNER).text("/revoked"));
    assertEquals(0, stranger.get("/v1/federation/handles").body().path("handles").size());
    assertEquals(0, stranger.get("/v1/federation/partners").body().path("partners").size());
    assertEquals(State.ACTIVE, state(handle));
    assertEquals(404, operator.get("/v1/federation/handles/no-handle").status());
  }

  @Test
  void a_code_is_shown_once_and_claims_for_its_partner() {
    final var made =
        operator.post(
            "/v1/federation/codes", "{\"partner\":\"Contoso.Example\",\"uses\":2,\"days\":7}");
    assertEquals(201, made.status(), () -> made.whole().body());
    final var code = made.text("/code");
    assertTrue(code.startsWith("rp_") && code.length() == 29, code);
    assertEquals(PARTNER, made.text("/partner"));
    final var left = Duration.between(Instant.now(), Instant.parse(made.text("/expires")));
    assertEquals(7, left.plusMinutes(1).toDays());
    final var list = operator.get("/v1/federation/codes");
    assertEquals(made.text("/id"), list.text("/codes/0/id"));
    assertEquals("2", list.text("/codes/0/uses"));
    assertFalse(list.whole().body().contains(code), "never again");
    assertTrue(handles().takeCode(ApiUnderTest.ACME, PARTNER, ApiKeys.hash(code)));
    assertEquals(
        "1", operator.get("/v1/federation/codes?partner=" + PARTNER).text("/codes/0/uses"));
    assertEquals(
        0,
        operator.get("/v1/federation/codes?partner=" + OTHER_PARTNER).body().path("codes").size());
    assertFalse(handles().takeCode(ApiUnderTest.OTHER, PARTNER, ApiKeys.hash(code)));
    final var path = "/v1/federation/codes/" + PARTNER + "/" + made.text("/id");
    assertEquals(404, stranger.delete(path).status());
    assertEquals(204, operator.delete(path).status());
    assertEquals(404, operator.delete(path).status());
    assertFalse(handles().takeCode(ApiUnderTest.ACME, PARTNER, ApiKeys.hash(code)));
    final var audit = operator.get("/v1/audit?kind=handle").whole().body();
    assertTrue(audit.contains("keep handle code " + made.text("/id")), audit);
    assertFalse(audit.contains(code), audit);
  }

  @Test
  void what_is_wrong_in_a_code_is_said_with_its_field() {
    for (final var wrong :
        List.of(
            "{}",
            "{\"partner\":\"two words\"}",
            "{\"partner\":\"a.example\",\"uses\":0}",
            "{\"partner\":\"a.example\",\"days\":4000}")) {
      assertTrue(
          ApiUnderTest.is(operator.post("/v1/federation/codes", wrong), Reason.MALFORMED), wrong);
    }
    final var usual = operator.post("/v1/federation/codes", "{\"partner\":\"a.example\"}");
    assertEquals("1", usual.text("/uses"));
  }

  @Test
  void it_needs_the_right_to_manage() {
    final var sender = api.caller(ApiUnderTest.ACME, Right.SEND, Right.LISTEN);
    final var handle = active(PARTNER, APP, "a");
    for (final var reply :
        List.of(
            sender.get("/v1/federation/handles"),
            sender.get("/v1/federation/handles/" + handle),
            sender.get("/v1/federation/partners"),
            sender.get("/v1/federation/codes"),
            sender.post("/v1/federation/codes", "{\"partner\":\"a.example\"}"),
            sender.delete("/v1/federation/handles/" + handle),
            sender.delete("/v1/federation/handles?partner=" + PARTNER),
            sender.delete("/v1/federation/codes/" + PARTNER + "/c"))) {
      assertTrue(ApiUnderTest.is(reply, Reason.NOT_ALLOWED), () -> reply.whole().body());
    }
    assertEquals(State.ACTIVE, state(handle));
  }
}
