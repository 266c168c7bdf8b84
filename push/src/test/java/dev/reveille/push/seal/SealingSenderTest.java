package dev.reveille.push.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.SenderId;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Words;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What reaches a push service of content that it must not read.
final class SealingSenderTest {
  private static final JdkReceiver PHONE = JdkReceiver.make();
  private static final Seal WANTED = new Seal.Wanted(PHONE.contentKey());
  private static final PushContent.Notice NOTICE =
      new PushContent.Notice(
          "1-7",
          EventClass.MESSAGE,
          "chat",
          "Dora",
          "Lunch?",
          Map.of("room", "7"),
          "team",
          "1-7",
          3);

  /// Takes what comes and says that it was handed over.
  private static final class Taker implements Sender {
    private final BlockingQueue<Push> taken = new LinkedBlockingQueue<>();
    private boolean closed;

    @Override
    public SenderId id() {
      return PushService.APNS.sender();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      for (final var push : group) {
        taken.add(push);
        outcomes.outcome(push, new HandedOver("receipt"));
      }
    }

    Push take() throws InterruptedException {
      final var push = taken.poll(10, TimeUnit.SECONDS);
      assertTrue(push != null, "nothing came");
      return java.util.Objects.requireNonNull(push);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Taker taker = new Taker();
  private final SealingSender sender = new SealingSender(taker, InstantSource.system());
  private final List<DeliveryOutcome> outcomes = new ArrayList<>();

  @AfterEach
  void close() {
    sender.close();
    assertTrue(taker.closed);
  }

  private static Push push(
      final PushContent content, final NotificationStyle style, final Seal seal) {
    return new Push(
        new WorkKey(7, new TargetKey("phone")),
        new PushAddress.Direct(
            PushService.APNS,
            PushChannel.MESSAGE,
            new AppId("com.example.phone"),
            false,
            new PushToken("00ff"),
            Instant.EPOCH),
        UUID.randomUUID(),
        content,
        style,
        seal,
        content instanceof PushContent.Ring ? Lane.URGENT : Lane.NORMAL,
        Instant.MAX,
        1,
        () -> true);
  }

  private Push sent(final Push push) throws InterruptedException {
    sender.send(List.of(push), (_, outcome) -> outcomes.add(outcome));
    return taker.take();
  }

  private static JsonNode opened(final Push push, final String aad) throws Exception {
    final var sealed = assertInstanceOf(Seal.Closed.class, push.seal()).content();
    final byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(sealed.indexOf('.') + 1));
    return new ObjectMapper()
        .readTree(
            PHONE.open(
                bytes,
                "reveille content 1".getBytes(StandardCharsets.US_ASCII),
                aad.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_push_for_a_phone_without_a_key_passes_as_it_is() throws Exception {
    final var push = push(NOTICE, NotificationStyle.of(NOTICE), Seal.OPEN);
    assertSame(push, sent(push));
  }

  @Test
  void of_a_message_nothing_is_left_in_the_clear_and_the_phone_reads_all_of_it() throws Exception {
    final var style =
        new NotificationStyle(
            new Words.Text("Dora writes"),
            new Words.Localized("BODY", List.of("Lunch?")),
            new Words.Text("New message"),
            "ping.caf",
            "CHAT",
            "team",
            NotificationStyle.Interruption.ACTIVE,
            "chat",
            "https://example.com/dora.png");
    final var sealed = sent(push(NOTICE, style, WANTED));
    final var content = assertInstanceOf(PushContent.Notice.class, sealed.content());
    assertEquals("", content.title() + content.text() + content.thread());
    assertEquals(Map.of(), content.data());
    assertEquals("1-7", content.collapse());
    assertEquals(3, content.badge());
    assertEquals(
        new NotificationStyle(
            Words.NONE,
            Words.NONE,
            new Words.Text("New message"),
            "ping.caf",
            "CHAT",
            "",
            NotificationStyle.Interruption.ACTIVE,
            "chat",
            ""),
        sealed.style());
    final var read = opened(sealed, "1-7 message");
    assertEquals("Dora writes", read.at("/alert/title").asText());
    assertEquals("BODY", read.at("/alert/loc-key").asText());
    assertEquals("Lunch?", read.at("/alert/loc-args/0").asText());
    assertEquals("team", read.at("/thread").asText());
    assertEquals("https://example.com/dora.png", read.at("/image").asText());
    assertEquals("Lunch?", read.at("/content/text").asText());
    assertEquals("7", read.at("/content/data/room").asText());
  }

  @Test
  void a_caller_is_sealed_and_the_call_itself_is_not() throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var ring = new PushContent.Ring("1-8", call, "Carla", "sip:carla@example.org", true);
    final var sealed = sent(push(ring, NotificationStyle.of(ring), WANTED));
    assertEquals(new PushContent.Ring("1-8", call, "", "", true), sealed.content());
    final var read = opened(sealed, "1-8 call");
    assertEquals("Carla", read.at("/caller/name").asText());
    assertEquals("sip:carla@example.org", read.at("/caller/address").asText());
    assertEquals(Lane.URGENT, sealed.lane());
  }

  @Test
  void what_says_nothing_needs_no_seal() throws Exception {
    final var wake = new PushContent.Wake("1-9", EventClass.CHANGE, "mail.changed", "changes");
    assertEquals(Seal.OPEN, sent(push(wake, NotificationStyle.of(wake), WANTED)).seal());
  }

  @Test
  void what_is_too_long_is_left_out_and_the_phone_is_told() throws Exception {
    final var data =
        new PushContent.Notice(
            "1-7",
            EventClass.MESSAGE,
            "chat",
            "Dora",
            "x",
            Map.of("k", "v".repeat(3_000)),
            "",
            "c",
            -1);
    final var read = opened(sent(push(data, NotificationStyle.of(data), WANTED)), "1-7 message");
    assertEquals("x", read.at("/content/text").asText());
    assertTrue(read.at("/content/data").isMissingNode());
    assertTrue(read.at("/partial").asBoolean());
    final var words =
        new PushContent.Notice(
            "1-7", EventClass.MESSAGE, "chat", "Dora", "x".repeat(60_000), Map.of(), "", "c", -1);
    final var only = opened(sent(push(words, NotificationStyle.of(words), WANTED)), "1-7 message");
    assertEquals("Dora", only.at("/alert/title").asText());
    assertTrue(only.at("/alert/body").asText().matches("x{2400,}…"), "its beginning");
    assertTrue(only.at("/content").isMissingNode());
    assertTrue(only.at("/partial").asBoolean());
  }

  @Test
  void the_length_tells_little() throws Exception {
    final var lengths = new java.util.HashSet<Integer>();
    for (int i = 0; i < 40; i++) {
      final var one =
          new PushContent.Notice(
              "1-7", EventClass.MESSAGE, "chat", "Dora", "x".repeat(i), Map.of(), "", "c", -1);
      final var sealed = sent(push(one, NotificationStyle.of(one), WANTED)).seal();
      lengths.add(assertInstanceOf(Seal.Closed.class, sealed).content().length());
    }
    assertTrue(lengths.size() <= 2, lengths.toString());
  }

  @Test
  void what_cannot_be_sealed_goes_without_its_content() throws Exception {
    final var sealed = sent(push(NOTICE, NotificationStyle.of(NOTICE), new Seal.Wanted("AAAA")));
    assertFalse(sealed.seal() instanceof Seal.Open);
    assertEquals("", ((PushContent.Notice) sealed.content()).text());
    assertTrue(sealed.style().body().isEmpty());
  }

  @Test
  void every_push_has_one_outcome_also_after_the_end() throws Exception {
    sender.close();
    sender.send(
        List.of(push(NOTICE, NotificationStyle.of(NOTICE), WANTED)),
        (_, outcome) -> outcomes.add(outcome));
    assertInstanceOf(TryAgain.class, outcomes.getFirst());
    assertEquals(1, outcomes.size());
  }
}
