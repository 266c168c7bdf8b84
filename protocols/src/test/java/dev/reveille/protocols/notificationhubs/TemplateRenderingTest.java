package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.Rendered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What templates make of a send: body and headers of each platform, how long it matters, and what
/// is wrong with one.
final class TemplateRenderingTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ALERT = "{\"aps\":{\"alert\":\"$(text)\"}}";
  private static final String TOAST = "<toast><text id=\"1\">$(text)</text></toast>";
  private static final Map<String, String> NONE = Map.of();

  private final TemplateRendering rendering =
      new TemplateRendering(
          Map.of("text", "Say \"<hi>\"", "soon", "2026-03-01T13:00:00", "Big", "x".repeat(6_000)),
          NOW,
          _ -> "org.example",
          TemplateRendering.ROOM_OF_PAGE);

  private static TargetTemplate template(
      final HubPlatform platform, final String body, final Map<String, String> headers) {
    return new TargetTemplate("mine", Optional.of(platform), body, headers, "", NONE);
  }

  private static TargetTemplate expiring(final String expiry) {
    return new TargetTemplate("mine", Optional.of(HubPlatform.APPLE), ALERT, NONE, expiry, NONE);
  }

  private static Target target(final PushService service, final Bytes template) {
    return new Target(
        "/template/t",
        TargetKey.ofRegistration(new OrganisationId("acme"), "acme/n/h", service, "1"),
        new PushAddress.Direct(
            service, PushChannel.MESSAGE, new AppId("hub.n.h"), false, new PushToken("t"), NOW),
        Set.of(),
        Optional.of(template),
        Optional.empty());
  }

  private Rendered rendered(final TargetTemplate template) {
    final var service = HubTargets.service(template.platform().orElseThrow()).orElseThrow();
    return rendering.of(target(service, template.bytes()));
  }

  private Rendered.Push push(final TargetTemplate template) {
    return assertInstanceOf(Rendered.Push.class, rendered(template));
  }

  private Rendered.Failed failed(final TargetTemplate template) {
    return assertInstanceOf(Rendered.Failed.class, rendered(template));
  }

  private static String body(final Rendered.Push push) {
    return new String(push.content().body().toArray(), StandardCharsets.UTF_8);
  }

  // ---- what comes of it -----------------------------------------------------------------------

  @Test
  void each_platform_gets_its_language_and_the_headers_that_it_knows() {
    final var headers =
        Map.of("APNS-Priority", "5", "X-WNS-Type", "wns/{", "X-WindowsPhone-Target", "toast");
    final var apple = push(template(HubPlatform.APPLE, ALERT, headers));
    assertEquals("{\"aps\":{\"alert\":\"Say \\\"<hi>\\\"\"}}", body(apple));
    assertEquals(
        Map.of("apns-priority", "5", "apns-push-type", "alert"), apple.content().headers());
    assertEquals(PushService.APNS, apple.content().service());
    assertEquals("mine", apple.template());
    assertEquals(NOW.plus(Duration.ofHours(24)), apple.until());
    final var toast = push(template(HubPlatform.WINDOWS, TOAST, Map.of("X-WNS-Tag", "$(text)")));
    assertEquals("<toast><text id=\"1\">Say \"&lt;hi&gt;\"</text></toast>", body(toast));
    assertEquals(Map.of("x-wns-tag", "Say \"<hi>\""), toast.content().headers());
    final var phone = push(template(HubPlatform.WINDOWS_PHONE, TOAST, headers));
    assertEquals(Map.of("x-windowsphone-target", "toast"), phone.content().headers());
    final var v1 =
        push(template(HubPlatform.FCM_V1, "{\"message\":{\"data\":{\"a\":\"$(text)\"}}}", headers));
    assertEquals("{\"message\":{\"data\":{\"a\":\"Say \\\"<hi>\\\"\"}}}", body(v1));
    final var old = push(template(HubPlatform.GCM, "{\"data\":{\"a\":\"$(text)\"}}", headers));
    assertEquals(body(v1), body(old));
    assertEquals(Map.of(), old.content().headers());
    final var web = push(template(HubPlatform.BROWSER, "{\"a\":\"%(text)\"}", headers));
    assertEquals("{\"a\":\"Say%20%22%3Chi%3E%22\"}", body(web));
  }

  @Test
  void variables_of_the_device_fill_what_the_message_leaves_open() {
    final var template =
        new TargetTemplate(
            "mine",
            Optional.of(HubPlatform.BROWSER),
            "{\"a\":\"{$(text) + ' ' + $(who)}\"}",
            NONE,
            "",
            Map.of("WHO", "Zoë", "text", "not this"));
    assertEquals("{\"a\":\"Say \\\"<hi>\\\" Zoë\"}", body(push(template)));
  }

  @Test
  void a_header_that_becomes_empty_is_left_out_and_the_first_of_two_counts() {
    final var headers = new LinkedHashMap<String, String>();
    headers.put("X-WNS-Tag", "$(nothing)");
    headers.put("X-WNS-Group", "one");
    headers.put("x-wns-group", "two");
    assertEquals(
        Map.of("x-wns-group", "one"),
        push(template(HubPlatform.WINDOWS, TOAST, headers)).content().headers());
  }

  @Test
  void headers_are_few_and_those_of_other_platforms_cost_nothing() {
    final var large = "$(Big)";
    final var failed =
        assertInstanceOf(
            Rendered.Failed.class,
            rendered(template(HubPlatform.APPLE, ALERT, Map.of("apns-collapse-id", large))));
    assertEquals("the headers have more than 4096 characters", failed.detail());
    final var literal =
        assertInstanceOf(
            Rendered.Failed.class,
            rendered(
                template(HubPlatform.APPLE, ALERT, Map.of("apns-collapse-id", "y".repeat(4_096)))));
    assertEquals(Reason.TEMPLATE_UNFIT, literal.why());
    final Map<String, String> others = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      others.put("x-wns-" + i, "{" + "%(Big)+".repeat(31) + "%(Big)}");
    }
    push(template(HubPlatform.APPLE, ALERT, others));
    final var late = rendered(expiring("GMT" + " (".repeat(8_000)));
    assertEquals(
        "expiry: has more than 100 characters",
        assertInstanceOf(Rendered.Failed.class, late).detail());
  }

  @Test
  void an_expiry_says_until_when_apple_keeps_it_and_until_when_it_is_tried() {
    final var soon = Instant.parse("2026-03-01T13:00:00Z");
    for (final var expiry :
        new String[] {
          "$(soon)",
          "2026-03-01T13:00:00",
          "2026-03-01T14:00:00+01:00",
          "03/01/2026 13:00:00",
          "Sun Mar 01 2026 13:00:00 GMT+0000 (Coordinated Universal Time)",
          "Sun Mar 01 2026 08:00:00 GMT-0500",
          Long.toString(soon.getEpochSecond())
        }) {
      final var push = push(expiring(expiry));
      assertEquals(soon, push.until(), expiry);
      assertEquals(
          Long.toString(soon.getEpochSecond()), push.content().headers().get("apns-expiration"));
    }
    assertEquals(
        Map.of("apns-push-type", "alert"), push(expiring("$(nothing)")).content().headers());
    assertEquals(NOW.plusSeconds(60), push(expiring("2026-03-01T11:00:00")).until());
  }

  @Test
  void a_call_matters_for_a_minute_from_the_moment_of_the_send() {
    final var call =
        push(template(HubPlatform.APPLE, ALERT, Map.of("apns-topic", "org.example.voip")));
    assertEquals("voip", call.content().headers().get("apns-push-type"));
    assertEquals(NOW.plusSeconds(60), call.until());
  }

  @Test
  void the_same_template_is_one_object_and_another_one_is_not() {
    final var one = template(HubPlatform.APPLE, ALERT, NONE);
    assertSame(rendered(one), rendered(one));
    assertTrue(rendered(one) != rendered(template(HubPlatform.APPLE, ALERT + " ", NONE)));
  }

  // ---- what is wrong with it ------------------------------------------------------------------

  @Test
  void what_is_wrong_is_said_without_what_was_sent() {
    refused("expression", template(HubPlatform.APPLE, "{\"aps\":{\"alert\":\"$(text\"}}", NONE));
    refused("XML or a JSON object", template(HubPlatform.APPLE, "Hello", NONE));
    refused("format apple: not JSON", template(HubPlatform.APPLE, TOAST, NONE));
    refused("`message`", template(HubPlatform.FCM_V1, "{\"data\":{}}", NONE));
    refused("`aps` object", template(HubPlatform.APPLE, "{\"alert\":\"$(text)\"}", NONE));
    refused("x-wns-ttl", template(HubPlatform.WINDOWS, TOAST, Map.of("X-WNS-TTL", "$(text)")));
    refused("expression", template(HubPlatform.WINDOWS, TOAST, Map.of("X-WNS-Tag", "$(")));
    refused("x-wns-tag", template(HubPlatform.WINDOWS, TOAST, Map.of("X-WNS-Tag", "Zoë")));
    refused("expiry", expiring("$(text)"));
    refused("apns-expiration", template(HubPlatform.APPLE, ALERT, Map.of("apns-expiration", "x")));
  }

  private void refused(final String part, final TargetTemplate template) {
    final var failed = failed(template);
    assertEquals(Reason.TEMPLATE_UNFIT, failed.why());
    assertEquals("mine", failed.template());
    assertTrue(failed.detail().contains(part), failed.detail());
    assertTrue(!failed.detail().contains("Say"), failed.detail());
  }

  @Test
  void what_no_service_takes_is_not_kept() {
    final var large = failed(template(HubPlatform.WINDOWS, TOAST.replace("text)", "big)"), NONE));
    assertEquals(Reason.PAYLOAD_TOO_LARGE, large.why());
    assertTrue(large.detail().endsWith("bytes; at most 5120"), large.detail());
    final var message = "{\"message\":{\"data\":{\"a\":\"$(big)\"}}}";
    assertEquals(6_029, body(push(template(HubPlatform.FCM_V1, message, NONE))).length());
    final var all = "{\"message\":{\"data\":{\"a\":\"{" + "$(big) + ".repeat(20) + "$(big)}\"}}}";
    assertEquals(
        "more than 65536 bytes; at most 12288",
        failed(template(HubPlatform.FCM_V1, all, NONE)).detail());
  }

  // ---- as it was kept before ------------------------------------------------------------------

  /// The bytes of the version that only kept templates.
  @Test
  void a_template_of_the_version_before_is_read_and_its_platform_found() {
    final var before =
        Bytes.of(
            "{\"body\":\"{\\\"data\\\":{\\\"a\\\":\\\"$(who)\\\"}}\",\"headers\":{},"
                + "\"variables\":{\"who\":\"Zoë\"}}");
    final var old = (Rendered.Push) rendering.of(target(PushService.FCM, before));
    assertEquals("{\"message\":{\"data\":{\"a\":\"Zoë\"}}}", body(old));
    assertEquals("/template/t", old.template());
    final var v1 = Bytes.of("{\"body\":\"{\\\"message\\\":{}}\",\"headers\":{},\"variables\":{}}");
    assertEquals(
        "{\"message\":{}}", body((Rendered.Push) rendering.of(target(PushService.FCM, v1))));
    final var wns = Bytes.of("{\"body\":\"<toast/>\",\"headers\":{\"X-WNS-Tag\":\"a\"}}");
    assertEquals(
        Map.of("x-wns-tag", "a"),
        ((Rendered.Push) rendering.of(target(PushService.WNS, wns))).content().headers());
    assertEquals(
        new Rendered.Failed("/template/t", Reason.TEMPLATE_UNFIT, "it cannot be read"),
        rendering.of(target(PushService.WNS, Bytes.of("{"))));
  }

  @Test
  void what_is_kept_is_read_as_it_was_written() {
    final var headers = new LinkedHashMap<String, String>();
    headers.put("b", "1");
    headers.put("a", "2");
    final var template =
        new TargetTemplate(
            "Ü", Optional.of(HubPlatform.GCM), "{}", headers, "$(e)", Map.of("v", "w"));
    final var read = TargetTemplate.of(template.bytes());
    assertEquals(template, read);
    assertEquals("[b, a]", read.headers().keySet().toString());
  }
}
