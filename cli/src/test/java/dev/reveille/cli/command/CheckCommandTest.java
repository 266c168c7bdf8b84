package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.command.StubServer.Ran;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server on which all is well, and each classic mistake made on it, one at a time.
class CheckCommandTest {
  static final String APP =
      "{'id':'com.example.phone','name':'Phone','bundleId':'com.example.phone',"
          + "'pushlessGenerations':[],'credentials':['apns']}";
  static final String PHONE =
      "{'id':'i-1','app':'com.example.phone','platform':'ios','osMajor':18,'generation':'',"
          + "'users':['anna'],'attributes':{},'addresses':["
          + "{'service':'apns','channel':'voip'},{'service':'apns','channel':'message'}],"
          + "'lastSeen':'2026-03-01T12:00:00Z'}";
  static final String ON = "{'identity':'global','values':{'apple':['true']}}";

  /// A certificate that signs nothing; it is only read.
  private static final String AUTHORITY =
      """
      -----BEGIN CERTIFICATE-----
      MIIBdDCCARugAwIBAgIUeGwhUZkalSuaZq8ROrB6emb0kSAwCgYIKoZIzj0EAwIw
      DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEwNjMzMTBaGA8yMTI2MTAyODA2MzMx
      MFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIYg
      tkp3xaFPRMvqsqoZ6VSADlfQop+cSb8zyqDM6dUJ3K4Y7t14b83p4/pECJE3MfXO
      jcgd4H+SPMmvnnmhM6ujUzBRMB0GA1UdDgQWBBTiv7HvU0VxPMFILR/9m/VTz0jh
      rzAfBgNVHSMEGDAWgBTiv7HvU0VxPMFILR/9m/VTz0jhrzAPBgNVHRMBAf8EBTAD
      AQH/MAoGCCqGSM49BAMCA0cAMEQCIElPNnJCIes1U+hX99sBwtf8H/hnudPHbg92
      v+JdIN5FAiAJb0eomCEXMsAJiAspKCxosv5OlVKRTayroFw6uCEuIg==
      -----END CERTIFICATE-----
      """;

  @TempDir Path folder;

  @Test
  void where_all_is_well_nothing_is_found() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      final var ran = server.run("check");
      assertEquals(0, ran.exitCode(), ran.out() + ran.err());
      assertEquals("Nothing is wrong.\n", ran.out());
    }
  }

  @Test
  void pushes_that_are_switched_off_although_apps_want_them() throws IOException {
    finds("push-switched-off", "push-notification apple=true", APP, PHONE, "");
  }

  /// A hub's pushes go as long as the service is not switched off explicitly.
  @Test
  void a_hub_misses_only_a_switch_that_an_operator_turned_off() throws IOException {
    final String hub =
        "{'id':'hub.default.news','name':'news','bundleId':'','credentials':['fcm']}";
    try (var server = server(hub, "", "")) {
      assertEquals("Nothing is wrong.\n", server.run("check").out());
    }
    finds(
        "push-switched-off",
        "push-notification google=true",
        hub,
        "",
        "{'identity':'global','values':{'google':['false']}}");
  }

  @Test
  void a_bundle_id_that_has_the_voip_suffix_already() throws IOException {
    finds(
        "topic-with-suffix",
        "--bundle-id com.example.phone`",
        APP.replace("'bundleId':'com.example.phone'", "'bundleId':'com.example.phone.voip'"),
        PHONE,
        ON);
  }

  @Test
  void credentials_for_apple_without_a_bundle_id() throws IOException {
    finds(
        "no-bundle-id",
        "--bundle-id",
        APP.replace("'bundleId':'com.example.phone'", "'bundleId':''"),
        PHONE,
        ON);
  }

  @Test
  void devices_of_a_push_service_that_is_not_configured() throws IOException {
    finds(
        "not-configured",
        "reveille apps credentials com.example.phone apns",
        APP.replace("['apns']", "[]"),
        PHONE,
        ON);
  }

  @ParameterizedTest
  @CsvSource({
    "RV-205, wrong-environment, apps credentials",
    "RV-206, wrong-topic, --bundle-id",
    "RV-220, wrong-project, google-services.json"
  })
  void addresses_that_a_platform_refused_and_the_server_kept(
      final String code, final String mistake, final String remedy) throws IOException {
    final String doubted =
        "'channel':'message','doubted':{'since':'2026-03-01T12:00:00Z','code':'" + code + "'}";
    finds(mistake, remedy, APP, PHONE.replace("'channel':'message'", doubted), ON);
  }

  @Test
  void a_browser_without_keys_of_the_app_is_silent() throws IOException {
    finds(
        "not-configured",
        "apps credentials com.example.phone webpush",
        APP,
        PHONE.replaceFirst(
            "\\{'service':'apns'", "{'service':'webpush','channel':'single'},{'service':'apns'"),
        "{'identity':'global','values':{'apple':['true'],'web':['true']}}");
  }

  @ParameterizedTest
  @CsvSource({"20, ends", "1, ends", "-1, ended"})
  void a_secret_that_ends(final int days, final String word) throws IOException {
    final var ends = Instant.now().plus(Duration.ofDays(days)).plusSeconds(60).toString();
    final String app =
        APP.replace(
            "'credentials'",
            "'accounts':[{'service':'wns','client':'ms-app://s-1','expires':'"
                + ends
                + "'}],'credentials'");
    finds("credential-ends", "The secret for wns " + word + " " + ends, app, PHONE, ON);
  }

  @Test
  void a_try_that_is_about_to_leave_does_not_hide_what_the_one_before_met() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      events(server, "e-1", "e-2");
      trail(server, "e-1", "2026-03-01T12:00:00Z", "try-again", "RV-209");
      trail(server, "e-2", "2026-03-01T12:00:01Z", "leaves", "RV-303");
      assertTrue(found(server, "credentials-refused").out().contains("RV-209"));
    }
  }

  @Test
  void what_is_older_than_the_settings_is_a_note() throws IOException {
    final String changed =
        APP.replace("'bundleId'", "'credentialsChanged':'2026-03-01T12:00:01Z','bundleId'");
    try (var server = server(changed, PHONE, ON)) {
      events(server, "e-1");
      trail(server, "e-1", "2026-03-01T12:00:00Z", "refused", "RV-209");
      final var ran = server.run("check");
      assertEquals(0, ran.exitCode(), ran.out());
      assertTrue(ran.out().contains("before the app's settings changed"), ran.out());
    }
  }

  @Test
  void an_iphone_whose_calls_have_no_channel() throws IOException {
    finds(
        "no-voip-address",
        "PushKit",
        APP,
        PHONE.replace("{'service':'apns','channel':'voip'},", ""),
        ON);
  }

  @Test
  void an_iphone_whose_messages_have_no_channel() throws IOException {
    finds(
        "no-message-address",
        "remote notifications",
        APP,
        PHONE.replace(",{'service':'apns','channel':'message'}", ""),
        ON);
  }

  @Test
  void users_who_are_spelled_alike_since_an_older_version() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      server.replace(
          "GET /v1/users?alike=true",
          200,
          "{'alike':[{'spellings':[{'user':'Zoe','spelling':'Zoe'},"
              + "{'user':'anna','spelling':'zoe'}]}]}");
      final var ran = found(server, "users-alike");
      assertTrue(ran.out().contains("Zoe, zoe of anna: "), ran.out());
      assertTrue(ran.out().contains("reveille users set"), ran.out());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RV-208, wrong-topic",
    "RV-222, host-not-allowed",
    "RV-223, no-bundle-id",
    "RV-209, credentials-refused",
    "RV-210, clock"
  })
  void what_the_push_service_says_of_our_settings(final String code, final String mistake)
      throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      events(server, "e-1");
      trail(server, "e-1", "2026-03-01T12:00:00Z", "refused", code);
      final var ran = found(server, mistake);
      assertTrue(ran.out().contains("Their sentence. (" + code + ", they say: Bad)"));
      assertTrue(ran.out().contains("Their remedy."), ran.out());
    }
  }

  @Test
  void a_service_that_cannot_be_reached_with_host_port_and_the_causes_own_remedy()
      throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      events(server, "e-1");
      server.on(
          "GET /v1/events/e-1/trail",
          200,
          "{'devices':[{'installation':'i-1','app':'com.example.phone','tries':[{'way':'push',"
              + "'number':1,'at':'2026-03-01T12:00:00Z','outcome':'try-again',"
              + "'detail':'push.example:443: no','why':{'code':'RV-215',"
              + "'sentence':'Cannot be reached.','remedy':'The general remedy.'},'cause':"
              + "{'word':'refused','sentence':'Its cause.','remedy':'Its own remedy.'}}]}]}");
      final var ran = found(server, "service-unreachable");
      assertTrue(
          ran.out()
              .contains("Cannot be reached. Its cause. (RV-215, refused, push.example:443: no)"),
          ran.out());
      assertTrue(ran.out().contains("Its own remedy."), ran.out());
      assertFalse(ran.out().contains("The general remedy."), ran.out());
    }
  }

  @Test
  void what_was_mended_since_is_not_told_any_more() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      events(server, "e-2", "e-1");
      trail(server, "e-1", "2026-03-01T12:00:00Z", "refused", "RV-209");
      trail(server, "e-2", "2026-03-01T12:05:00Z", "handed-over", "RV-200");
      assertEquals(0, server.run("check").exitCode());
    }
  }

  @Test
  void a_server_without_apps_is_told_of_and_not_blamed() throws IOException {
    try (var server = server("", "", "")) {
      final var ran = server.run("check");
      assertEquals(0, ran.exitCode(), ran.out() + ran.err());
      assertTrue(ran.out().startsWith("note   No app is known"), ran.out());
    }
  }

  @Test
  void a_master_key_beside_what_it_protects_is_noted() throws IOException {
    Files.createDirectories(folder.resolve("tls"));
    Files.writeString(folder.resolve("master.key"), "");
    final Path authority = Files.writeString(folder.resolve("tls/ca.pem"), AUTHORITY);
    try (var server = server(APP, PHONE, ON)) {
      final var ran =
          StubServer.run(
              folder,
              Map.of(
                  "REVEILLE_SERVER", server.address(),
                  "REVEILLE_KEY", "rk_test",
                  "REVEILLE_CA", authority.toString()),
              "check",
              "--json");
      assertEquals(0, ran.exitCode(), ran.out() + ran.err());
      final var first = Json.read(ran.out()).path("findings").path(0);
      assertEquals("master-key-beside-data", first.path("id").asText());
      assertEquals("note", first.path("severity").asText());
    }
  }

  @Test
  void a_held_request_that_is_cut_is_told_with_the_time_it_lived() throws IOException {
    try (var server = holding(504)) {
      final var ran = hold(server);
      assertEquals(1, ran.exitCode(), ran.out() + ran.err());
      assertTrue(ran.out().contains("[held-request-cut]"), ran.out());
      assertTrue(ran.out().contains("was answered 504 by something in between"), ran.out());
      assertTrue(ran.out().contains("30 minutes"), ran.out());
      assertEquals("POST /device/v1/sign-out", server.lastAsked().what(), "nothing stays behind");
    }
  }

  @Test
  void a_held_request_that_is_answered_in_time_is_fine() throws IOException {
    try (var server = holding(200)) {
      assertEquals(0, hold(server).exitCode());
    }
  }

  @Test
  void a_held_request_needs_a_user() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      assertEquals(2, server.run("check", "--hold", "1m").exitCode());
    }
  }

  @Test
  void a_clock_that_was_set_lately_is_noted_with_the_step_in_words() throws IOException {
    final var set = "{'clockSet':{'to':'" + Instant.now().minusSeconds(60) + "','by':'PT-1H'}}";
    try (var server = server(set, APP, PHONE, ON)) {
      final var ran = server.run("check");
      assertEquals(0, ran.exitCode(), ran.out() + ran.err());
      assertTrue(ran.out().contains("set back by 1 h, to "), ran.out());
      assertTrue(ran.out().contains("[clock-set]"), ran.out());
    }
  }

  @Test
  void a_clock_that_was_set_long_ago_is_not_told() throws IOException {
    final var set = "{'clockSet':{'to':'2026-01-01T00:00:00Z','by':'PT1H'}}";
    try (var server = server(set, APP, PHONE, ON)) {
      assertFalse(server.run("check").out().contains("clock-set"));
    }
  }

  @Test
  void events_that_were_given_up_at_a_start_are_told_with_the_newest_and_what_to_do()
      throws IOException {
    final var one =
        "{'givenUp':{'events':1,'since':'2026-03-01T11:00:00Z','newest':'k5x-2a',"
            + "'newestAt':'2026-03-01T11:00:00Z'}}";
    try (var server = server(one, APP, PHONE, ON)) {
      final var ran = server.run("check");
      assertEquals(1, ran.exitCode(), ran.out() + ran.err());
      assertTrue(ran.out().contains("[given-up-at-start]"), ran.out());
      assertTrue(ran.out().contains("1 event was given up at 2026-03-01T11:00:00Z"), ran.out());
      assertTrue(ran.out().contains("reveille explain k5x-2a"), ran.out());
      assertTrue(ran.out().contains("RV-228"), ran.out());
    }
    final var more =
        "{'givenUp':{'events':3,'since':'2026-03-01T11:00:00Z','newest':'k5x-2c',"
            + "'newestAt':'2026-03-02T12:00:00Z'}}";
    try (var server = server(more, APP, PHONE, ON)) {
      final var ran = server.run("check");
      assertTrue(
          ran.out().contains("3 events were given up since 2026-03-01T11:00:00Z"), ran.out());
      assertTrue(ran.out().contains("k5x-2c at 2026-03-02T12:00:00Z"), ran.out());
    }
  }

  @Test
  void a_limit_that_the_heap_does_not_hold_is_named_with_both_numbers() throws IOException {
    final var lowered =
        "{'lowered':[{'setting':'routing.max-queued-events','configured':50000,'inForce':9600}]}";
    try (var server = server(lowered, APP, PHONE, ON)) {
      final var ran = server.run("check");
      assertTrue(ran.out().contains("[limit-lowered]"), ran.out());
      assertTrue(ran.out().contains("routing.max-queued-events"), ran.out());
      assertTrue(ran.out().contains("50000"), ran.out());
      assertTrue(ran.out().contains("9600 is in force"), ran.out());
    }
  }

  @Test
  void without_a_server_there_is_nothing_to_check() {
    final var ran =
        StubServer.run(folder, Map.of("REVEILLE_SERVER", "http://127.0.0.1:1"), "check");
    assertEquals(69, ran.exitCode(), ran.err());
  }

  // ---- servers ------------------------------------------------------------------------------

  /// `check` finds this one mistake, and no other.
  static void finds(
      final String mistake,
      final String remedy,
      final String app,
      final String phone,
      final String setting)
      throws IOException {
    try (var server = server(app, phone, setting)) {
      final var ran = found(server, mistake);
      assertTrue(ran.out().contains(remedy), ran.out());
      assertTrue(ran.out().endsWith("One mistake.\n"), "and no other: " + ran.out());
    }
  }

  static Ran found(final StubServer server, final String mistake) {
    final var ran = server.run("check");
    assertEquals(1, ran.exitCode(), ran.out() + ran.err());
    assertTrue(ran.out().contains("[" + mistake + "]"), ran.out());
    assertFalse(ran.out().contains("Nothing is wrong"), ran.out());
    return ran;
  }

  static StubServer server(final String app, final String phone, final String setting)
      throws IOException {
    return server("{'product':'Reveille'}", app, phone, setting);
  }

  private static StubServer server(
      final String self, final String app, final String phone, final String setting)
      throws IOException {
    return new StubServer()
        .on("GET /v1", 200, self)
        .on("GET /v1/apps", 200, "{'apps':[" + app + "]}")
        .on("GET /v1/installations?limit=1000", 200, "{'installations':[" + phone + "]}")
        .on("GET /v1/settings/push-notification", 200, "{'settings':[" + setting + "]}")
        .on("GET /device/v1/inbox", 401, "{}")
        .on("GET /v1/findings", 200, "{'findings':[]}")
        .on("GET /v1/users?alike=true", 200, "{'alike':[]}")
        .on("GET /v1/users/anna/events?limit=10", 200, "{'events':[]}");
  }

  private static void events(final StubServer server, final String... ids) {
    final var list = List.of(ids).stream().map(id -> "{'event':'" + id + "'}").toList();
    server.replace(
        "GET /v1/users/anna/events?limit=10", 200, "{'events':[" + String.join(",", list) + "]}");
  }

  private static void trail(
      final StubServer server,
      final String event,
      final String when,
      final String outcome,
      final String code) {
    server.on(
        "GET /v1/events/" + event + "/trail",
        200,
        "{'devices':[{'installation':'i-1','app':'com.example.phone','tries':[{'way':'push',"
            + "'number':1,'at':'"
            + when
            + "','outcome':'"
            + outcome
            + "','detail':'Bad','why':{'code':'"
            + code
            + "','sentence':'Their sentence.','remedy':'Their remedy.'}}]}]}");
  }

  private static StubServer holding(final int status) throws IOException {
    return server(APP, PHONE, ON)
        .on("POST /v1/users/anna/codes", 201, "{'code':'rc_1'}")
        .on("POST /device/v1/installations", 201, "{'token':'rd_1','cursor':'c-0'}")
        .on("GET /device/v1/poll?cursor=c-0&wait=60", status, "{}")
        .on("POST /device/v1/sign-out", 204, "");
  }

  private static Ran hold(final StubServer server) {
    return server.run(
        "check",
        "--devices",
        server.address(),
        "--hold",
        "1m",
        "--user",
        "anna",
        "--app",
        "com.example.phone");
  }

  @Test
  void a_listener_at_which_nothing_listens_is_said_so() throws IOException {
    final int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (var server = server(APP, PHONE, ON)) {
      final var ran = server.run("check", "--devices", "http://127.0.0.1:" + free);
      assertTrue(ran.out().contains("Nothing listens there."), ran.out());
      assertFalse(ran.out().contains("null"), ran.out());
    }
  }

  @Test
  void the_listener_for_devices_is_not_taken_for_granted() throws IOException {
    try (var server = server(APP, PHONE, ON);
        var other = new StubServer()) {
      final var ran = server.run("check", "--devices", other.address());
      assertTrue(ran.out().contains("[listener-unreachable]"), ran.out());
      assertTrue(ran.out().contains("is not the device listener"), ran.out());
    }
  }
}
