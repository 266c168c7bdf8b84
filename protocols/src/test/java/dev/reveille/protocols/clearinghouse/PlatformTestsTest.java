package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.clearinghouse.PlatformKeys.Verdict;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PlatformTestsTest {
  private static final OrganisationId PUBLISHER = new OrganisationId("default");
  private static final Verdict GOOD =
      new Verdict(
          new AppId("phone"),
          PushService.APNS,
          CredentialId.DEFAULT,
          Optional.empty(),
          "400 BadDeviceToken");
  private static final Verdict DEAD =
      new Verdict(
          new AppId("tablet"),
          PushService.FCM,
          new CredentialId("new"),
          Optional.of(Reason.CREDENTIALS_REFUSED),
          "401 UNAUTHENTICATED");

  private final AtomicLong nanos = new AtomicLong();
  private final List<OrganisationId> asked = new ArrayList<>();
  private final List<SipResponse> answers = new ArrayList<>();
  private List<Verdict> verdicts = List.of(GOOD);
  private final PlatformTests tests =
      new PlatformTests(
          publisher -> {
            asked.add(publisher);
            return verdicts;
          },
          "edge.push.example",
          nanos::get);

  private SipResponse test(
      final OrganisationId publisher, final String partner, final String platform) {
    final var body = "{\"v\":1,\"id\":\"" + UUID.randomUUID() + "\",\"test\":true" + platform + "}";
    final var read = PushBody.read(body.getBytes(StandardCharsets.UTF_8));
    tests.answer(
        new Interior.Passed(request(), publisher, partner, true),
        (PushBody.Test) read,
        answers::add);
    return answers.getLast();
  }

  private SipResponse test(final String partner) {
    return test(PUBLISHER, partner, ",\"platform\":true");
  }

  @Test
  void services_are_asked_only_where_the_test_says_so() {
    final var answer = test(PUBLISHER, "contoso.example", "");
    assertEquals(200, answer.status());
    assertFalse(answer.headers().has(PlatformTests.FIELD));
    assertEquals(List.of(), asked);
  }

  @Test
  void each_credential_has_its_verdict() {
    final var answer = test("contoso.example");
    assertEquals(200, answer.status());
    assertEquals(Optional.of("tested"), answer.headers().first("Push-Outcome"));
    assertEquals(
        List.of("app=phone;service=apns;credential=default;verdict=works"),
        answer.headers().all(PlatformTests.FIELD));
  }

  @Test
  void a_dead_credential_is_a_failure_that_names_it() {
    verdicts = List.of(GOOD, DEAD);
    final var answer = test("contoso.example");
    assertEquals(502, answer.status());
    final var why = Diagnosis.in(answer).orElseThrow();
    assertEquals(Optional.of(DiagnosisCode.PLATFORM_REFUSED), why.code());
    assertEquals("tablet", why.details().get("app"));
    assertEquals("fcm", why.details().get("service"));
    assertEquals("new", why.details().get("credential"));
    assertEquals("401 UNAUTHENTICATED", why.details().get("words"));
    assertEquals(
        "app=tablet;service=fcm;credential=new;verdict=" + Reason.CREDENTIALS_REFUSED.code(),
        answer.headers().all(PlatformTests.FIELD).getLast());
  }

  @Test
  void the_services_are_asked_once_a_minute_whichever_partner_tests() {
    for (int i = 0; i < 100; i++) {
      assertEquals(200, test("partner" + i + ".example").status());
    }
    assertEquals(List.of(PUBLISHER), asked);
    verdicts = List.of(DEAD);
    nanos.addAndGet(PlatformTests.FRESH.minusMillis(1).toNanos());
    assertEquals(200, test("contoso.example").status());
    nanos.addAndGet(Duration.ofMillis(2).toNanos());
    assertEquals(502, test("contoso.example").status());
    assertEquals(2, asked.size());
    final var other = new OrganisationId("other");
    assertEquals(502, test(other, "contoso.example", ",\"platform\":true").status());
    assertEquals(other, asked.getLast());
  }

  @Test
  void changed_credentials_are_asked_for_at_once() {
    verdicts = List.of(DEAD);
    assertEquals(502, test("contoso.example").status());
    verdicts = List.of(GOOD);
    tests.forget();
    assertEquals(200, test("contoso.example").status());
  }

  @Test
  void tests_that_come_meanwhile_wait_for_the_one_that_asks() {
    final var inner = new ArrayList<SipResponse>();
    final PlatformTests[] own = new PlatformTests[1];
    final var count = new AtomicLong();
    final var passed = new Interior.Passed(request(), PUBLISHER, "contoso.example", true);
    final var test = new PushBody.Test(UUID.randomUUID(), true);
    own[0] =
        new PlatformTests(
            _ -> {
              if (count.incrementAndGet() == 1) {
                own[0].answer(passed, test, inner::add);
                assertEquals(List.of(), inner, "not answered before it is known");
              }
              return List.of(GOOD);
            },
            "edge.push.example",
            nanos::get);
    own[0].answer(passed, test, inner::add);
    assertEquals(1, count.get());
    assertEquals(2, inner.size());
  }

  @Test
  void a_fault_is_not_kept() {
    final var isBroken = new boolean[] {true};
    final var broken =
        new PlatformTests(
            _ -> {
              if (isBroken[0]) {
                throw new IllegalStateException("the store");
              }
              return List.of(GOOD);
            },
            "edge.push.example",
            nanos::get);
    final var passed = new Interior.Passed(request(), PUBLISHER, "contoso.example", true);
    broken.answer(passed, new PushBody.Test(UUID.randomUUID(), true), answers::add);
    assertEquals(500, answers.getLast().status());
    isBroken[0] = false;
    broken.answer(passed, new PushBody.Test(UUID.randomUUID(), true), answers::add);
    assertEquals(200, answers.getLast().status());
  }

  private static SipRequest request() {
    return SipRequest.builder(SipMethod.MESSAGE, "sip:push@push.example")
        .from(NameAddress.of(SipUri.of("test", "contoso.example")).withParameter("tag", "t"))
        .to(NameAddress.of(SipUri.of("push", "push.example")))
        .callId("c")
        .cseq(1)
        .build();
  }
}
