package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates for Apple, and what Google is asked for beside messages, at the command line.
class CertificateCommandTest {
  private static final String APP =
      "{'id':'phone','name':'Phone','bundleId':'com.example.phone','credentials':['apns','fcm'],"
          + "'accounts':[{'service':'apns','certificate':true,'expires':'2027-05-01T10:00:00Z',"
          + "'environments':['production'],'topics':['com.example.phone','com.example.phone.voip'],"
          + "'host':'h','sandboxHost':'s'},"
          + "{'service':'fcm','project':'phone-1','analyticsLabel':'calls','host':'g'}]}";

  @TempDir private Path folder = Path.of("");
  @AutoClose private StubServer server;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("c.pem"), "chain");
    Files.writeString(folder.resolve("k.pem"), "key");
    Files.write(folder.resolve("c.p12"), new byte[] {0x30, (byte) 0x82, 0});
    Files.writeString(folder.resolve("word"), " se cret \r\n");
    Files.writeString(folder.resolve("a.json"), "{}");
    Files.writeString(folder.resolve("token"), "the-token\n");
    server =
        new StubServer()
            .on("GET /v1/apps/phone", 200, APP)
            .on("PUT /v1/apps/phone/credentials/apns", 204, "")
            .on("PUT /v1/apps/phone/credentials/apns/old", 204, "")
            .on("PUT /v1/apps/phone/credentials/fcm", 204, "");
  }

  private String sent(final String line) {
    final var ran = server.run(folder, ("apps credentials phone " + line).split(" "));
    assertEquals(0, ran.exitCode(), ran.err());
    return server.asked().getFirst().body().toString();
  }

  @Test
  void chain_and_key_go_to_the_server_and_the_end_of_both_is_shown() {
    final var ran =
        server.run(
            folder, "apps credentials phone apns --certificate c.pem --key-file k.pem".split(" "));
    assertEquals(0, ran.exitCode(), ran.err());
    final var put = server.asked().getFirst();
    assertEquals("PUT /v1/apps/phone/credentials/apns", put.what());
    assertEquals(Json.read("{\"certificate\":\"chain\",\"privateKey\":\"key\"}"), put.body());
    assertEquals(
        """
        phone
          name         Phone
          bundle id    com.example.phone
          credentials  apns fcm
          apns         certificate until 2027-05-01T10:00:00Z, production, for com.example.phone com.example.phone.voip
          fcm          project phone-1, label calls
        """,
        ran.out());
  }

  @Test
  void an_exported_file_goes_as_it_is_with_its_password() {
    assertEquals(
        "{\"pkcs12\":\"MIIA\",\"password\":\" se cret \"}",
        sent("apns --p12 c.p12 --password-file word"));
  }

  @Test
  void one_of_several_certificates_need_not_say_for_what_it_is() {
    assertEquals("{\"pkcs12\":\"MIIA\"}", sent("apns --id old --p12 c.p12"));
  }

  @Test
  void google_is_told_the_label_and_the_other_platforms() {
    assertEquals(
        "{\"serviceAccount\":\"{}\",\"analyticsLabel\":\"calls\",\"web\":true,\"apple\":true}",
        sent("fcm --service-account a.json --label calls --also web,apple"));
  }

  @Test
  void a_trial_says_what_google_would_say() {
    server.on(
        "POST /v1/apps/phone/trials/fcm",
        200,
        "{'taken':true,'theirWords':'projects/p/messages/f'}");
    final var ran = server.run(folder, "apps credentials phone fcm --try token".split(" "));
    assertEquals("A push would be taken (projects/p/messages/f).\n", ran.out());
    assertEquals("{\"token\":\"the-token\"}", server.asked().getFirst().body().toString());
    server.replace(
        "POST /v1/apps/phone/trials/fcm",
        200,
        "{'taken':false,'code':'RV-203','title':'Gone.','remedy':'Nothing.','theirWords':'404 U'}");
    assertEquals(
        "RV-203: Gone. (404 U)\nNothing.\n",
        server.run(folder, "apps credentials phone fcm --try token".split(" ")).out());
  }

  private void misuse(final String line, final String said) {
    final var ran = server.run(folder, ("apps credentials phone " + line).split(" "));
    assertEquals(2, ran.exitCode(), ran.out());
    assertTrue(ran.err().contains(said), ran.err());
    assertEquals(0, server.asked().size());
  }

  @Test
  void what_does_not_go_together_is_said_before_anything_is_sent() {
    misuse("apns --p12 c.p12 --team T --key-id K --key k.pem", "a key or a certificate, not both");
    misuse("apns --certificate c.pem", "needs --key-file");
    misuse("apns --key-file k.pem", "A certificate is given as");
    misuse("apns --certificate c.pem --p12 c.p12", "A certificate is given as");
    misuse("apns --p12 c.p12 --key-file k.pem", "--p12 takes no --key-file");
    misuse("fcm --service-account a.json --p12 c.p12", "take no --key-file, --p12");
    misuse("fcm --service-account a.json --also windows", "There is no --also windows");
    misuse("apns --try token", "take no --try");
  }
}
