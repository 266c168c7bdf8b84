package dev.reveille.protocols.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.EventClass;
import dev.reveille.model.HandleId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Routing;
import dev.reveille.routing.RoutingOptions;
import dev.reveille.routing.Senders;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.settings.PropertyChange;
import dev.reveille.routing.settings.SettingChanges;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clearing house on the real store and the real routing, before a push service that answers as
/// the test says, and a way back that notes what is reported.
class PushRequestsTest {
  private static final OrganisationId PUBLISHER = new OrganisationId("default");
  private static final AppId APP = new AppId("phone");
  private static final String PARTNER = "contoso.example";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final InstantSource clock = InstantSource.system();
  private final BlockingQueue<Push> pushed = new LinkedBlockingQueue<>();
  private final BlockingQueue<SipRequest> reported = new LinkedBlockingQueue<>();
  private volatile Runnable pushing = () -> {};
  private volatile DeliveryOutcome says = new HandedOver("apns-id-1");
  private SqliteStore store;
  private Routing routing;
  private PushReports reports;
  private PushRequests requests;

  /// Answers each push as the test says.
  private final class Apple implements Sender {
    @Override
    public SenderId id() {
      return PushService.APNS.sender();
    }

    @Override
    public RetryPolicy retries() {
      return RetryPolicy.DOUBLING;
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      group.forEach(push -> {
        pushed.add(push);
        pushing.run();
        outcomes.outcome(push, says);
      });
    }

    @Override
    public void close() {}
  }

  /// Takes each report.
  private final class WayBack implements FederationWay {
    @Override
    public void send(
        final OrganisationId organisation,
        final String domain,
        final SipRequest request,
        final Answered told) {
      assertEquals(PARTNER, domain);
      reported.add(request);
      told.answered(SipResponse.to(request, 200).build());
    }
  }

  @BeforeEach
  void open() {
    store = SqliteStore.open(folder.resolve("data"), StoreSettings.defaults(), clock);
    final var changes = new SettingChanges(store.settings());
    final var switches = SettingsCatalogue.get("push-notification");
    final var _ =
        changes.change(
            PUBLISHER,
            switches,
            switches.identity(Setting.GLOBAL).orElseThrow(),
            Map.of("apple", new PropertyChange.Assign(List.of("true"))),
            SettingChanges.ANY_VERSION,
            new SettingsStore.By("test", ""));
    routing =
        new Routing(
            store,
            new Directory(store.registry()),
            new LiveRoutes() {
              @Override
              public LiveState of(final InstallationId installation) {
                return LiveState.NOTHING;
              }

              @Override
              public void send(final List<Frame> group, final Lost lost) {}
            },
            Senders.of(List.of(new Apple())),
            RoutingOptions.DEFAULT,
            ServerClock.even(clock));
    routing.resume();
    reports =
        new PushReports(
            routing.sends(),
            store.handles(),
            new WayBack(),
            ReportSigner.open(store.sealed(), PUBLISHER),
            clock);
    requests =
        new PushRequests(
            store.handles(), store.journal(), routing.sends(), reports, "edge.push.example", clock);
  }

  @AfterEach
  void close() throws Exception {
    reports.close();
    routing.close();
    store.close();
  }

  private HandleId handle(final String partner, final boolean isActive) {
    final var id = HandleId.random(new SecureRandom());
    final var token = new PushToken(UUID.randomUUID().toString().replace("-", "").repeat(2));
    final var address =
        new PushAddress.Direct(
            PushService.APNS, PushChannel.VOIP, APP, false, token, clock.instant());
    final var owner = new Handles.Owner(PUBLISHER, partner, APP);
    assertEquals(
        Handles.Claimed.KEPT,
        store
            .handles()
            .claim(
                new Handles.Claim(
                    "challenge-" + id, id, false, owner, address, clock.instant().plusSeconds(60)),
                1_000));
    if (isActive) {
      assertTrue(store.handles().confirm(id, "challenge-" + id, new byte[32]).isPresent());
    }
    return id;
  }

  private static RelayedPush ring() {
    final var ring =
        new PushContent.Ring("e1", new CallId(UUID.randomUUID()), "Carla Caller", "", false);
    return new RelayedPush(ring, NotificationStyle.of(ring), Seal.OPEN);
  }

  private byte[] body(final UUID id, final HandleId handle, final RelayedPush push)
      throws Exception {
    return JSON.writeValueAsBytes(
        Map.of(
            "v",
            1,
            "id",
            id.toString(),
            "app",
            APP.value(),
            "handle",
            handle.value(),
            "class",
            push.word(),
            "deadline",
            clock.instant().plusSeconds(60).toString(),
            "ref",
            "reference",
            "push",
            push.fields()));
  }

  private SipResponse answer(final byte[] body) throws Exception {
    return answer(body, true, Optional.empty());
  }

  private SipResponse answer(final byte[] body, final boolean verified, final Optional<String> date)
      throws Exception {
    final var request =
        SipRequest.builder(SipMethod.MESSAGE, "sip:push@push.example")
            .from(NameAddress.of(SipUri.of("mobility", PARTNER)).withParameter("tag", "t"))
            .to(NameAddress.of(SipUri.of("push", "push.example")))
            .callId(UUID.randomUUID().toString())
            .cseq(1);
    date.ifPresent(text -> request.add(SipName.DATE, text));
    final var told = new CompletableFuture<SipResponse>();
    requests.request(
        new Interior.Passed(
            request.body(PushRequests.TYPE, body).build(), PUBLISHER, PARTNER, verified),
        told::complete);
    return told.get(20, TimeUnit.SECONDS);
  }

  private static DiagnosisCode cause(final SipResponse response) {
    return Diagnosis.in(response)
        .flatMap(Diagnosis::code)
        .orElseThrow(() -> new AssertionError(response.toString()));
  }

  private JsonNode report() throws Exception {
    final var request = reported.poll(20, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no report came");
    }
    assertEquals("sip:mobility@" + PARTNER, request.target());
    return JSON.readTree(request.body());
  }

  @Test
  void a_ring_is_pushed_once_and_reported_signed() throws Exception {
    final var body = body(UUID.randomUUID(), handle(PARTNER, true), ring());
    assertEquals(202, answer(body).status());
    final var push = pushed.poll(20, TimeUnit.SECONDS);
    final var ring = assertInstanceOf(PushContent.Ring.class, push.content());
    assertEquals("Carla Caller", ring.callerName());
    final var report = report();
    assertEquals("handed-over RV-200 apns-id-1", report.get("outcome").asText());
    assertEquals("reference", report.get("ref").asText());
    assertTrue(isSigned(report), report::toString);
    final var again = answer(body);
    assertEquals(200, again.status());
    assertEquals(
        "handed-over RV-200 apns-id-1", again.headers().first(PushRequests.OUTCOME).orElseThrow());
    assertEquals(0, pushed.size());
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
    return signature.verify(Base64.getUrlDecoder().decode(report.get("signature").asText()));
  }

  @Test
  void a_question_is_answered_from_the_trail() throws Exception {
    final var id = UUID.randomUUID();
    final var handle = handle(PARTNER, true);
    final var question =
        JSON.writeValueAsBytes(
            Map.of(
                "v",
                1,
                "id",
                id.toString(),
                "app",
                APP.value(),
                "handle",
                handle.value(),
                "ask",
                true));
    assertEquals(DiagnosisCode.PUSH_UNKNOWN, cause(answer(question)));
    assertEquals(202, answer(body(id, handle, ring())).status());
    final var _ = report();
    final var answer = answer(question);
    assertEquals(200, answer.status());
    assertTrue(answer.headers().first(PushRequests.OUTCOME).orElse("").startsWith("handed-over"));
  }

  @Test
  void handles_that_are_not_for_this_push_are_told_apart() throws Exception {
    final var id = UUID.randomUUID();
    assertEquals(
        DiagnosisCode.HANDLE_OF_ANOTHER,
        cause(answer(body(id, handle("fabrikam.example", true), ring()))));
    assertEquals(
        DiagnosisCode.HANDLE_UNKNOWN,
        cause(answer(body(id, HandleId.random(new SecureRandom()), ring()))));
    assertEquals(
        DiagnosisCode.HANDLE_UNKNOWN, cause(answer(body(id, handle(PARTNER, false), ring()))));
    final var revoked = handle(PARTNER, true);
    assertTrue(store.handles().revoke(PUBLISHER, revoked, "test"));
    final var over = answer(body(id, revoked, ring()));
    assertEquals(410, over.status());
    assertEquals(DiagnosisCode.HANDLE_OVER, cause(over));
    assertEquals(0, pushed.size());
  }

  @Test
  void the_same_id_is_the_same_push_whatever_it_says_and_not_for_another_handle() throws Exception {
    final var id = UUID.randomUUID();
    final var handle = handle(PARTNER, true);
    assertEquals(202, answer(body(id, handle, ring())).status());
    final var _ = report();
    assertEquals(200, answer(body(id, handle, ring())).status());
    assertTrue(store.handles().revoke(PUBLISHER, handle, "test"));
    assertEquals(200, answer(body(id, handle, ring())).status(), "it came before that");
    assertEquals(DiagnosisCode.ID_USED, cause(answer(body(id, handle(PARTNER, true), ring()))));
    assertEquals(1, pushed.size());
  }

  @Test
  void long_and_sealed_pushes_pass() throws Exception {
    final var text = "ä".repeat(1_200);
    final var notice =
        new PushContent.Notice(
            "e2", EventClass.ALERT, "chat", "A title", text, Map.of(), "", "", -1);
    final var style = NotificationStyle.of(notice);
    final var handle = handle(PARTNER, true);
    assertEquals(
        202,
        answer(body(UUID.randomUUID(), handle, new RelayedPush(notice, style, Seal.OPEN)))
            .status());
    final var open = pushed.poll(20, TimeUnit.SECONDS);
    assertEquals(text, assertInstanceOf(PushContent.Notice.class, open.content()).text());
    final var sealed = new Seal.Closed("key." + "A".repeat(3_000));
    assertEquals(
        202,
        answer(
                body(
                    UUID.randomUUID(),
                    handle,
                    new RelayedPush(ring().content(), style.withoutContent(), sealed)))
            .status());
    assertEquals(sealed, pushed.poll(20, TimeUnit.SECONDS).seal());
  }

  @Test
  void the_end_of_a_token_that_was_replaced_ends_no_handle() throws Exception {
    final var handle = handle(PARTNER, true);
    final var older = store.handles().find(handle).orElseThrow();
    says = new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(Instant.now()));
    final var address = older.address().orElseThrow();
    final var fresh =
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            APP,
            false,
            new PushToken("ab".repeat(32)),
            clock.instant());
    pushing = () -> replace(handle, older.owner(), fresh);
    assertEquals(202, answer(body(UUID.randomUUID(), handle, ring())).status());
    assertTrue(report().get("outcome").asText().startsWith("refused RV-203"));
    final var now = store.handles().find(handle).orElseThrow();
    assertTrue(now.isActive());
    assertEquals(fresh.token(), now.address().orElseThrow().token());
    assertFalse(address.token().equals(fresh.token()));
  }

  private void replace(
      final HandleId handle, final Handles.Owner owner, final PushAddress.Direct fresh) {
    final var until = clock.instant().plusSeconds(60);
    final var claim = new Handles.Claim("again-" + handle, handle, true, owner, fresh, until);
    assertEquals(Handles.Claimed.KEPT, store.handles().claim(claim, 1_000));
    assertTrue(store.handles().confirm(handle, "again-" + handle, new byte[32]).isPresent());
  }

  @Test
  void nothing_of_a_sender_that_is_not_verified_is_shown() throws Exception {
    final var body = body(UUID.randomUUID(), handle(PARTNER, true), ring());
    assertEquals(202, answer(body, false, Optional.empty()).status());
    final var push = pushed.poll(20, TimeUnit.SECONDS);
    assertFalse(push.content().toString().contains("Carla"));
    assertEquals("", assertInstanceOf(PushContent.Ring.class, push.content()).callerName());
    assertTrue(push.style().title().isEmpty());
    assertTrue(push.style().placeholder().isEmpty());
  }

  @Test
  void a_token_that_is_dead_ends_its_handle() throws Exception {
    says = new Refused(Reason.TOKEN_RETIRED, "Unregistered", new Verdict.Gone(Instant.now()));
    final var handle = handle(PARTNER, true);
    assertEquals(202, answer(body(UUID.randomUUID(), handle, ring())).status());
    assertEquals("refused RV-203 Unregistered", report().get("outcome").asText());
    assertEquals(DiagnosisCode.HANDLE_OVER, cause(answer(body(UUID.randomUUID(), handle, ring()))));
  }

  @Test
  void clocks_that_are_far_apart_are_named() throws Exception {
    final var body = body(UUID.randomUUID(), handle(PARTNER, true), ring());
    final var date = Optional.of("Fri, 02 Jan 2026 12:00:00 GMT");
    assertEquals(DiagnosisCode.CLOCK_DIFFERS, cause(answer(body, true, date)));
    assertEquals(202, answer(body, true, Optional.of("no date")).status());
  }

  @Test
  void bodies_that_are_malformed_are_named_and_leave_nothing() throws Exception {
    final var handle = handle(PARTNER, true).value();
    for (final var wrong :
        List.of(
            "{",
            "[]",
            "{\"v\":2}",
            "{\"v\":1,\"id\":\"x\"}",
            "{\"v\":1,\"id\":\"%s\",\"handle\":\"short\"}".formatted(UUID.randomUUID()),
            "{\"v\":1,\"id\":\"%s\",\"handle\":\"%s\",\"more\":1}"
                .formatted(UUID.randomUUID(), handle))) {
      final var answer = answer(wrong.getBytes(StandardCharsets.UTF_8));
      assertEquals(400, answer.status(), wrong);
      assertEquals(DiagnosisCode.BODY_MALFORMED, cause(answer), wrong);
    }
    assertEquals(DiagnosisCode.BODY_TOO_LARGE, cause(answer(new byte[8_193])));
    assertEquals(0, pushed.size());
  }

  @Test
  void a_test_pushes_nothing() throws Exception {
    final var body = "{\"v\":1,\"id\":\"%s\",\"test\":true}".formatted(UUID.randomUUID());
    assertEquals(200, answer(body.getBytes(StandardCharsets.UTF_8)).status());
    assertEquals(0, pushed.size());
  }
}
