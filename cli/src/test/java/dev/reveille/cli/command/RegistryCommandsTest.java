package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users, devices, apps, keys, settings: what is asked and how the answer reads.
class RegistryCommandsTest {
  private static final String DEVICE =
      "{'id':'i-7f','app':'com.example.phone','platform':'ios','osMajor':18,'users':['anna'],"
          + "'addresses':[{'service':'apns','channel':'voip','sandbox':true,'fingerprint':'1f0c22aa',"
          + "'registeredAt':'2026-03-01T11:00:00Z'}],'attributes':{'callkit':'no'},"
          + "'live':{'channelOpen':false,'state':'suspended','reported':'locked'},"
          + "'lastSeen':'2026-03-01T12:00:00Z'}";

  @AutoClose private final StubServer server = new StubServer();

  @Test
  void users_are_listed_over_all_pages() {
    server
        .on(
            "GET /v1/users?limit=1000",
            200,
            "{'users':[{'name':'anna','site':'berlin','addresses':['sip:anna@example.com']}],'next':'a"
                + " b'}")
        .on("GET /v1/users?limit=1000&after=a%20b", 200, "{'users':[{'name':'bob'}]}");
    assertEquals(
        """
        USER  SITE    ADDRESSES
        anna  berlin  sip:anna@example.com
        bob
        """,
        server.out("users"));
  }

  @Test
  void a_new_user_never_replaces_one() {
    server.on("PUT /v1/users/anna", 201, "{'name':'anna','site':'berlin'}");
    assertEquals(
        """
        anna
          site         berlin
        """,
        server.out(
            "users", "add", "anna", "--address", "sip:anna@example.com", "--site", "berlin"));
    assertEquals("*", server.lastAsked().ifNoneMatch());
    server.assertBody("{'addresses':['sip:anna@example.com'],'site':'berlin'}");
  }

  @Test
  void a_user_is_found_by_an_address_with_any_characters() {
    server
        .on("GET /v1/users/sip%3Aanna%40example.com", 200, "{'name':'anna'}")
        .on("GET /v1/users/sip%3Aanna%40example.com/presence", 200, "{'presence':'away'}")
        .on(
            "GET /v1/installations?user=anna&limit=1000",
            200,
            "{'installations':[" + DEVICE + "]}");
    assertEquals(
        """
        anna
          presence     away
          devices      i-7f  com.example.phone on ios 18, locked, push: voip
        """,
        server.out("users", "show", "sip:anna@example.com"));
  }

  @Test
  void only_what_is_given_of_a_user_is_changed() {
    server.on("PATCH /v1/users/anna", 200, "{'name':'anna'}");
    server.out(
        "users",
        "set",
        "anna",
        "--spread",
        "last-active",
        "--idle",
        "5m",
        "--do-not-disturb",
        "off");
    server.assertBody(
        "{'preferences':{'spread':'last-active','idle':'PT5M','doNotDisturbUntil':null}}");
    server.out("users", "set", "anna", "--site", "bonn");
    server.assertBody("{'site':'bonn'}");
  }

  @Test
  void muting_keeps_what_was_muted_before() {
    server
        .on("GET /v1/users/anna", 200, "{'name':'anna','preferences':{'muted':['a','b']}}")
        .on("PATCH /v1/users/anna", 200, "{'name':'anna'}");
    server.out("users", "set", "anna", "--mute", "c", "--unmute", "a");
    server.assertBody("{'preferences':{'muted':['b','c']}}");
  }

  @Test
  void protection_is_set_in_peoples_words_and_read_in_them() {
    server
        .on("PATCH /v1/users/anna/protection", 200, "{}")
        .on(
            "GET /v1/users/anna/protection",
            200,
            "{'doNotDisturb':true,'quietHours':{'zone':'Europe/Berlin','periods':["
                + "{'days':['mon','tue'],'from':'22:00','to':'07:00'}]},"
                + "'muted':[{'conversation':'red','until':'2026-03-01T18:00:00Z'}],"
                + "'ringLimit':{'rings':3,'window':'PT15M'},'letThrough':['sip:boss@example.com'],"
                + "'now':{'silent':true,'code':'RV-316','why':'The user sleeps.'}}");
    assertEquals(
        """
        anna
          now          silent: The user sleeps. (RV-316)
          disturb      no
          quiet hours  mon,tue 22:00-07:00 (Europe/Berlin)
          muted        red until 2026-03-01T18:00:00Z
          ring limit   3 of one caller in PT15M
          let through  sip:boss@example.com
        """,
        server.out(
            "users",
            "protect",
            "anna",
            "--do-not-disturb",
            "on",
            "--quiet-hours",
            "mon-tue 22:00-7:00",
            "--zone",
            "Europe/Berlin",
            "--ring-limit",
            "3/15m"));
    final var asked =
        server.asked().stream().filter(one -> one.what().startsWith("PATCH")).findFirst();
    assertEquals(
        Json.read(
            ("{'doNotDisturb':true,'quietHours':{'zone':'Europe/Berlin','periods':["
                    + "{'days':['mon','tue'],'from':'22:00','to':'07:00'}]},"
                    + "'ringLimit':{'rings':3,'window':'PT15M'}}")
                .replace('\'', '"')),
        asked.orElseThrow().body());
  }

  @Test
  void a_presentation_is_kept_from_a_file_and_shown_as_one(@TempDir final Path folder)
      throws IOException {
    final var file = folder.resolve("look.json");
    Files.writeString(file, "{\"styles\":{\"message\":{\"sound\":\"ping.caf\"}}}");
    server
        .on("PUT /v1/apps/phone/presentation", 200, "{'styles':{},'version':1}")
        .on("GET /v1/apps/phone/presentation", 200, "{'styles':{},'version':1}");
    server.out("apps", "presentation", "phone", file.toString());
    server.assertBody("{'styles':{'message':{'sound':'ping.caf'}}}");
    assertTrue(server.out("apps", "presentation", "phone").contains("\"version\" : 1"));
  }

  @Test
  void a_one_time_code_is_printed_alone_for_scripts() {
    server.on("POST /v1/users/anna/codes", 201, "{'code':'rc_1','user':'anna'}");
    assertEquals("rc_1\n", server.out("users", "code", "anna", "--app", "com.example.phone"));
    server.assertBody("{'app':'com.example.phone'}");
  }

  @Test
  void an_inbox_is_shown_with_marks_and_count() {
    server.on(
        "GET /v1/users/anna/inbox?after=e-0",
        200,
        "{'entries':[{'event':{'event':'e-1','type':'message','content':{'title':'Bob','text':'Hi'}},"
            + "'marks':['received']}],'upTo':'e-1','gap':true,'more':false,'unread':1}");
    assertEquals(
        """
        The position cannot be continued; this is the inbox from its beginning.
        EVENT  TYPE     MARKS     TITLE  TEXT
        e-1    message  received  Bob    Hi

        Unread: 1
        """,
        server.out("users", "inbox", "anna", "--after", "e-0"));
  }

  @Test
  void the_newest_events_of_a_user_are_listed() {
    server.on(
        "GET /v1/users/anna/events?limit=20",
        200,
        "{'events':[{'event':'e-1','acceptedAt':'2026-03-01T12:00:00Z','type':'message',"
            + "'source':'chat','id':'4711'}]}");
    assertTrue(
        server
            .out("users", "events", "anna")
            .contains("e-1    2026-03-01T12:00:00Z  message  chat"));
  }

  @Test
  void removing_a_user_says_so() {
    server.on("DELETE /v1/users/anna", 204, "");
    assertEquals("Removed anna.\n", server.out("users", "remove", "anna"));
  }

  @Test
  void devices_are_listed_with_state_and_channels() {
    server.on(
        "GET /v1/installations?user=anna&limit=1000", 200, "{'installations':[" + DEVICE + "]}");
    final String expected =
        """
        DEVICE  USERS  APP                SYSTEM  STATE   PUSH  SEEN
        i-7f    anna   com.example.phone  ios 18  locked  voip  2026-03-01T12:00:00Z
        """;
    assertEquals(expected, server.out("devices", "--user", "anna"));
    assertEquals(expected, server.out("devices", "list", "--user", "anna"));
  }

  @Test
  void a_device_is_shown_without_its_token() {
    server.on("GET /v1/installations/i-7f", 200, DEVICE);
    assertEquals(
        """
        i-7f  com.example.phone on ios 18, locked, push: voip
          users        anna
          push         apns voip sandbox, token 1f0c22aa…, since 2026-03-01T11:00:00Z
          callkit      no
          last seen    2026-03-01T12:00:00Z
        """,
        server.out("devices", "show", "i-7f"));
  }

  @Test
  void apples_key_goes_to_the_server_with_the_files_words(@TempDir final Path folder)
      throws IOException {
    Files.writeString(folder.resolve("k.p8"), "-----BEGIN PRIVATE KEY-----\n");
    Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n");
    server
        .on("PUT /v1/apps/com.example.phone/credentials/apns", 204, "")
        .on(
            "GET /v1/apps/com.example.phone",
            200,
            "{'id':'com.example.phone','name':'Phone','credentials':['apns']}");
    final var ran =
        server.run(
            folder,
            "apps",
            "credentials",
            "com.example.phone",
            "apns",
            "--team",
            "ABCDE12345",
            "--key-id",
            "KEY1234567",
            "--key",
            "k.p8",
            "--endpoint",
            "https://127.0.0.1:2197",
            "--trust",
            "ca.pem");
    assertEquals(
        """
        com.example.phone
          name         Phone
          bundle id    none: Apple takes no push without; \
        `reveille apps add com.example.phone --bundle-id ID` gives it one
          credentials  apns
        """,
        ran.out(),
        ran.err());
    assertEquals(
        Json.read(
            """
            {"team":"ABCDE12345","keyId":"KEY1234567","key":"-----BEGIN PRIVATE KEY-----\\n",
             "endpoint":"https://127.0.0.1:2197","trust":"-----BEGIN CERTIFICATE-----\\n"}\
            """),
        server.asked().getFirst().body());
    assertEquals(
        "Bearer rk_test", server.asked().getFirst().authorization(), "--key FILE is no API key");
  }

  @Test
  void googles_service_account_goes_to_the_server_as_the_file_says(@TempDir final Path folder)
      throws IOException {
    Files.writeString(folder.resolve("account.json"), "{\"type\":\"service_account\"}");
    server
        .on("PUT /v1/apps/com.example.phone/credentials/fcm", 204, "")
        .on(
            "GET /v1/apps/com.example.phone",
            200,
            "{'id':'com.example.phone','name':'Phone','credentials':['fcm']}");
    final var ran =
        server.run(
            folder,
            "apps",
            "credentials",
            "com.example.phone",
            "fcm",
            "--service-account",
            "account.json",
            "--endpoint",
            "https://127.0.0.1:2198");
    assertEquals(
        """
        com.example.phone
          name         Phone
          credentials  fcm
        """,
        ran.out(),
        ran.err());
    assertEquals(
        Json.object()
            .put("serviceAccount", "{\"type\":\"service_account\"}")
            .put("endpoint", "https://127.0.0.1:2198"),
        server.asked().getFirst().body());
  }

  @Test
  void organisations_are_listed_made_and_removed() {
    server
        .on(
            "GET /v1/organisations?limit=1000",
            200,
            "{'organisations':[{'name':'acme','users':2,'installations':3,'apps':1,'keys':4}]}")
        .on(
            "POST /v1/organisations",
            201,
            "{'name':'acme','key':{'id':'k_1','secret':'rk_secret'}}")
        .on("DELETE /v1/organisations/acme?contents=remove", 204, "");

    assertEquals(
        """
        ORGANISATION  USERS  DEVICES  APPS  KEYS
        acme          2      3        1     4
        """,
        server.out("organisations"));
    assertEquals("rk_secret\n", server.out("organisations", "add", "acme"));
    server.assertBody("{'name':'acme'}");
    assertEquals(
        "acme is removed.\n", server.out("organisations", "remove", "acme", "--with-contents"));
  }

  @Test
  void an_app_is_opened_to_others_whose_devices_are_listed_and_removed() {
    server
        .on("PUT /v1/apps/phone", 200, "{'id':'phone','organisations':['acme','globex']}")
        .on(
            "GET /v1/apps/phone/installations?limit=1000",
            200,
            "{'installations':[{'id':'i-1','organisation':'globex','named':true,"
                + "'lastSeen':'2026-03-01T12:00:00Z'}]}")
        .on("DELETE /v1/apps/phone/installations/i-1", 204, "");

    assertTrue(
        server.out("apps", "add", "phone", "--organisation", "globex").contains("acme globex"));
    server.assertBody("{'organisations':['globex'],'pushlessGenerations':[]}");
    assertTrue(server.out("apps", "devices", "phone").contains("i-1     globex        yes"));
    assertEquals("i-1 is removed.\n", server.out("apps", "devices", "phone", "--remove", "i-1"));
  }

  @Test
  void an_app_is_made_with_its_bundle_id() {
    server.on(
        "PUT /v1/apps/phone", 201, "{'id':'phone','bundleId':'com.example','credentials':[]}");
    assertEquals(
        """
        phone
          bundle id    com.example
          credentials  none
        """,
        server.out("apps", "add", "phone", "--bundle-id", "com.example"));
    server.assertBody("{'bundleId':'com.example','pushlessGenerations':[]}");
  }

  @Test
  void a_new_keys_secret_is_printed_alone_for_scripts() {
    server.on("POST /v1/keys", 201, "{'id':'k_1','secret':'rk_new'}");
    assertEquals(
        "rk_new\n",
        server.out("keys", "add", "--right", "send", "--right", "listen", "--note", "PBX"));
    server.assertBody("{'rights':['send','listen'],'note':'PBX'}");
  }

  @Test
  void a_setting_is_changed_for_all_a_site_or_a_service() {
    final String answer =
        "{'collection':'push-notification','identity':'x','version':3,'values':{'apple':['true']}}";
    server
        .on("PATCH /v1/settings/push-notification/global", 200, answer)
        .on("PATCH /v1/settings/push-notification/site%3Aberlin", 200, answer)
        .on("PATCH /v1/settings/push-notification/service%3Apbx", 200, answer);
    assertEquals(
        "push-notification x (version 3): apple = true\n",
        server.out("settings", "set", "push-notification", "apple=true"));
    server.assertBody("{'values':{'apple':'true'}}");
    server.out(
        "settings", "set", "push-notification", "apple=false", "google=", "--site", "berlin");
    server.assertBody("{'values':{'apple':'false','google':null}}");
    server.out("settings", "set", "push-notification", "apple=true", "--service", "pbx");
    assertEquals("PATCH /v1/settings/push-notification/service%3Apbx", server.lastAsked().what());
  }

  @Test
  void nothing_set_is_said_in_words() {
    server.on("GET /v1/settings/push-notification", 200, "{'settings':[]}");
    assertEquals(
        "push-notification: nothing is set, the defaults hold.\n",
        server.out("settings", "list", "push-notification"));
  }

  @Test
  void settings_are_listed_over_all_pages_in_their_order() {
    final var address = "GET /v1/settings/push-notification";
    server
        .on(address, 200, "{'settings':[" + setting("global") + "],'next':'global'}")
        .on(
            address + "?after=global",
            200,
            "{'settings':["
                + setting("service:pbx")
                + ","
                + setting("site:a b")
                + "],'next':'site:a b'}")
        .on(address + "?after=site%3Aa%20b", 200, "{'settings':[" + setting("site:berlin") + "]}");
    assertEquals(
        """
        push-notification global (version 1): apple = true
        push-notification service:pbx (version 1; nothing of the global object holds here): apple = true
        push-notification site:a b (version 1; nothing of the global object holds here): apple = true
        push-notification site:berlin (version 1; nothing of the global object holds here): apple = true
        """,
        server.out("settings", "list", "push-notification"));
  }

  private static String setting(final String identity) {
    return "{'collection':'push-notification','identity':'%s','version':1,'values':{'apple':['true']}}"
        .formatted(identity);
  }

  @Test
  void the_audit_log_is_listed() {
    server.on(
        "GET /v1/audit?limit=20",
        200,
        "{'entries':[{'at':'2026-03-01T12:00:00Z','who':'key k_1','what':'user anna'}]}");
    assertTrue(
        server.out("settings", "audit").contains("2026-03-01T12:00:00Z  key k_1  user anna"));
  }

  @Test
  void a_reason_is_looked_up() {
    server.on(
        "GET /v1/reasons/RV-998", 200, "{'sentence':'The user has no device.','remedy':'R.'}");
    assertEquals("The user has no device.\nR.\n", server.out("reasons", "RV-998"));
  }

  @Test
  void apps_are_listed_by_an_address_that_knows_no_pages() {
    server.on("GET /v1/apps", 200, "{'apps':[{'id':'com.example.phone','credentials':['apns']}]}");
    assertTrue(server.out("apps").contains("com.example.phone"), "the list");
    assertEquals("GET /v1/apps", server.lastAsked().what());
  }
}
