package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An app with several credentials at the command line.
class SeveralCredentialsTest {
  private static final String APP =
      "{'id':'phone','name':'Phone','bundleId':'com.example.phone','credentials':['apns','fcm'],"
          + "'accounts':[{'service':'apns','team':'T','keyId':'USUAL','host':'h','sandboxHost':'s'}"
          + ",{'service':'apns','id':'beta','environment':'sandbox','topic':'com.example.beta',"
          + "'team':'T','keyId':'BETA','host':'h','sandboxHost':'s'},"
          + "{'service':'fcm','id':'other','project':'other-1','host':'g'}]}";

  @TempDir private Path folder = Path.of("");
  @AutoClose private StubServer server;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("k.p8"), "key");
    Files.writeString(folder.resolve("a.json"), "{}");
    server =
        new StubServer()
            .on("GET /v1/apps/phone", 200, APP)
            .on("PUT /v1/apps/phone/credentials/apns/beta", 204, "")
            .on("PUT /v1/apps/phone/credentials/fcm/other", 204, "")
            .on("DELETE /v1/apps/phone/credentials/apns/beta", 204, "");
  }

  @Test
  void a_key_with_an_id_says_what_it_is_for() {
    final var ran =
        server.run(
            folder,
            "apps credentials phone apns --id beta --environment sandbox --topic com.example.beta"
                .concat(" --team T --key-id BETA --key k.p8")
                .split(" "));
    assertEquals(0, ran.exitCode(), ran.err());
    final var put = server.asked().getFirst();
    assertEquals("PUT /v1/apps/phone/credentials/apns/beta", put.what());
    assertEquals(
        Json.read(
            """
            {"team":"T","keyId":"BETA","key":"key","environment":"sandbox",
             "topic":"com.example.beta"}\
            """),
        put.body());
    assertEquals(
        """
        phone
          name         Phone
          bundle id    com.example.phone
          credentials  apns fcm
          apns beta    sandbox com.example.beta: team T, key BETA
          fcm other    project other-1
        """,
        ran.out());
  }

  @Test
  void one_is_removed_by_its_id() {
    final var ran = server.run(folder, "apps credentials phone apns --id beta --remove".split(" "));
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("DELETE /v1/apps/phone/credentials/apns/beta", server.asked().getFirst().what());
  }

  @Test
  void an_account_with_an_id_says_no_more() {
    final var ran =
        server.run(
            folder, "apps credentials phone fcm --id other --service-account a.json".split(" "));
    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("PUT /v1/apps/phone/credentials/fcm/other", server.asked().getFirst().what());
  }

  private void misuse(final String line, final String said) {
    final var ran = server.run(folder, line.split(" "));
    assertEquals(2, ran.exitCode(), ran.out());
    assertTrue(ran.err().contains(said), ran.err());
    assertEquals(0, server.asked().size());
  }

  @Test
  void what_does_not_go_together_is_said_before_anything_is_sent() {
    final var key = " --team T --key-id K --key k.p8";
    misuse("apps credentials phone apns --id a" + key, "need --environment or --topic");
    misuse("apps credentials phone apns --environment sandbox" + key, "need --id");
    misuse("apps credentials phone apns --topic x" + key, "need --id");
    misuse(
        "apps credentials phone fcm --id a --topic x --service-account a.json",
        "take no --environment and no --topic");
  }

  private static String phone(final String addresses) {
    return "{'id':'i-1','app':'phone','platform':'android','users':['anna'],'attributes':{},"
        + "'addresses':["
        + addresses
        + "],'lastSeen':'2026-03-01T12:00:00Z'}";
  }

  private String checked(final String app, final String addresses) {
    server
        .on("GET /v1", 200, "{'product':'Reveille'}")
        .on("GET /v1/apps", 200, "{'apps':[" + app + "]}")
        .on("GET /v1/installations?limit=1000", 200, "{'installations':[" + phone(addresses) + "]}")
        .on(
            "GET /v1/settings/push-notification",
            200,
            "{'settings':[{'identity':'global','values':{'apple':['true'],'google':['true']}}]}")
        .on("GET /device/v1/inbox", 401, "{}")
        .on("GET /v1/findings", 200, "{'findings':[]}")
        .on("GET /v1/users?alike=true", 200, "{'alike':[]}")
        .on("GET /v1/users/anna/events?limit=10", 200, "{'events':[]}");
    return server.run("check").out();
  }

  @Test
  void check_finds_devices_for_which_no_credential_is() {
    final var google = "{'service':'fcm','channel':'message','project':'third'}";
    final var none = checked(APP, google);
    assertTrue(none.contains("None of the app's credentials is for fcm, project third"), none);
    assertTrue(none.contains("[not-configured]"), none);
  }

  @Test
  void check_finds_an_environment_without_a_key() {
    final var onlyBeta = APP.replaceFirst("\\{'service':'apns','team'[^}]*\\},", "");
    final var none =
        checked(
            onlyBeta,
            "{'service':'apns','channel':'message','sandbox':true,'topic':'com.example.beta'},"
                + "{'service':'apns','channel':'message','sandbox':false}");
    assertTrue(
        none.contains(
            "None of the app's credentials is for apns, production, topic com.example.phone, and"
                + " devices registered push addresses of that kind: 1."),
        none);
    assertFalse(none.contains("apns, sandbox"), none);
  }

  @Test
  void check_is_content_where_each_device_has_its_credential() {
    final var all =
        "{'service':'apns','channel':'message','sandbox':true,'topic':'com.example.beta'},"
            + "{'service':'apns','channel':'voip','sandbox':false},"
            + "{'service':'fcm','channel':'message','project':'other-1'}";
    assertEquals("Nothing is wrong.\n", checked(APP, all));
  }

  @Test
  void check_names_the_account_that_is_for_the_doubted_address() {
    final var doubted =
        "{'service':'apns','channel':'message','sandbox':true,'topic':'com.example.beta',"
            + "'doubted':{'since':'2026-03-01T12:00:00Z','code':'RV-205'}}";
    final var found = checked(APP, doubted);
    assertTrue(found.contains("bundle id com.example.beta, team T, key BETA at s"), found);
    server.replace(
        "GET /v1/installations?limit=1000",
        200,
        "{'installations':[" + phone(doubted.replace("RV-205", "RV-206")) + "]}");
    final var wrongTopic = server.run("check").out();
    assertTrue(wrongTopic.contains("These devices said the topic themselves"), wrongTopic);
  }
}
