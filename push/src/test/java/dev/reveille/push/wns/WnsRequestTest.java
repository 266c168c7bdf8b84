package dev.reveille.push.wns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Bytes;
import dev.reveille.model.CallId;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.push.SenderStage;
import dev.reveille.push.windows.WindowsStage;
import dev.reveille.push.windows.Xml;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.NotificationStyle.Words;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What arrives at WNS, for each kind of event.
final class WnsRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @AutoClose private static final WindowsStage stage = WnsStage.open();

  @BeforeEach
  void fresh() {
    stage.channels.says(WnsStage.TAKEN);
    stage.fresh(WnsStage.store(stage));
  }

  /// The headers that WNS knows, in one line, but for the token and the time to live.
  private static String headers(final String request) {
    final var all = new StringBuilder();
    for (final var name :
        List.of(
            "x-wns-type",
            "content-type",
            "x-wns-tag",
            "x-wns-group",
            "x-wns-priority",
            "x-wns-suppresspopup",
            "x-wns-cache-policy",
            "x-wns-requestforstatus")) {
      all.append(WindowsStage.header(request, name)).append('|');
    }
    return all.toString();
  }

  private static JsonNode launch(final String request) throws Exception {
    return JSON.readTree(Xml.root(WindowsStage.body(request)).getAttribute("launch"));
  }

  private static NotificationStyle style(final PushContent content, final Interruption how) {
    final var usual = NotificationStyle.of(content);
    return new NotificationStyle(
        usual.title(), usual.body(), usual.placeholder(), usual.sound(), "", "", how, "", "");
  }

  @Test
  void a_ring_is_an_incoming_call_for_the_rest_of_its_time() throws Exception {
    final var ring = stage.ring(stage.address());
    final var request = stage.sent(ring);
    final var call = ((PushContent.Ring) ring.content()).call().toString();
    final var tag = WindowsStage.header(request, "x-wns-tag");
    assertEquals("wns/toast|text/xml|" + tag + "|reveille|High|||true|", headers(request));
    assertTrue(tag.matches("[0-9a-f]{16}"), tag);
    assertEquals("Bearer token-", WindowsStage.header(request, "authorization").substring(0, 13));
    final int ttl = Integer.parseInt(WindowsStage.header(request, "x-wns-ttl"));
    assertTrue(ttl > 20 && ttl <= 30, "ttl " + ttl);
    assertTrue(
        request.startsWith(
            "POST /?token=" + ring.to().token().value().split("=")[1] + " HTTP/1.1\r\n"),
        request);
    assertFalse(request.toLowerCase(Locale.ROOT).contains("transfer-encoding"), request);
    assertEquals(
        WindowsStage.body(request).getBytes(StandardCharsets.UTF_8).length,
        Integer.parseInt(WindowsStage.header(request, "content-length")));
    final var toast = Xml.root(WindowsStage.body(request));
    assertEquals("toast", toast.getNodeName());
    assertEquals("incomingCall", toast.getAttribute("scenario"));
    assertEquals("Anna", Xml.text(toast, "text", 0));
    assertEquals("Incoming call", Xml.text(toast, "text", 1));
    final var envelope = launch(request);
    assertEquals(call, envelope.path("call").asText());
    assertEquals("call", envelope.path("class").asText());
    assertEquals("sip:anna@example.org", envelope.at("/caller/address").asText());
    assertEquals(tag, envelope.at("/show/tag").asText());
    assertEquals(ring.deadline().getEpochSecond(), envelope.path("expires").asLong());
  }

  @Test
  void the_end_of_a_call_replaces_its_toast_without_a_pop_up() throws Exception {
    final var call = new CallId(UUID.randomUUID());
    final var ring =
        stage.sent(
            stage.push(
                stage.address(),
                new PushContent.RingAlert("7-1", call, "Anna", "sip:a@example.org", true, 2),
                Lane.URGENT,
                Duration.ofSeconds(30)));
    final var over =
        stage.sent(
            stage.push(
                stage.address(),
                new PushContent.CallOver("7-3", call, "cancelled", "Missed call", 3),
                Lane.URGENT,
                Duration.ofSeconds(30)));
    final var missed =
        stage.sent(
            stage.push(
                new PushContent.Notice(
                    "7-4",
                    EventClass.ALERT,
                    "missed-call",
                    "Anna",
                    "Missed",
                    Map.of(),
                    "anna",
                    call.toString(),
                    3)));
    final var tag = WindowsStage.header(ring, "x-wns-tag");
    assertEquals("wns/toast|text/xml|" + tag + "|reveille|High|true||true|", headers(over));
    assertEquals("wns/toast|text/xml|" + tag + "|reveille|Medium|||true|", headers(missed));
    assertEquals("cancelled", launch(over).path("how").asText());
    assertEquals("Missed call", Xml.text(Xml.root(WindowsStage.body(over)), "text"));
    assertTrue(WindowsStage.body(over).contains("<audio silent=\"true\"/>"));
    assertTrue(launch(ring).path("video").asBoolean());
    assertEquals(2, launch(ring).at("/show/badge").asInt());
  }

  @Test
  void a_message_has_a_tag_that_folds_and_takes_its_number_along() throws Exception {
    final var first =
        stage.sent(stage.push(WindowsStage.notice("Anna & <Bob>", "\"Hello\"\nagain")));
    assertEquals("wns/toast|text/xml|7-2|reveille|Medium|||true|", headers(first));
    final var toast = Xml.root(WindowsStage.body(first));
    assertEquals("Anna & <Bob>", Xml.text(toast, "text", 0));
    assertEquals("\"Hello\"\nagain", Xml.text(toast, "text", 1));
    assertEquals("", toast.getAttribute("scenario"));
    assertEquals(3, launch(first).at("/show/badge").asInt());
    assertEquals("v", launch(first).at("/content/data/k").asText());
    final var loose =
        new PushContent.Notice(
            "1f3a-17", EventClass.ALERT, "", "Anna", "Hello", Map.of(), "", "", -1);
    assertEquals("1f3a-17", WindowsStage.header(stage.sent(stage.push(loose)), "x-wns-tag"));
  }

  @Test
  void how_much_it_may_interrupt_decides_about_pop_up_and_priority() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var said = new StringBuilder();
    for (final var how : Interruption.values()) {
      final var request = stage.sent(stage.push(notice, style(notice, how)));
      said.append(how)
          .append(' ')
          .append(WindowsStage.header(request, "x-wns-priority"))
          .append(
              WindowsStage.header(request, "x-wns-suppresspopup").isEmpty() ? "; " : " quiet; ");
    }
    assertEquals(
        "PASSIVE Low quiet; ACTIVE Medium; TIME_SENSITIVE High; CRITICAL High; ", said.toString());
  }

  @Test
  void a_change_is_raw_and_not_kept() throws Exception {
    final var request =
        stage.sent(stage.push(new PushContent.Wake("7-5", EventClass.CHANGE, "mail", "changes")));
    assertEquals("wns/raw|application/octet-stream|||Low||no-cache|true|", headers(request));
    final var envelope = JSON.readTree(WindowsStage.body(request));
    assertEquals("7-5", envelope.path("id").asText());
    assertEquals("change", envelope.path("class").asText());
    assertTrue(envelope.path("show").isMissingNode());
  }

  @Test
  void sealed_content_stays_sealed() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var bare =
        new PushContent.Notice("7-2", EventClass.MESSAGE, "chat", "", "", Map.of(), "", "c-1", 3);
    final var push =
        stage
            .push(notice)
            .with(
                bare,
                NotificationStyle.of(notice), // whatever it says
                new Seal.Closed("KEYID.TEXT"));
    final var request = stage.sent(push);
    assertEquals("KEYID.TEXT", launch(request).path("sealed").asText());
    assertEquals("New message", Xml.text(Xml.root(WindowsStage.body(request)), "text"));
    assertFalse(request.contains("Anna") || request.contains("Hello"), request);
  }

  @Test
  void a_text_of_the_app_is_named_and_what_would_fill_it_is_shown() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var style =
        NotificationStyle.of(notice)
            .withWords(
                new Words.Localized("NewMessage", List.of()),
                new Words.Localized("From", List.of("Anna", "Hello")));
    final var toast = Xml.root(WindowsStage.body(stage.sent(stage.push(notice, style))));
    assertEquals("ms-resource:NewMessage", Xml.text(toast, "text", 0));
    assertEquals("Anna Hello", Xml.text(toast, "text", 1));
  }

  @Test
  void the_sound_is_the_apps_own_file_where_it_names_one() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var usual = NotificationStyle.of(notice);
    final var style =
        new NotificationStyle(
            usual.title(),
            usual.body(),
            usual.placeholder(),
            "Assets/ping.wav",
            "",
            "",
            Interruption.ACTIVE,
            "",
            "");
    final var request = stage.sent(stage.push(notice, style));
    assertTrue(
        WindowsStage.body(request).contains("<audio src=\"ms-appx:///Assets/ping.wav\"/>"),
        request);
  }

  @Test
  void what_is_too_large_for_the_service_goes_out_once_more_without_content() throws Exception {
    stage.channels.says(WindowsStage.answer(413, ""), WnsStage.TAKEN);
    final var request = stage.sent(stage.push(WindowsStage.notice("Anna", "Hello")));
    assertEquals("New message", Xml.text(Xml.root(WindowsStage.body(request)), "text"));
    assertTrue(launch(request).path("partial").asBoolean());
    assertEquals(2, stage.channels.requests.size());
  }

  @Test
  void two_channels_of_one_event_get_the_same_body() throws Exception {
    final var notice = WindowsStage.notice("Anna", "Hello");
    final var style = NotificationStyle.of(notice);
    final var first = stage.push(notice, style);
    final var second =
        new dev.reveille.routing.port.Push(
            first.work(),
            stage.address(),
            UUID.randomUUID(),
            notice,
            style,
            Seal.OPEN,
            Lane.NORMAL,
            first.deadline(),
            1,
            () -> true);
    final var one = stage.sent(first);
    final var other = stage.sent(second);
    assertEquals(WindowsStage.body(one), WindowsStage.body(other));
    assertNotEquals(one.lines().findFirst(), other.lines().findFirst());
  }

  // ---- where it may go ----

  @Test
  void only_channels_of_wns_get_the_token() throws Exception {
    for (final var url :
        List.of(
            "https://notify.windows.com.example.org/?token=1",
            "https://evilnotify.windows.com/?token=1",
            "https://push.example.org/?token=1",
            "https://notify.windows.com/?token=1",
            "http://db5.notify.windows.com/?token=1")) {
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
        "https://db5p.notify.windows.com",
        stage.sender.judged("https://db5p.notify.windows.com/?token=AgY%3d").origin());
  }

  // ---- native ----

  private static PushContent.Native given(final Map<String, String> headers, final String body) {
    return new PushContent.Native("7-9", headers, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_badge_of_a_caller_goes_out_as_it_is() throws Exception {
    final var badge = "<badge value=\"7\"/>";
    final var request =
        stage.sent(stage.push(given(Map.of("x-wns-type", "wns/badge", "x-wns-ttl", "17"), badge)));
    assertEquals("wns/badge|text/xml||||||true|", headers(request));
    assertEquals("17", WindowsStage.header(request, "x-wns-ttl"));
    assertEquals(badge, WindowsStage.body(request));
  }

  @Test
  void what_a_caller_leaves_out_is_added() throws Exception {
    final var toast = stage.sent(stage.push(given(Map.of(), "<toast launch=\"x\"/>")));
    assertEquals("wns/toast|text/xml|7-9|||||true|", headers(toast));
    assertTrue(Integer.parseInt(WindowsStage.header(toast, "x-wns-ttl")) > 3_000);
    final var tile =
        stage.sent(
            stage.push(
                given(
                    Map.of("x-wns-tag", "mine"),
                    "<?xml version=\"1.0\"?>\n<tile><visual/></tile>")));
    assertEquals("wns/tile|text/xml|mine|||||true|", headers(tile));
    final var raw =
        stage.sent(stage.push(given(Map.of("x-wns-requestforstatus", "false"), "toast")));
    assertEquals("wns/raw|application/octet-stream||||||false|", headers(raw));
  }

  @Test
  void what_wns_would_not_take_of_a_caller_does_not_leave() throws Exception {
    assertEquals(
        "refused BAD_REQUEST Nothing WNS takes headers that begin with x-wns-, and not apns-topic",
        SenderStage.told(stage.send(stage.push(given(Map.of("apns-topic", "x"), "x")))));
    assertEquals(
        "refused BAD_REQUEST Nothing x-wns-type is wns/toast, wns/tile, wns/badge or wns/raw, not"
            + " wns/bell",
        SenderStage.told(stage.send(stage.push(given(Map.of("x-wns-type", "wns/bell"), "x")))));
    assertEquals(
        "refused PAYLOAD_TOO_LARGE Nothing 5001 bytes; at most 5000",
        SenderStage.told(stage.send(stage.push(given(Map.of(), "x".repeat(5_001))))));
    assertEquals(List.of(), stage.channels.requests);
  }
}
