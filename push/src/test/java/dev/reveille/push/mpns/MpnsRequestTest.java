package dev.reveille.push.mpns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Bytes;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.push.SenderStage;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.push.windows.Xml;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What arrives at MPNS, for each kind of event.
final class MpnsRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String START = "/MainPage.xaml?reveille=";
  @AutoClose private static final WindowsStage stage = MpnsStage.open();

  @BeforeEach
  void fresh() {
    stage.channels.says(MpnsStage.TAKEN);
    stage.fresh(MpnsStage.NOTHING);
  }

  /// Target, class and content type.
  private static String headers(final String request) {
    return WindowsStage.header(request, "x-windowsphone-target")
        + "|"
        + WindowsStage.header(request, "x-notificationclass")
        + "|"
        + WindowsStage.header(request, "content-type");
  }

  private static String text(final String request, final String name) throws Exception {
    return Xml.text(Xml.root(WindowsStage.body(request)), name);
  }

  private static JsonNode envelope(final String request) throws Exception {
    final var param = text(request, "wp:Param");
    assertTrue(param.startsWith(START), param);
    return JSON.readTree(
        URLDecoder.decode(param.substring(START.length()), StandardCharsets.UTF_8));
  }

  private static NotificationStyle passive(final PushContent content) {
    final var usual = NotificationStyle.of(content);
    return new NotificationStyle(
        usual.title(),
        usual.body(),
        usual.placeholder(),
        usual.sound(),
        "",
        "",
        Interruption.PASSIVE,
        "",
        "");
  }

  private static PushContent.Notice without(final String text, final int badge) {
    return new PushContent.Notice(
        "7-2", EventClass.MESSAGE, "chat", "Anna", text, Map.of(), "", "", badge);
  }

  @Test
  void a_ring_and_the_end_of_a_call_are_toasts_at_once() throws Exception {
    final var ring = stage.ring(stage.address());
    final var rung = stage.sent(ring);
    final var call = ((PushContent.Ring) ring.content()).call();
    final var over =
        stage.sent(
            stage.push(
                stage.address(),
                new PushContent.CallOver("7-3", call, "cancelled", "Missed call", -1),
                Lane.URGENT,
                Duration.ofSeconds(30)));
    final var alert =
        stage.sent(
            stage.push(
                stage.address(),
                new PushContent.RingAlert("7-1", call, "Anna", "sip:a@example.org", true, 2),
                Lane.URGENT,
                Duration.ofSeconds(30)));
    assertEquals("toast|2|text/xml", headers(rung));
    assertEquals("toast|2|text/xml", headers(over));
    assertEquals("toast|2|text/xml", headers(alert));
    assertEquals(ring.id().toString(), WindowsStage.header(rung, "x-messageid"));
    assertEquals("Anna", text(rung, "wp:Text1"));
    assertEquals("Incoming call", text(rung, "wp:Text2"));
    assertEquals("Missed call", text(over, "wp:Text1"));
    assertEquals(call.toString(), envelope(rung).path("call").asText());
    assertEquals("sip:anna@example.org", envelope(rung).at("/caller/address").asText());
    assertEquals("cancelled", envelope(over).path("how").asText());
    assertTrue(rung.startsWith("POST /?token="), rung);
    final int head = rung.indexOf("\r\n\r\n") - rung.indexOf("\r\n");
    assertTrue(head < 1_024, "headers: " + head);
    assertEquals("WPNotification", Xml.root(WindowsStage.body(rung)).getNamespaceURI());
    assertTrue(
        WindowsStage.body(rung)
            .startsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?><wp:Notification"));
  }

  @Test
  void a_message_is_a_toast_and_takes_its_number_along() throws Exception {
    final var request =
        stage.sent(stage.push(WindowsStage.notice("Anna & <Bob>", "\"Hello\" + again")));
    assertEquals("toast|2|text/xml", headers(request));
    assertEquals("Anna & <Bob>", text(request, "wp:Text1"));
    assertEquals("\"Hello\" + again", text(request, "wp:Text2"));
    assertEquals(3, envelope(request).at("/show/badge").asInt());
    assertEquals("v", envelope(request).at("/content/data/k").asText());
  }

  @Test
  void what_is_passive_is_the_tile_where_it_has_a_number() throws Exception {
    final var counted = without("Hello", 120);
    final var tile = stage.sent(stage.push(counted, passive(counted)));
    assertEquals("token|11|text/xml", headers(tile));
    assertEquals("99", text(tile, "wp:Count"));
    assertEquals("Anna", text(tile, "wp:BackTitle"));
    assertEquals("Hello", text(tile, "wp:BackContent"));
    final var read = without("Hello", 0);
    assertEquals("0", text(stage.sent(stage.push(read, passive(read))), "wp:Count"));
    final var plain = without("Hello", -1);
    assertEquals("toast|12|text/xml", headers(stage.sent(stage.push(plain, passive(plain)))));
  }

  @Test
  void nothing_waits_in_a_batch_beyond_its_time() throws Exception {
    final var counted = without("Hello", 1);
    final var soon =
        stage
            .push(stage.address(), counted, Lane.NORMAL, Duration.ofMinutes(10))
            .with(counted, passive(counted), Seal.OPEN);
    assertEquals("token|1|text/xml", headers(stage.sent(soon)));
  }

  @Test
  void a_change_is_raw_and_may_wait() throws Exception {
    final var request =
        stage.sent(stage.push(new PushContent.Wake("7-5", EventClass.CHANGE, "mail", "changes")));
    assertEquals("|23|text/xml", headers(request));
    final var envelope = JSON.readTree(WindowsStage.body(request));
    assertEquals("7-5", envelope.path("id").asText());
    assertEquals("change", envelope.path("class").asText());
  }

  @Test
  void sealed_content_stays_sealed() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var push =
        stage
            .push(notice)
            .with(
                without("", 3).withWords("", ""),
                NotificationStyle.of(notice), // whatever it says
                new Seal.Closed("KEYID.TEXT"));
    final var request = stage.sent(push);
    assertEquals("KEYID.TEXT", envelope(request).path("sealed").asText());
    assertEquals("New message", text(request, "wp:Text1"));
    assertFalse(request.contains("Anna") || request.contains("Hello"), request);
  }

  @Test
  void only_channels_of_mpns_are_written_to() throws Exception {
    for (final var url :
        List.of(
            "https://notify.live.net.example.org/throttledthirdparty/01.00/A",
            "https://evilnotify.live.net/throttledthirdparty/01.00/A",
            "https://db5.notify.windows.com/?token=1",
            "https://notify.live.net/throttledthirdparty/01.00/A",
            "http://sn1.notify.live.net/throttledthirdparty/01.00/A")) {
      final var told =
          SenderStage.told(
              stage.send(
                  stage.push(
                      stage.at(url),
                      WindowsStage.notice("Anna", "Hello"),
                      Lane.NORMAL,
                      Duration.ofHours(1))));
      assertTrue(told.startsWith("refused ADDRESS_FORBIDDEN"), url + " " + told);
    }
    assertEquals(
        "https://sn1.notify.live.net",
        stage.sender.judged("https://sn1.notify.live.net/unthrottledthirdparty/01.00/A").origin());
  }

  // ---- native ----

  private static PushContent.Native given(final Map<String, String> headers, final String body) {
    return new PushContent.Native("7-9", headers, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_caller_is_taken_at_its_word() throws Exception {
    final var id = UUID.randomUUID().toString();
    final var request =
        stage.sent(
            stage.push(
                given(
                    Map.of(
                        "x-windowsphone-target", "token",
                        "x-notificationclass", "21",
                        "x-messageid", id),
                    "<x/>")));
    assertEquals("token|21|text/xml", headers(request));
    assertEquals(id, WindowsStage.header(request, "x-messageid"));
    assertEquals("<x/>", WindowsStage.body(request));
  }

  @Test
  void what_a_caller_leaves_out_is_added() throws Exception {
    final var push = stage.push(given(Map.of(), "anything"));
    final var raw = stage.sent(push);
    assertEquals("|3|text/xml", headers(raw));
    assertEquals(push.id().toString(), WindowsStage.header(raw, "x-messageid"));
    assertEquals(
        "toast|2|text/xml",
        headers(stage.sent(stage.push(given(Map.of("x-windowsphone-target", "toast"), "<x/>")))));
  }

  @Test
  void what_mpns_would_not_take_of_a_caller_does_not_leave() throws Exception {
    final var tile = Map.of("x-windowsphone-target", "token");
    assertEquals(
        "refused PAYLOAD_TOO_LARGE Nothing 1025 bytes; at most 1024",
        SenderStage.told(stage.send(stage.push(given(Map.of(), "x".repeat(1_025))))));
    assertEquals(
        "refused PAYLOAD_TOO_LARGE Nothing 3073 bytes; at most 3072",
        SenderStage.told(stage.send(stage.push(given(tile, "x".repeat(3_073))))));
    for (final var wrong :
        List.of(
            Map.of("x-windowsphone-target", "badge"),
            Map.of("x-wns-type", "wns/raw"),
            Map.of("x-callbackuri", "u".repeat(600)))) {
      final var told = SenderStage.told(stage.send(stage.push(given(wrong, "x"))));
      assertTrue(told.startsWith("refused BAD_REQUEST"), told);
    }
    assertEquals(List.of(), stage.channels.requests);
  }
}
