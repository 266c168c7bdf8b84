package dev.reveille.push.hub;

import static dev.reveille.push.SenderStage.told;
import static dev.reveille.push.windows.WindowsStage.answer;
import static dev.reveille.push.windows.WindowsStage.body;
import static dev.reveille.push.windows.WindowsStage.header;
import static dev.reveille.push.windows.WindowsStage.told;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.http.client.PlainServer;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.TargetKey;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.hub.LinkedHubs.Way;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pushes through a linked hub: which way they take, what they say, and what a hub's answers mean.
class HubSenderTest {
  private static final AppId APP = new AppId("phone");
  private static final AppId OF_HUB = new AppId("hub.default.phones");
  private static final UUID RESOURCE = UUID.fromString("0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10");
  private static final String TOKEN = "a1".repeat(32);
  private static final CallId CALL = new CallId(UUID.randomUUID());
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoopGroup loops = ClientEventLoops.start(1, "hub-test");
  private final Queue<Push> toApple = new ConcurrentLinkedQueue<>();
  private final Queue<Push> toGoogle = new ConcurrentLinkedQueue<>();
  private final CredentialReports reports =
      new CredentialReports(PushService.HUB, InstantSource.system(), OperatorAlerts.LOG);
  private volatile DeliveryOutcome ofPlatform = new HandedOver("taken");
  private volatile String said =
      answer(201, "Location: https://h/phones/messages/n-1?api-version=1\r\n");
  private final CountDownLatch arrived = new CountDownLatch(1);
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile Way way = new Way.None("nothing");
  private PlainServer hub;
  private HubSender sender;

  @BeforeEach
  void start() throws IOException {
    hub =
        new PlainServer((_, _, out) -> {
          arrived.countDown();
          passed(held);
          PlainServer.say(out, said);
          return true;
        });
    final var wayOut =
        new WayOut(
            AllowedHosts.SERVICES.with(List.of("http://127.0.0.1")),
            Map.of(),
            Map.of(),
            Optional.empty());
    sender =
        new HubSender(
            _ -> way,
            platform(PushService.APNS, toApple),
            platform(PushService.FCM, toGoogle),
            loops,
            UrlSettings.ofHubs(wayOut)
                .withBreaker(Duration.ofSeconds(1))
                .withPool(
                    PoolSettings.DEFAULT
                        .onDemand()
                        .withMostConnections(4)
                        .withAnswerPatience(Duration.ofSeconds(2))),
            InstantSource.system(),
            reports);
  }

  @AfterEach
  void stop() {
    sender.close();
    hub.close();
    loops.shutdownGracefully();
  }

  private static void passed(final CountDownLatch gate) {
    try {
      assertTrue(gate.await(20, TimeUnit.SECONDS));
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Sender platform(final PushService service, final Queue<Push> arrived) {
    return new Sender() {
      @Override
      public SenderId id() {
        return service.sender();
      }

      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        group.forEach(push -> {
          arrived.add(push);
          outcomes.outcome(push, ofPlatform);
        });
      }

      @Override
      public void close() {}
    };
  }

  private Way elsewhere() {
    return new Way.Foreign(
        RESOURCE,
        false,
        "http://127.0.0.1:" + hub.port() + "/phones/messages",
        _ -> "SharedAccessSignature sr=x");
  }

  private static Way own(final boolean chat) {
    return new Way.Own(RESOURCE, chat, OF_HUB, true, false);
  }

  private static PushAddress.Direct to(final String platform) {
    return new PushAddress.Direct(
            PushService.HUB,
            platform.equals(PushService.APPLE) ? PushChannel.VOIP : PushChannel.SINGLE,
            APP,
            false,
            new PushToken(TOKEN),
            Instant.now().minusSeconds(60))
        .withScope(platform);
  }

  private static PushContent.Ring ring(final String caller) {
    return new PushContent.Ring("7-1", CALL, "Carol", caller, false);
  }

  private static Push push(
      final String platform, final PushContent content, final boolean many, final Seal seal) {
    return new Push(
        new WorkKey(7, new TargetKey("i-1")),
        to(platform),
        UUID.randomUUID(),
        content,
        NotificationStyle.of(content),
        seal,
        Lane.URGENT,
        Instant.now().plusSeconds(30),
        1,
        () -> true,
        Optional.of(new Push.Recipient("anna", many)));
  }

  private static Push push(final String platform, final PushContent content) {
    return push(platform, content, false, Seal.OPEN);
  }

  private DeliveryOutcome outcome(final Push push) throws InterruptedException {
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(
        List.of(push),
        (about, outcome) -> {
          assertEquals(push, about);
          heard.add(outcome);
        });
    final var outcome = heard.poll(20, TimeUnit.SECONDS);
    assertTrue(outcome != null, "no outcome");
    return outcome;
  }

  private static JsonNode json(final byte[] text) throws IOException {
    return JSON.readTree(text);
  }

  private static JsonNode said(final Push push) throws IOException {
    return json(((PushContent.Native) push.content()).body().toArray());
  }

  // ---- a hub of this server -------------------------------------------------------------------

  @Test
  void A4_15_A4_17_a_call_goes_to_apple_under_the_hub_s_app_with_the_sdk_s_payload()
      throws Exception {
    way = own(false);
    assertEquals("handed-over taken", told(outcome(push(PushService.APPLE, ring("carol")))));
    final var sent = toApple.remove();
    assertEquals(PushService.APNS, sent.to().service());
    assertEquals(OF_HUB, sent.to().app());
    assertTrue(sent.to().sandbox());
    assertEquals(TOKEN, sent.to().token().value());
    assertEquals("voip", ((PushContent.Native) sent.content()).headers().get("apns-push-type"));
    final var body = said(sent);
    assertTrue(body.path("aps").isObject() && body.path("aps").isEmpty());
    assertEquals(
        json(
            """
            {"eventId":107,"cp":"","callId":"%s","recipientId":"8:acs:%s_anna",
             "callerId":"8:acs:%s_carol","displayName":"Carol","videoCall":"false"}
            """
                .formatted(CALL, RESOURCE, RESOURCE)
                .getBytes(StandardCharsets.UTF_8)),
        body.path("data"));
    assertEquals(CALL.toString(), body.path("reveille").path("call").asText());
  }

  @Test
  void google_s_message_has_the_same_as_texts() throws Exception {
    way = own(false);
    outcome(push(PushService.GOOGLE, ring("carol")));
    final var data = said(toGoogle.remove()).path("message").path("data");
    assertEquals("107", data.path("eventId").textValue());
    assertEquals(CALL.toString(), data.path("callId").asText());
    assertEquals("false", data.path("videoCall").textValue());
    assertEquals("call", JSON.readTree(data.path("reveille").asText()).path("class").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "carol, false, 107",
    "carol, true, 109",
    "+4930123456, false, 111",
    "tel:+4930123456, true, 111"
  })
  void the_number_says_what_kind_of_call_it_is(
      final String caller, final boolean many, final int number) throws Exception {
    way = own(false);
    outcome(push(PushService.APPLE, ring(caller), many, Seal.OPEN));
    assertEquals(number, said(toApple.remove()).path("data").path("eventId").asInt());
  }

  @Test
  void the_end_of_a_call_stops_the_ringing() throws Exception {
    way = own(false);
    outcome(
        push(PushService.GOOGLE, new PushContent.CallOver("7-2", CALL, "cancelled", "Missed", -1)));
    final var data = said(toGoogle.remove()).path("message").path("data");
    assertEquals("110", data.path("eventId").asText());
    assertEquals(CALL.toString(), data.path("callId").asText());
  }

  @Test
  void what_is_to_be_sealed_says_no_name() throws Exception {
    way = own(false);
    outcome(push(PushService.APPLE, ring("carol"), false, new Seal.Wanted("key")));
    final var body = said(toApple.remove());
    assertFalse(body.toString().toLowerCase(Locale.ROOT).contains("carol"), body::toString);
    assertEquals(CALL.toString(), body.path("data").path("callId").asText());
  }

  @Test
  void A4_20_chat_is_skipped_with_a_reason_unless_it_is_switched_on() throws Exception {
    final var chat =
        new PushContent.Notice(
            "7-3", EventClass.MESSAGE, "chat", "Carol", "Hello", Map.of(), "t-1", "c", 1);
    way = own(false);
    assertTrue(
        told(outcome(push(PushService.GOOGLE, chat))).startsWith("refused HUB_CARRIES_CALLS"));
    assertTrue(toGoogle.isEmpty());
    way = own(true);
    outcome(push(PushService.GOOGLE, chat));
    final var data = said(toGoogle.remove()).path("message").path("data");
    assertEquals("200", data.path("eventId").asText());
    assertEquals("Hello", data.path("messageBody").asText());
    final var alert =
        new PushContent.Notice("7-4", EventClass.ALERT, "voicemail", "", "", Map.of(), "", "c", 1);
    assertTrue(
        told(outcome(push(PushService.GOOGLE, alert))).startsWith("refused HUB_CARRIES_CALLS"));
  }

  @Test
  void A4_40_a_change_of_the_link_acts_at_the_next_push() throws Exception {
    assertTrue(
        told(outcome(push(PushService.APPLE, ring("carol")))).startsWith("refused HUB_NOT_LINKED"));
    way = own(false);
    assertEquals("handed-over taken", told(outcome(push(PushService.APPLE, ring("carol")))));
    way = elsewhere();
    assertEquals("handed-over n-1", told(outcome(push(PushService.APPLE, ring("carol")))));
    way = new Way.None("unlinked");
    assertTrue(
        told(outcome(push(PushService.APPLE, ring("carol")))).startsWith("refused HUB_NOT_LINKED"));
  }

  @Test
  void A4_39_a_key_that_the_own_hub_refuses_is_reported_until_it_is_linked_again()
      throws Exception {
    way = new Way.KeyRefused("the hub phones has no policy send");
    assertTrue(
        told(outcome(push(PushService.APPLE, ring("carol"))))
            .startsWith("withheld HUB_REFUSES_KEY the hub phones"));
    assertEquals(Reason.HUB_REFUSES_KEY, reports.refused().getFirst().why());
    way = own(false);
    outcome(push(PushService.APPLE, ring("carol")));
    assertEquals(List.of(), reports.refused());
  }

  @Test
  void chat_never_goes_to_pushkit_s_token_which_apple_knows_under_the_calls_topic_alone()
      throws Exception {
    final var chat =
        new PushContent.Notice(
            "7-3", EventClass.MESSAGE, "chat", "Carol", "Hello", Map.of(), "t-1", "c", 1);
    way = own(true);
    assertTrue(
        told(outcome(push(PushService.APPLE, chat))).startsWith("refused HUB_CARRIES_CALLS"));
    assertTrue(toApple.isEmpty());
  }

  @Test
  void the_environment_that_took_a_push_is_told_of_the_handle_and_asked_first_from_then_on()
      throws Exception {
    way = own(false); // of the sandbox
    ofPlatform = new HandedOver("taken", true); // by production, which the handle is noted with
    assertEquals(new HandedOver("taken"), outcome(push(PushService.APPLE, ring("carol"))));
    assertTrue(toApple.remove().to().sandbox());
    ofPlatform = new HandedOver("taken");
    assertEquals(new HandedOver("taken"), outcome(push(PushService.APPLE, ring("carol"))));
    assertFalse(toApple.remove().to().sandbox(), "production is asked first");
  }

  // ---- a hub elsewhere ------------------------------------------------------------------------

  @Test
  void A4_16_a_foreign_hub_gets_a_direct_send() throws Exception {
    way = elsewhere();
    final var push = push(PushService.APPLE, ring("carol"));
    assertEquals("handed-over n-1", told(outcome(push)));
    final var request = hub.requests.getLast();
    assertTrue(
        request.startsWith("POST /phones/messages?api-version=2020-06&direct=true "), request);
    assertEquals("SharedAccessSignature sr=x", header(request, "authorization"));
    assertEquals("apple", header(request, "servicebusnotification-format"));
    assertEquals(TOKEN, header(request, "servicebusnotification-devicehandle"));
    assertEquals("voip", header(request, "apns-push-type"));
    assertEquals("application/json;charset=utf-8", header(request, "content-type"));
    assertEquals(push.id().toString(), header(request, "trackingid"));
    assertEquals(107, JSON.readTree(body(request)).path("data").path("eventId").asInt());
    outcome(push(PushService.GOOGLE, ring("carol")));
    assertEquals("fcmv1", header(hub.requests.getLast(), "servicebusnotification-format"));
    assertEquals("", header(hub.requests.getLast(), "apns-push-type"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', withheld HUB_REFUSES_KEY 401",
    "403, '', withheld HUB_REFUSES_KEY 403",
    "403, 7, try-again SERVICE_THROTTLED 403",
    "404, '', withheld HUB_REFUSES_KEY 404",
    "429, 7, try-again SERVICE_THROTTLED 429",
    "429, '', try-again SERVICE_THROTTLED 429",
    "503, 7, try-again SERVICE_UNAVAILABLE 503",
    "500, '', try-again SERVICE_UNAVAILABLE 500",
    "413, '', refused PAYLOAD_TOO_LARGE Nothing 413",
    "400, '', refused BAD_REQUEST Nothing 400",
    "403, 'Wed, 21 Oct 2099 07:28:00 GMT', try-again SERVICE_THROTTLED 403",
    "302, '', try-again REDIRECTED 302"
  })
  void an_answer_of_a_foreign_hub_has_its_meaning(
      final int status, final String retryAfter, final String expected) throws Exception {
    way = elsewhere();
    said = answer(status, retryAfter.isEmpty() ? "" : "Retry-After: " + retryAfter + "\r\n");
    final var before = Instant.now();
    final var outcome = outcome(push(PushService.APPLE, ring("carol")));
    assertEquals(expected, told(outcome));
    if (outcome instanceof final DeliveryOutcome.TryAgain again && retryAfter.equals("7")) {
      assertFalse(again.notBefore().isBefore(before.plusSeconds(7)));
    }
  }

  @Test
  void a_hub_that_refused_the_key_is_asked_again_after_a_pause_or_a_change_of_the_link()
      throws Exception {
    way = elsewhere();
    said =
        "HTTP/1.1 401 X\r\nContent-Length: 62\r\n\r\n"
            + "<Error><Code>401</Code><Detail>40103: no such key</Detail></E>";
    assertEquals(
        "withheld HUB_REFUSES_KEY 401 40103",
        told(outcome(push(PushService.APPLE, ring("carol")))));
    final int asked = hub.requests.size();
    assertEquals(
        "withheld HUB_REFUSES_KEY 401 40103",
        told(outcome(push(PushService.APPLE, ring("carol")))));
    assertEquals(asked, hub.requests.size());
    said = answer(201, "Location: https://h/phones/messages/n-2\r\n");
    sender.forget(APP);
    reports.forget(APP);
    assertEquals("handed-over n-2", told(outcome(push(PushService.APPLE, ring("carol")))));
    assertEquals(List.of(), reports.refused());
  }

  @Test
  void google_s_message_for_a_foreign_hub_lives_as_long_as_the_call_rings() throws Exception {
    way = elsewhere();
    outcome(push(PushService.GOOGLE, ring("carol")));
    final var message = JSON.readTree(body(hub.requests.getLast())).path("message");
    final var life = message.path("android").path("ttl").asText();
    assertTrue(life.matches("(2[0-9]|30)s"), life);
  }

  @Test
  void what_the_former_hub_says_late_does_not_concern_the_hub_that_is_linked_now()
      throws Exception {
    way = elsewhere();
    said = answer(401, "");
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    held = new CountDownLatch(1);
    sender.send(List.of(push(PushService.APPLE, ring("a"))), (_, outcome) -> heard.add(outcome));
    passed(arrived);
    reports.forget(APP); // another hub is linked
    sender.forget(APP);
    held.countDown();
    assertTrue(told(heard.take()).startsWith("withheld HUB_REFUSES_KEY"));
    held = new CountDownLatch(0);
    said = answer(201, "Location: https://h/phones/messages/n-3\r\n");
    assertEquals("handed-over n-3", told(outcome(push(PushService.APPLE, ring("carol")))));
    assertEquals(List.of(), reports.refused());
  }

  @Test
  void a_hub_s_name_for_a_notification_is_kept_short_and_printable() throws Exception {
    way = elsewhere();
    said = answer(201, "Location: https://h/phones/messages/" + "n".repeat(4_000) + "\r\n");
    final var outcome = (HandedOver) outcome(push(PushService.APPLE, ring("carol")));
    assertTrue(outcome.receipt().length() <= 128, outcome.receipt());
  }

  @Test
  void a_hub_that_gives_no_answer_leaves_the_push_uncertain() throws Exception {
    way = elsewhere();
    said = "";
    assertEquals("uncertain NO_ANSWER", told(outcome(push(PushService.APPLE, ring("carol")))));
  }

  @Test
  void a_hub_that_is_not_there_is_out_of_reach() throws Exception {
    way = elsewhere();
    hub.close();
    assertTrue(
        told(outcome(push(PushService.APPLE, ring("carol"))))
            .startsWith("try-again SERVICE_UNREACHABLE"));
  }

  @Test
  void a_foreign_hub_at_a_place_that_is_not_public_is_not_asked() throws Exception {
    way = new Way.Foreign(RESOURCE, false, "https://10.0.0.1/phones/messages", _ -> "s");
    assertTrue(
        told(outcome(push(PushService.APPLE, ring("carol"))))
            .startsWith("refused ADDRESS_FORBIDDEN"));
    assertEquals(Reason.ADDRESS_FORBIDDEN, reports.refused().getFirst().why());
  }
}
