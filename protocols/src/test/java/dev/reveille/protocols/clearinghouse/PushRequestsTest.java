package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.AppId;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.EventClass;
import dev.reveille.model.HandleId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a clearing house answers to pushes of partners, and what becomes of them.
class PushRequestsTest {
  @TempDir private Path folder;
  private ClearingHouseUnderTest house;

  @BeforeEach
  void open() {
    house = new ClearingHouseUnderTest(folder);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void a_ring_is_pushed_once_and_reported_signed() throws Exception {
    final var body =
        house.body(
            UUID.randomUUID(),
            house.handle(ClearingHouseUnderTest.PARTNER, true),
            ClearingHouseUnderTest.ring());
    assertEquals(202, house.answer(body).status());
    final var push = house.pushed.poll(20, TimeUnit.SECONDS);
    final var ring = assertInstanceOf(PushContent.Ring.class, push.content());
    assertEquals("Carla Caller", ring.callerName());
    final var report = house.report();
    assertEquals("handed-over RV-200 apns-id-1", report.get("outcome").asText());
    assertEquals("reference", report.get("ref").asText());
    final var lines = report.get("trail");
    assertTrue(
        lines.get(lines.size() - 1).asText().endsWith("Z 1 handed-over RV-200 apns-id-1"),
        report::toString);
    assertTrue(isSigned(report), report::toString);
    final var again = house.answer(body);
    assertEquals(200, again.status());
    assertEquals(
        "handed-over RV-200 apns-id-1", again.headers().first(PushRequests.OUTCOME).orElseThrow());
    assertEquals(0, house.pushed.size());
  }

  private static boolean isSigned(final JsonNode report) throws Exception {
    final var key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(Base64.getUrlDecoder().decode(report.get("key").asText())));
    final var signature = Signature.getInstance("Ed25519");
    signature.initVerify(key);
    for (final var name : List.of("id", "ref", "outcome", "at", "partner")) {
      signature.update((report.get(name).asText() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    for (final var line : report.get("trail")) {
      signature.update((line.asText() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return signature.verify(Base64.getUrlDecoder().decode(report.get("signature").asText()));
  }

  @Test
  void a_question_is_answered_from_the_trail() throws Exception {
    final var id = UUID.randomUUID();
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var question =
        ClearingHouseUnderTest.JSON.writeValueAsBytes(
            Map.of(
                "v",
                1,
                "id",
                id.toString(),
                "app",
                ClearingHouseUnderTest.APP.value(),
                "handle",
                handle.value(),
                "ask",
                true));
    assertEquals(DiagnosisCode.PUSH_UNKNOWN, ClearingHouseUnderTest.cause(house.answer(question)));
    assertEquals(202, house.answer(house.body(id, handle, ClearingHouseUnderTest.ring())).status());
    final var _ = house.report();
    final var answer = house.answer(question);
    assertEquals(200, answer.status());
    assertTrue(answer.headers().first(PushRequests.OUTCOME).orElse("").startsWith("handed-over"));
  }

  @Test
  void handles_that_are_not_for_this_push_are_told_apart() throws Exception {
    final var id = UUID.randomUUID();
    assertEquals(
        DiagnosisCode.HANDLE_OF_ANOTHER,
        ClearingHouseUnderTest.cause(
            house.answer(
                house.body(
                    id, house.handle("fabrikam.example", true), ClearingHouseUnderTest.ring()))));
    assertEquals(
        DiagnosisCode.HANDLE_UNKNOWN,
        ClearingHouseUnderTest.cause(
            house.answer(
                house.body(
                    id, HandleId.random(new SecureRandom()), ClearingHouseUnderTest.ring()))));
    assertEquals(
        DiagnosisCode.HANDLE_UNKNOWN,
        ClearingHouseUnderTest.cause(
            house.answer(
                house.body(
                    id,
                    house.handle(ClearingHouseUnderTest.PARTNER, false),
                    ClearingHouseUnderTest.ring()))));
    final var revoked = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertTrue(house.store.handles().revoke(ClearingHouseUnderTest.PUBLISHER, revoked, "test"));
    final var over = house.answer(house.body(id, revoked, ClearingHouseUnderTest.ring()));
    assertEquals(410, over.status());
    assertEquals(DiagnosisCode.HANDLE_OVER, ClearingHouseUnderTest.cause(over));
    assertEquals(0, house.pushed.size());
  }

  @Test
  void the_same_id_is_the_same_push_whatever_it_says_and_not_for_another_handle() throws Exception {
    final var id = UUID.randomUUID();
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertEquals(202, house.answer(house.body(id, handle, ClearingHouseUnderTest.ring())).status());
    final var _ = house.report();
    assertEquals(200, house.answer(house.body(id, handle, ClearingHouseUnderTest.ring())).status());
    assertTrue(house.store.handles().revoke(ClearingHouseUnderTest.PUBLISHER, handle, "test"));
    assertEquals(
        200,
        house.answer(house.body(id, handle, ClearingHouseUnderTest.ring())).status(),
        "it came before that");
    assertEquals(
        DiagnosisCode.ID_USED,
        ClearingHouseUnderTest.cause(
            house.answer(
                house.body(
                    id,
                    house.handle(ClearingHouseUnderTest.PARTNER, true),
                    ClearingHouseUnderTest.ring()))));
    assertEquals(1, house.pushed.size());
  }

  @Test
  void long_and_sealed_pushes_pass() throws Exception {
    final var text = "ä".repeat(1_200);
    final var notice =
        new PushContent.Notice(
            "e2", EventClass.ALERT, "chat", "A title", text, Map.of(), "", "", -1);
    final var style = NotificationStyle.of(notice);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertEquals(
        202,
        house
            .answer(
                house.body(UUID.randomUUID(), handle, new RelayedPush(notice, style, Seal.OPEN)))
            .status());
    final var open = house.pushed.poll(20, TimeUnit.SECONDS);
    assertEquals(text, assertInstanceOf(PushContent.Notice.class, open.content()).text());
    final var sealed = new Seal.Closed("key." + "A".repeat(3_000));
    assertEquals(
        202,
        house
            .answer(
                house.body(
                    UUID.randomUUID(),
                    handle,
                    new RelayedPush(
                        ClearingHouseUnderTest.ring().content(), style.withoutContent(), sealed)))
            .status());
    assertEquals(sealed, house.pushed.poll(20, TimeUnit.SECONDS).seal());
  }

  @Test
  void an_app_that_takes_sealed_content_only_gets_no_other() throws Exception {
    house.set("push-content", "app:phone", "sealed-only", "true");
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var clear =
        house.answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.ring()));
    assertEquals(488, clear.status());
    assertEquals(DiagnosisCode.SEALED_ONLY, ClearingHouseUnderTest.cause(clear));
    final var wake = new PushContent.Wake("e3", EventClass.SILENT, "sync", "");
    final var ring = ClearingHouseUnderTest.ring();
    for (final var push :
        List.of(
            new RelayedPush(
                ring.content(), ring.style().withoutContent(), new Seal.Closed("key.AAAA")),
            new RelayedPush(wake, NotificationStyle.of(wake), Seal.OPEN))) {
      assertEquals(202, house.answer(house.body(UUID.randomUUID(), handle, push)).status());
    }
    final var mail = new AppId("mail");
    final var other = house.handle(ClearingHouseUnderTest.PARTNER, mail, true);
    final var body = house.body(UUID.randomUUID(), mail, other, ClearingHouseUnderTest.message());
    assertEquals(202, house.answer(body).status(), "another app is not concerned");
  }

  @Test
  void the_end_of_a_token_that_was_replaced_ends_no_handle() throws Exception {
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var older = house.store.handles().find(handle).orElseThrow();
    house.says = new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(Instant.now()));
    final var address = older.address().orElseThrow();
    final var fresh =
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            ClearingHouseUnderTest.APP,
            false,
            new PushToken("ab".repeat(32)),
            house.clock.instant());
    house.pushing = () -> replace(handle, older.owner(), fresh);
    assertEquals(
        202,
        house
            .answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.ring()))
            .status());
    assertTrue(house.report().get("outcome").asText().startsWith("refused RV-203"));
    final var now = house.store.handles().find(handle).orElseThrow();
    assertTrue(now.isActive());
    assertEquals(fresh.token(), now.address().orElseThrow().token());
    assertFalse(address.token().equals(fresh.token()));
  }

  private void replace(
      final HandleId handle, final Handles.Owner owner, final PushAddress.Direct fresh) {
    final var until = house.clock.instant().plusSeconds(60);
    final var claim = new Handles.Claim("again-" + handle, handle, true, owner, fresh, until);
    assertEquals(Handles.Claimed.KEPT, house.store.handles().claim(claim, 1_000));
    assertTrue(house.store.handles().confirm(handle, "again-" + handle, new byte[32]).isPresent());
  }

  @Test
  void nothing_of_a_sender_that_is_not_verified_is_shown() throws Exception {
    final var body =
        house.body(
            UUID.randomUUID(),
            house.handle(ClearingHouseUnderTest.PARTNER, true),
            ClearingHouseUnderTest.ring());
    assertEquals(202, house.answer(body, false, Optional.empty()).status());
    final var push = house.pushed.poll(20, TimeUnit.SECONDS);
    assertFalse(push.content().toString().contains("Carla"));
    assertEquals("", assertInstanceOf(PushContent.Ring.class, push.content()).callerName());
    assertTrue(push.style().title().isEmpty());
    assertTrue(push.style().placeholder().isEmpty());
  }

  @Test
  void a_token_that_is_dead_ends_its_handle() throws Exception {
    house.says = new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(Instant.now()));
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertEquals(
        202,
        house
            .answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.ring()))
            .status());
    assertEquals("refused RV-203 Unregistered", house.report().get("outcome").asText());
    assertEquals(
        DiagnosisCode.HANDLE_OVER,
        ClearingHouseUnderTest.cause(
            house.answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.ring()))));
  }

  @Test
  void clocks_that_are_far_apart_are_named() throws Exception {
    final var body =
        house.body(
            UUID.randomUUID(),
            house.handle(ClearingHouseUnderTest.PARTNER, true),
            ClearingHouseUnderTest.ring());
    final var date = Optional.of("Fri, 02 Jan 2026 12:00:00 GMT");
    assertEquals(
        DiagnosisCode.CLOCK_DIFFERS, ClearingHouseUnderTest.cause(house.answer(body, true, date)));
    assertEquals(202, house.answer(body, true, Optional.of("no date")).status());
  }

  @Test
  void a_handle_for_calls_takes_rings_and_nothing_else() throws Exception {
    final var calls =
        house.handle(
            ClearingHouseUnderTest.PARTNER,
            ClearingHouseUnderTest.APP,
            PushChannel.VOIP,
            /* isActive= */ true);
    final var message =
        house.answer(house.body(UUID.randomUUID(), calls, ClearingHouseUnderTest.message()));
    assertEquals(DiagnosisCode.BODY_MALFORMED, ClearingHouseUnderTest.cause(message));
    assertEquals(
        202,
        house.answer(house.body(UUID.randomUUID(), calls, ClearingHouseUnderTest.ring())).status());
    assertNotNull(house.pushed.poll(20, TimeUnit.SECONDS));
    assertTrue(house.pushed.isEmpty(), "the message was not pushed");
  }

  @Test
  void bodies_that_are_malformed_are_named_and_leave_nothing() throws Exception {
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true).value();
    for (final var wrong :
        List.of(
            "{",
            "[]",
            "{\"v\":2}",
            "{\"v\":1,\"id\":\"x\"}",
            "{\"v\":1,\"id\":\"%s\",\"handle\":\"short\"}".formatted(UUID.randomUUID()),
            "{\"v\":1,\"id\":\"%s\",\"handle\":\"%s\",\"more\":1}"
                .formatted(UUID.randomUUID(), handle))) {
      final var answer = house.answer(wrong.getBytes(StandardCharsets.UTF_8));
      assertEquals(400, answer.status(), wrong);
      assertEquals(DiagnosisCode.BODY_MALFORMED, ClearingHouseUnderTest.cause(answer), wrong);
    }
    assertEquals(
        DiagnosisCode.BODY_TOO_LARGE, ClearingHouseUnderTest.cause(house.answer(new byte[8_193])));
    assertEquals(0, house.pushed.size());
  }

  @Test
  void a_test_pushes_nothing() throws Exception {
    final var body = "{\"v\":1,\"id\":\"%s\",\"test\":true}".formatted(UUID.randomUUID());
    assertEquals(200, house.answer(body.getBytes(StandardCharsets.UTF_8)).status());
    assertEquals(0, house.pushed.size());
  }
}
