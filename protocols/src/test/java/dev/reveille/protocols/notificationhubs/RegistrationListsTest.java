package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.between;
import static dev.reveille.protocols.notificationhubs.HubBodies.entries;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static dev.reveille.protocols.notificationhubs.HubBodies.refused;
import static dev.reveille.protocols.notificationhubs.HubBodies.registration;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Lists of a hub: who may read them, how large they are, and what filters find.
final class RegistrationListsTest {
  private static final String REGISTRATIONS = "/news/registrations" + VERSION;
  private static final String TOKEN = "a1".repeat(32);

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private static String filter(final String field, final String value) {
    return REGISTRATIONS + "&%24filter=" + field + "+eq+%27" + value + "%27";
  }

  private void register(final String body) {
    final var made = hub.call("POST", REGISTRATIONS, body);
    assertEquals(200, made.statusCode(), made.body());
  }

  /// An app has the key of the listen policy in every phone: it reads what it knows the handle of,
  /// and not the handles and users of all others.
  @Test
  void all_registrations_are_shown_to_those_who_manage_only() {
    register(apple(TOKEN, "a"));
    final var listen = hub.signed(Hubs.LISTEN);
    for (final var all :
        List.of(REGISTRATIONS, REGISTRATIONS + "&$filter=", REGISTRATIONS + "&%24filter=%20")) {
      final var refused = refused(401, "40100", hub.callAs(listen, "GET", all, ""));
      assertTrue(refused.contains("lacks the right Manage"), refused);
      assertEquals(1, entries(hub.call("GET", all, "").body()));
    }
    final var one = hub.callAs(listen, "GET", filter("DeviceToken", TOKEN), "");
    assertEquals(1, entries(one.body()));
    final var other = hub.callAs(listen, "GET", filter("DeviceToken", "b2".repeat(32)), "");
    assertEquals(0, entries(other.body()));
    refused(401, "40100", hub.callAs(listen, "GET", "/news/tags/a/registrations" + VERSION, ""));
  }

  private static Optional<String> next(final HttpResponse<String> page) {
    return page.headers().firstValue("x-ms-continuationtoken");
  }

  @Test
  void a_page_is_bounded_in_bytes_and_the_next_one_goes_on() {
    final var body = "{\"a\":\"" + "x".repeat(60_000) + "\"}";
    for (int i = 0; i < 9; i++) {
      register(
          registration(
              "AppleTemplate",
              "<Tags>t</Tags><DeviceToken>"
                  + "%064x".formatted(i)
                  + "</DeviceToken><BodyTemplate><![CDATA["
                  + body
                  + "]]></BodyTemplate>"));
    }
    for (final var list : List.of(REGISTRATIONS, "/news/tags/t/registrations" + VERSION)) {
      int all = 0;
      int pages = 0;
      Optional<String> after = Optional.of("0");
      while (after.isPresent()) {
        final var page = hub.call("GET", list + "&continuationtoken=" + after.get(), "");
        assertTrue(page.body().length() < 600_000, "a page has " + page.body().length());
        all += entries(page.body());
        after = next(page);
        pages++;
      }
      assertEquals(9, all);
      assertEquals(3, pages, "four of 120 KB in each");
    }
  }

  @Test
  void a_filter_finds_the_registrations_of_its_platform_alone() {
    final var handle = "h".repeat(40);
    register(registration("FcmV1", "<FcmV1RegistrationId>" + handle + "</FcmV1RegistrationId>"));
    register(registration("Gcm", "<GcmRegistrationId>" + handle + "</GcmRegistrationId>"));
    hub.call("PUT", "/news/installations/g" + VERSION, installation("gcm", quoted(handle), ""));
    final var v1 = hub.call("GET", filter("FcmV1RegistrationId", handle), "").body();
    assertEquals(1, entries(v1), v1);
    assertTrue(v1.contains("<FcmV1RegistrationDescription"), v1);
    assertEquals(2, entries(hub.call("GET", filter("GcmRegistrationId", handle), "").body()));
    assertEquals(3, entries(hub.call("GET", filter("ChannelUri", handle), "").body()));
  }

  private static String encoded(final String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// As [HubTargets] spells addresses, whatever the spelling of the registration or of the filter.
  @Test
  void a_filter_finds_an_address_in_any_spelling() {
    final var url = "https://db5.notify.windows.com/?token=a%2fb";
    final var loud = "HTTPS://DB5.Notify.Windows.com:443/?token=a%2fb";
    register(registration("Windows", "<ChannelUri>" + loud + "</ChannelUri>"));
    register(registration("Mpns", "<ChannelUri>http://Example.org:80/x</ChannelUri>"));
    for (final var spelled : List.of(url, loud)) {
      final var sent = encoded(spelled);
      final var found = hub.call("GET", filter("ChannelUri", sent), "").body();
      assertEquals(1, entries(found), found);
      final var twice = encoded(sent);
      assertEquals(1, entries(hub.call("GET", filter("ChannelUri", twice), "").body()), spelled);
    }
    final var phone = hub.call("GET", filter("ChannelUri", "http://example.org/x"), "").body();
    assertEquals(1, entries(phone), phone);
    final var browser =
        "{\"endpoint\":\"https://Push.Example/x\",\"p256dh\":\"%s\",\"auth\":\"%s\"}"
            .formatted(HubDocumentsTest.KEY, HubDocumentsTest.AUTH);
    final var path = "/news/installations/b" + VERSION;
    assertEquals(200, hub.call("PUT", path, installation("browser", browser, "")).statusCode());
    for (final var spelled : List.of("https://push.example/x", "HTTPS://Push.Example:443/x")) {
      assertEquals(1, entries(hub.call("GET", filter("Endpoint", spelled), "").body()), spelled);
    }
    register(apple("&lt;" + TOKEN.toUpperCase(Locale.ROOT) + "&gt;", ""));
    for (final var spelled : List.of(TOKEN, "%3C" + TOKEN + "%3E")) {
      assertEquals(1, entries(hub.call("GET", filter("DeviceToken", spelled), "").body()), spelled);
      assertEquals(1, entries(hub.call("GET", filter("ChannelUri", spelled), "").body()), spelled);
    }
  }

  /// These have no address here, so that nothing would be found: an empty list would be a lie.
  @Test
  void a_filter_for_a_platform_that_is_not_served_is_refused() {
    register(registration("Adm", "<AdmRegistrationId>adm-1</AdmRegistrationId>"));
    for (final var field : List.of("AdmRegistrationId", "XiaomiRegistrationId", "BaiduChannelId")) {
      final var refused = refused(400, "40000", hub.call("GET", filter(field, "adm-1"), ""));
      assertTrue(refused.contains("by their ids"), refused);
    }
    assertEquals("adm-1", between(hub.call("GET", REGISTRATIONS, "").body(), "AdmRegistrationId"));
  }

  @Test
  void a_filter_may_have_a_handle_of_any_length() {
    final var handle = "https://push.example/" + "x".repeat(4_000);
    register(registration("Windows", "<ChannelUri>" + handle + "</ChannelUri>"));
    assertEquals(1, entries(hub.call("GET", filter("ChannelUri", handle), "").body()));
    final var filter = "ChannelUri eq '" + "''".repeat(200_000) + "'";
    assertEquals(200_000, RegistrationFilter.read(filter).handle().handle().length());
  }
}
