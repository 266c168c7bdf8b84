package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many pushes partners may hand in, and what they are told of it.
class QuotaOfPartnersTest {
  private static final String GLOBAL = "global";
  private static final String FABRIKAM = "fabrikam.example";
  private static final AppId OTHER_APP = new AppId("mail");

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

  private void quota(final String identity, final int perMinute, final int burst) {
    quota(identity, perMinute, burst, 20);
  }

  private void quota(
      final String identity, final int perMinute, final int burst, final int ofCalls) {
    house.set(
        "push-quota",
        identity,
        "per-minute",
        String.valueOf(perMinute),
        "burst",
        String.valueOf(burst),
        "reserved-for-calls",
        String.valueOf(ofCalls));
  }

  private SipResponse message(final HandleId handle) throws Exception {
    return house.answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.message()));
  }

  private SipResponse ring(final HandleId handle) throws Exception {
    return house.answer(house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.ring()));
  }

  private static String state(final SipResponse response) {
    return response.headers().first(PushRequests.QUOTA).orElse("none");
  }

  private static void assertRefused(final SipResponse response) {
    assertEquals(480, response.status());
    assertEquals(DiagnosisCode.QUOTA_USED, ClearingHouseUnderTest.cause(response));
  }

  @Test
  void what_is_left_stands_in_each_answer_and_beyond_it_nothing_is_stored() throws Exception {
    quota(GLOBAL, 60, 10);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var first = message(handle);
    assertEquals(202, first.status());
    assertEquals("limit=60; left=9; calls=2; reset=1", state(first));
    for (int i = 0; i < 7; i++) {
      assertEquals(202, message(handle).status());
    }
    final var id = UUID.randomUUID();
    final var refused = house.answer(house.body(id, handle, ClearingHouseUnderTest.message()));
    assertRefused(refused);
    assertEquals("1", refused.headers().first(SipName.RETRY_AFTER).orElse(""));
    assertEquals("limit=60; left=2; calls=2; reset=8", state(refused));
    assertEquals(481, house.answer(house.question(id, handle)).status(), "it is not known");
    house.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertEquals(202, message(handle).status());
    assertRefused(message(handle));
    assertEquals(2, house.quota.refusedPushes());
  }

  @Test
  void calls_have_a_part_for_themselves_while_messages_use_up_the_rest() throws Exception {
    quota(GLOBAL, 60, 10);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    for (int i = 0; i < 30; i++) {
      final var _ = message(handle);
    }
    assertEquals(202, ring(handle).status());
    assertEquals(202, ring(handle).status());
    assertRefused(ring(handle));
    // what is added goes to calls until their part is there again
    house.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertRefused(message(handle));
    assertEquals(202, ring(handle).status());
  }

  @Test
  void one_partner_and_app_costs_another_nothing() throws Exception {
    quota(GLOBAL, 1, 1);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var mail = house.handle(ClearingHouseUnderTest.PARTNER, OTHER_APP, true);
    final var other = house.handle(FABRIKAM, true);
    assertEquals(202, message(handle).status());
    assertRefused(message(handle));
    assertEquals(
        202,
        house
            .answer(
                house.body(UUID.randomUUID(), OTHER_APP, mail, ClearingHouseUnderTest.message()))
            .status());
    final var body = house.body(UUID.randomUUID(), other, ClearingHouseUnderTest.message());
    assertEquals(202, house.answerTo(FABRIKAM, body).status());
  }

  @Test
  void the_narrowest_setting_counts_from_the_next_push_on() throws Exception {
    quota(GLOBAL, 1, 1);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertEquals(202, message(handle).status());
    assertRefused(message(handle));
    quota("partner:contoso.example", 600, 3);
    assertEquals("limit=600; left=1; calls=1; reset=1", state(message(handle)));
    house.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertEquals("limit=600; left=2; calls=1; reset=1", state(message(handle)));
    quota("partner:contoso.example:phone", 6_000, 100);
    assertEquals("limit=6000; left=98; calls=20; reset=1", state(message(handle)));
  }

  @Test
  void a_repeat_costs_nothing_and_is_answered_when_the_quota_is_used_up() throws Exception {
    quota(GLOBAL, 60, 2, 0);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var body = house.body(UUID.randomUUID(), handle, ClearingHouseUnderTest.message());
    assertEquals(202, house.answer(body).status());
    final var _ = house.report();
    for (int i = 0; i < 5; i++) {
      assertEquals("limit=60; left=1; calls=0; reset=1", state(house.answer(body)));
    }
    assertEquals(202, message(handle).status());
    assertRefused(message(handle));
    assertEquals(200, house.answer(body).status());
  }

  @Test
  void handles_that_are_not_the_partners_cost_it_requests_and_no_memory() throws Exception {
    final var unknown = HandleId.random(new SecureRandom());
    for (int i = 0; i < PushQuota.LOOK_UPS_AT_ONCE / 5 * 4; i++) {
      house.quota.readInVain(ClearingHouseUnderTest.PARTNER);
    }
    final var refused = message(unknown);
    assertRefused(refused);
    assertEquals(
        "requests", Diagnosis.in(refused).orElseThrow().details().get("of"), refused::toString);
    assertEquals(1, house.quota.refusedUnread());
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    assertEquals(202, ring(handle).status(), "calls have a part of it");
    assertRefused(message(handle));
    final var ofOther =
        house.answerTo(
            FABRIKAM, house.body(UUID.randomUUID(), unknown, ClearingHouseUnderTest.message()));
    assertEquals(404, ofOther.status());
    assertEquals("limit=60000; left=10000; calls=2000; reset=0", state(ofOther));
    assertEquals(1, house.quota.used(ClearingHouseUnderTest.PUBLISHER).size());
    house.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertEquals(404, message(unknown).status());
  }

  @Test
  void refusals_use_up_requests() throws Exception {
    final var unknown = HandleId.random(new SecureRandom());
    for (int i = 0; i < PushQuota.LOOK_UPS_AT_ONCE / 5 * 4 - 1; i++) {
      house.quota.readInVain(ClearingHouseUnderTest.PARTNER);
    }
    assertEquals(404, message(unknown).status());
    assertRefused(message(unknown));
  }

  @Test
  void questions_have_a_limit_of_their_own() throws Exception {
    final var unknown = HandleId.random(new SecureRandom());
    for (int i = 0; i < PushQuota.LOOK_UPS_AT_ONCE - 1; i++) {
      assertTrue(house.quota.ask(ClearingHouseUnderTest.PARTNER).isZero());
    }
    assertEquals(481, house.answer(house.question(UUID.randomUUID(), unknown)).status());
    assertRefused(house.answer(house.question(UUID.randomUUID(), unknown)));
    assertEquals(404, message(unknown).status(), "pushes are judged as before");
  }

  @Test
  void who_pushed_is_counted() throws Exception {
    quota(GLOBAL, 60, 2, 0);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    for (int i = 0; i < 5; i++) {
      final var _ = message(handle);
    }
    final var used = house.quota.used(ClearingHouseUnderTest.PUBLISHER).getFirst();
    assertEquals(
        new PushQuota.Used(
            ClearingHouseUnderTest.PARTNER, "phone", 60, 0, 0, Duration.ofSeconds(2), 2, 3),
        used);
    assertTrue(house.quota.used(new OrganisationId("other")).isEmpty());
  }

  @Test
  void what_was_no_push_is_given_back() {
    final var publisher = ClearingHouseUnderTest.PUBLISHER;
    final var app = ClearingHouseUnderTest.APP;
    for (int i = 0; i < 3; i++) {
      assertTrue(house.quota.take(publisher, FABRIKAM, app, /* isCall= */ true).isZero());
    }
    house.quota.giveBack(publisher, FABRIKAM, app);
    assertEquals(9_998, house.quota.state(publisher, FABRIKAM, app).left());
    assertEquals(2, house.quota.used(publisher).getFirst().taken());
  }

  @Test
  void only_so_many_partners_are_counted() {
    for (int i = 0; i < PushQuota.MOST + 10; i++) {
      final var _ =
          house.quota.take(
              ClearingHouseUnderTest.PUBLISHER,
              "p" + i + ".example",
              ClearingHouseUnderTest.APP,
              /* isCall= */ false);
      house.quota.readInVain("p" + i + ".example");
    }
    final var used = house.quota.used(ClearingHouseUnderTest.PUBLISHER);
    assertEquals(PushQuota.MOST, used.size());
    assertEquals("p10.example", used.getFirst().partner());
  }

  @Test
  void what_a_clearing_house_says_is_remembered_at_home() throws Exception {
    quota(GLOBAL, 60, 1);
    final var handle = house.handle(ClearingHouseUnderTest.PARTNER, true);
    final var notes = new QuotaNotes();
    for (int i = 0; i < 3; i++) {
      notes.heard(
          ClearingHouseUnderTest.PUBLISHER,
          "push.example",
          ClearingHouseUnderTest.APP,
          message(handle),
          house.clock.instant());
    }
    final var note = notes.of(ClearingHouseUnderTest.PUBLISHER).getFirst();
    assertEquals("push.example phone", note.domain() + " " + note.app());
    assertEquals(60, note.perMinute());
    assertEquals(0, note.left());
    assertEquals(1, note.resetSeconds());
    assertEquals(2, note.refused());
    assertEquals(Optional.empty(), notes.of(new OrganisationId("x")).stream().findFirst());
  }
}
