package dev.reveille.push.clearinghouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushScope;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.push.clearinghouse.FederationLink.Answer;
import dev.reveille.push.clearinghouse.FederationLink.Path;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.sip.message.SipRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a push by each answer of a clearing house, and by none.
class ClearingHouseSenderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
  private static final Instant DEADLINE = NOW.plusSeconds(30);
  private static final OrganisationId CONTOSO = new OrganisationId("contoso");
  private static final String HANDLE = "AAAAAAAAAAAAAAAAAAAAAA";
  private static final UUID ID = UUID.randomUUID();

  private final List<SipRequest> sent = new ArrayList<>();
  private Path path = new Path.Open(CONTOSO, "contoso.example", "sip:push@push.example");
  private Consumer<FederationLink.Told> answer = _ -> {};
  private final RequestReference references = new RequestReference(new byte[32]);
  private final ClearingHouseSender sender =
      new ClearingHouseSender(
          new FederationLink() {
            @Override
            public Path path(final Push push) {
              return path;
            }

            @Override
            public Path path(final Sender.Question question) {
              return path;
            }

            @Override
            public void send(
                final OrganisationId organisation,
                final String domain,
                final AppId app,
                final SipRequest request,
                final Told told) {
              assertEquals(CONTOSO, organisation);
              sent.add(request);
              answer.accept(told);
            }
          },
          references,
          () -> NOW);

  @AfterEach
  void close() {
    sender.close();
  }

  private static PushAddress.Direct handle() {
    return new PushAddress.Direct(
            PushService.APNS,
            PushChannel.VOIP,
            new AppId("phone"),
            false,
            new PushToken(HANDLE),
            NOW)
        .withScope(PushScope.clearingHouse("push.example"));
  }

  private static Push push(final PushContent content) {
    return new Push(
        new WorkKey(7, new TargetKey("phone-1")),
        handle(),
        ID,
        content,
        Lane.URGENT,
        DEADLINE,
        1,
        () -> true);
  }

  private static PushContent ring() {
    return new PushContent.Ring("e", new CallId(UUID.randomUUID()), "Carla", "", false);
  }

  private DeliveryOutcome outcome(final Push push) throws Exception {
    final var told = new CompletableFuture<DeliveryOutcome>();
    sender.send(List.of(push), (_, outcome) -> told.complete(outcome));
    return told.get(10, TimeUnit.SECONDS);
  }

  private DeliveryOutcome asked() throws Exception {
    final var told = new CompletableFuture<DeliveryOutcome>();
    final var question =
        new Sender.Question(new WorkKey(7, new TargetKey("phone-1")), handle(), ID, Lane.URGENT, 1);
    sender.ask(List.of(question), (_, outcome) -> told.complete(outcome));
    return told.get(10, TimeUnit.SECONDS);
  }

  private void answers(final int status, final Optional<String> outcome) {
    answer =
        told ->
            told.answered(new Answer(status, "words", Optional.of(Duration.ofSeconds(9)), outcome));
  }

  private static String inWords(final DeliveryOutcome outcome) {
    return switch (outcome) {
      case HandedOver(var receipt, _) -> "handed over " + receipt;
      case InTransit _ -> "in transit";
      case Refused(var why, _, var verdict, _) ->
          "refused " + why + " " + verdict.getClass().getSimpleName();
      case Withheld withheld -> "withheld " + withheld.why();
      case TryAgain again ->
          "again " + again.why() + " " + Duration.between(NOW, again.notBefore()).toSeconds();
      case Uncertain(var why) -> "uncertain " + why;
      default -> outcome.toString();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "202, , in transit",
    "200, handed-over RV-200 id-1, handed over at push.example: RV-200 id-1",
    "200, refused RV-203 Unregistered, refused TOKEN_RETIRED Nothing",
    "200, refused RV-205 BadDeviceToken, refused TOKEN_BAD Doubted",
    "200, refused RV-245 over, refused HANDLE_GONE Gone",
    "200, not-sent RV-237 folded, refused FOLDED Nothing",
    "200, refused RV-211 too long, refused PAYLOAD_TOO_LARGE Nothing",
    "200, expired RV-310 late, refused TOO_LATE_TO_ALERT Nothing",
    "200, nonsense, in transit",
    "200, , in transit",
    "400, , refused CLEARING_HOUSE_REFUSED Nothing",
    "403, , withheld FEDERATION_REFUSED",
    "404, , refused HANDLE_GONE Doubted",
    "410, , refused HANDLE_GONE Gone",
    "415, , refused CLEARING_HOUSE_REFUSED Nothing",
    "480, , again SERVICE_THROTTLED 9",
    "481, , uncertain NO_REPORT",
    "488, , withheld CLEARING_HOUSE_REFUSED",
    "500, , again SERVICE_UNAVAILABLE 9",
    "503, , again SERVICE_THROTTLED 9"
  })
  void each_answer_has_its_outcome(final int status, final String outcome, final String expected)
      throws Exception {
    answers(status, Optional.ofNullable(outcome));
    assertEquals(expected, inWords(outcome(push(ring()))));
  }

  @Test
  void what_may_have_arrived_is_asked_for_and_never_sent_again_at_once() throws Exception {
    answer = told -> told.failed("words", false, true);
    final var outcome = (InTransit) outcome(push(ring()));
    assertTrue(outcome.reportBefore().isAfter(NOW) && outcome.reportBefore().isBefore(DEADLINE));
    answer = told -> told.failed("words", true, false);
    assertEquals("withheld FEDERATION_REFUSED", inWords(outcome(push(ring()))));
    answer = told -> told.failed("words", false, false);
    assertEquals("again SERVICE_UNREACHABLE 1", inWords(outcome(push(ring()))));
  }

  @Test
  void a_setting_that_closes_the_path_is_the_reason() throws Exception {
    path = new Path.Closed(Reason.PUSH_FILTERED, "im-filter global");
    assertEquals("refused PUSH_FILTERED Nothing", inWords(outcome(push(ring()))));
    path = new Path.Open(CONTOSO, "contoso.example", "sip:push@other.example");
    assertEquals("refused CLEARING_HOUSE_URI Nothing", inWords(outcome(push(ring()))));
    assertEquals("in transit", inWords(asked()));
    assertEquals(List.of(), sent);
  }

  @Test
  void a_request_says_what_the_push_says_and_a_question_nothing() throws Exception {
    answers(202, Optional.empty());
    final var push = push(ring());
    assertEquals("in transit", inWords(outcome(push)));
    final var body = new String(sent.getFirst().body(), StandardCharsets.UTF_8);
    assertTrue(body.contains("\"handle\":\"" + HANDLE + "\""), body);
    assertTrue(body.contains("\"caller.name\":\"Carla\""), body);
    assertTrue(body.contains("\"id\":\"" + ID + "\""), body);
    assertTrue(body.contains("\"ref\":\"" + references.of(push.work(), "push.example")), body);
    assertEquals("in transit", inWords(asked()));
    final var question = new String(sent.getLast().body(), StandardCharsets.UTF_8);
    assertTrue(question.contains("\"ask\":true") && !question.contains("Carla"), question);
  }

  @Test
  void a_push_that_is_too_large_keeps_its_beginning() throws Exception {
    answers(202, Optional.empty());
    final var lengthy = "ä".repeat(6_000);
    final var notice =
        new PushContent.Notice(
            "e", EventClass.ALERT, "chat", "Title", lengthy, Map.of("k", lengthy), "", "", -1);
    assertEquals("in transit", inWords(outcome(push(notice))));
    final var body = sent.getFirst().body();
    assertTrue(body.length <= 8_192, () -> body.length + " bytes");
    assertTrue(new String(body, StandardCharsets.UTF_8).contains("ääää"));
    assertEquals(
        "alert", new RelayedPush(notice, push(notice).style(), push(notice).seal()).word());
  }

  @Test
  void a_call_that_is_over_is_not_sent() throws Exception {
    final var push = push(ring());
    final var over =
        new Push(
            push.work(),
            push.to(),
            push.id(),
            push.content(),
            push.lane(),
            push.deadline(),
            1,
            () -> false);
    assertEquals("refused CALL_OVER Nothing", inWords(outcome(over)));
    assertEquals(List.of(), sent);
  }

  @Test
  void only_a_dead_handle_leaves_the_registry() throws Exception {
    answers(410, Optional.empty());
    final var gone = (Refused) outcome(push(ring()));
    assertEquals(new Verdict.Gone(NOW), gone.address());
  }
}
