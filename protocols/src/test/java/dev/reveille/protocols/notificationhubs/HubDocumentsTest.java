package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.entries;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static dev.reveille.protocols.notificationhubs.HubBodies.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is kept of an app can be read again and listed, whatever the app wrote; what is too large
/// for that is refused before it is kept.
final class HubDocumentsTest {
  private static final String REGISTRATIONS = "/news/registrations" + VERSION;
  private static final String TOKEN = "a1".repeat(32);
  static final String KEY =
      "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM";

  static final String AUTH = "4vQK-SvRAN5eo-8ASlrwdQ";

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private HttpResponse<String> put(final String id, final String body) {
    return hub.call("PUT", "/news/installations/" + id + VERSION, body);
  }

  private String list() {
    final var listed = hub.call("GET", REGISTRATIONS, "");
    assertEquals(200, listed.statusCode(), listed.body());
    return listed.body();
  }

  private static String applePlus(final String more) {
    return registration("Apple", more + "<DeviceToken>" + TOKEN + "</DeviceToken>");
  }

  private static String template(final String body, final String more) {
    return registration(
        "AppleTemplate",
        "<DeviceToken>"
            + TOKEN
            + "</DeviceToken><BodyTemplate><![CDATA["
            + body
            + "]]></BodyTemplate>"
            + more);
  }

  // ---- lists ----------------------------------------------------------------------------------

  @Test
  void an_installation_of_any_platform_is_in_the_list_of_registrations() {
    for (final var platform : HubPlatform.values()) {
      final var word = platform.installationWord();
      final var channel =
          switch (platform) {
            case BROWSER ->
                "{\"endpoint\":\"https://push.example/x\",\"p256dh\":\"%s\",\"auth\":\"%s\"}"
                    .formatted(KEY, AUTH);
            case BAIDU -> quoted("user-chan-nel");
            case APPLE, FCM_V1, GCM, WINDOWS, WINDOWS_PHONE, ADM, XIAOMI -> quoted(TOKEN);
          };
      final var put = put(word, installation(word, channel, ""));
      assertEquals(200, put.statusCode(), word + ": " + put.body());
    }
    final var listed = list();
    assertEquals(HubPlatform.values().length, entries(listed), listed);
    assertEquals("user", between(listed, "BaiduUserId"));
    assertEquals("chan-nel", between(listed, "BaiduChannelId"));
  }

  @Test
  void a_channel_of_baidu_without_its_two_parts_is_not_listed_and_breaks_no_list() {
    put("p", installation("apns", quoted(TOKEN), ""));
    for (final var channel : List.of("user", "-channel", "user-")) {
      assertEquals(
          200, put("b" + channel, installation("baidu", quoted(channel), "")).statusCode());
    }
    assertEquals(1, entries(list()));
  }

  @Test
  void two_tiles_and_their_templates_are_never_taken_for_one_another() {
    final var tile = "{\"pushChannel\":\"x\",\"templates\":{\"x\":{\"body\":\"{}\"}}}";
    final var tiles = ",\"secondaryTiles\":{\"a\":%s,\"a/template/x\":%s}".formatted(tile, tile);
    final var put = put("w", installation("wns", quoted("x"), tiles));
    assertEquals(400, put.statusCode(), put.body());
  }

  // ---- sizes of registrations -----------------------------------------------------------------

  /// What stands in a registration in one character, and is kept in four.
  @Test
  void what_is_kept_of_a_registration_can_be_read_again() {
    final var many = "<".repeat(200_000);
    final var variables = "<PushVariables><![CDATA[{\"k\":\"%s\"}]]></PushVariables>";
    final var header =
        "<ApnsHeaders><ApnsHeader><Header>h</Header><Value><![CDATA[%s]]></Value></ApnsHeader>"
            + "</ApnsHeaders>";
    for (final var body :
        List.of(
            applePlus(variables.formatted(many)),
            template("{}", header.formatted(many)),
            template("{}", "<Expiry><![CDATA[" + many + "]]></Expiry>"),
            template("{}", "<Priority><![CDATA[" + many + "]]></Priority>"),
            template("<a>" + "x".repeat(64 * 1024) + "</a>", ""))) {
      final var made = hub.call("POST", REGISTRATIONS, body);
      assertEquals(413, made.statusCode(), made.body());
      assertTrue(between(made.body(), "Detail").contains("at most"), made.body());
    }
    assertEquals(0, entries(list()));
    final var made =
        hub.call("POST", REGISTRATIONS, applePlus(variables.formatted("<&>".repeat(1_000))));
    assertEquals(200, made.statusCode(), made.body());
    assertEquals(1, entries(list()));
    final var id = between(made.body(), "RegistrationId");
    final var read = hub.call("GET", "/news/registrations/" + id + VERSION, "");
    assertEquals(between(made.body(), "PushVariables"), between(read.body(), "PushVariables"));
  }

  /// Each value is small enough, and all together have more parts than a reader takes.
  @Test
  void a_registration_that_could_not_be_read_again_is_refused_as_a_whole() {
    final var values = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      values.append(i == 0 ? "" : ",").append("\"k%d\":\"%s\"".formatted(i, "<".repeat(16_000)));
    }
    final var made =
        hub.call(
            "POST",
            REGISTRATIONS,
            applePlus("<PushVariables><![CDATA[{" + values + "}]]></PushVariables>"));
    assertEquals(413, made.statusCode(), made.body());
    assertEquals(0, entries(list()));
  }

  // ---- sizes of installations -----------------------------------------------------------------

  @Test
  void an_installation_does_not_grow_by_patches_without_bound() {
    assertEquals(200, put("p", installation("apns", quoted(TOKEN), "")).statusCode());
    final var body = "{\\\\\\\"a\\\\\\\":\\\\\\\"%s\\\\\\\"}".formatted("x".repeat(60_000));
    HttpResponse<String> last = hub.call("GET", "/news/installations/p" + VERSION, "");
    int taken = 0;
    for (int i = 0; i < 10; i++) {
      last =
          hub.call(
              "PATCH",
              "/news/installations/p" + VERSION,
              "[{\"op\":\"add\",\"path\":\"/templates/t%d\",\"value\":\"{\\\"body\\\":\\\"%s\\\"}\"}]"
                  .formatted(i, body));
      if (last.statusCode() != 200) {
        break;
      }
      taken++;
    }
    assertEquals(413, last.statusCode(), last.body());
    assertTrue(between(last.body(), "Detail").contains("at most"), last.body());
    assertEquals(4, taken);
    final var read = hub.call("GET", "/news/installations/p" + VERSION, "");
    assertEquals(200, read.statusCode());
    assertTrue(read.body().contains("\"t3\""), read.body().substring(0, 200));
    assertTrue(!read.body().contains("\"t4\""), "a refused patch left something");
  }

  @Test
  void a_template_is_no_longer_than_one_that_can_be_rendered() {
    final var text = "{\\\"a\\\":\\\"" + "x".repeat(64 * 1024) + "\\\"}";
    final var templates = ",\"templates\":{\"t\":{\"body\":\"" + text + "\"}}";
    final var put = put("p", installation("apns", quoted(TOKEN), templates));
    assertEquals(413, put.statusCode(), put.body());
    assertEquals(404, hub.call("GET", "/news/installations/p" + VERSION, "").statusCode());
  }
}
