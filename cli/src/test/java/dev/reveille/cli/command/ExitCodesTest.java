package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 0 done, 1 the answer is no, 2 used wrongly, 69 something needed is not there.
class ExitCodesTest {
  @TempDir Path folder;

  @Test
  void a_refusal_is_told_in_the_servers_words_with_its_remedy() throws IOException {
    try (var server =
        new StubServer()
            .on(
                "POST /v1/events",
                422,
                "{'title':'No user of this organisation has this name or address.','status':422,"
                    + "'detail':'to[0]: zoe','code':'RV-104','remedy':'Create the user.'}")) {
      final var ran = server.run("send", "silent", "--to", "zoe");
      assertEquals(1, ran.exitCode());
      assertEquals("", ran.out());
      assertEquals(
          "reveille: No user of this organisation has this name or address: to[0]: zoe. (RV-104)\n"
              + "  Create the user.\n",
          ran.err());
    }
  }

  @Test
  void reasons_are_told_without_a_server() throws IOException {
    try (var server = new StubServer()) { // knows nothing, so an answer is not its own
      final var one = server.run("reasons", "rv-104");
      assertEquals(0, one.exitCode(), one.err());
      assertTrue(
          one.out().startsWith("No user of this organisation has this name or address.\nCreate"),
          one.out());
      final var all = server.run("reasons", "--json");
      assertEquals(0, all.exitCode(), all.err());
      assertTrue(all.out().contains("\"RV-101\"") && all.out().contains("\"RV-704\""), all.out());
      assertEquals(1, server.run("reasons", "RV-999").exitCode());
    }
  }

  @Test
  void an_unknown_reason_is_told_as_such_where_no_server_is() throws IOException {
    final StubServer.Ran ran;
    try (var server = new StubServer()) {
      server.close();
      ran = server.run("reasons", "RV-999");
    }
    assertEquals(1, ran.exitCode(), ran.err());
    assertTrue(ran.err().contains("this version has no reason RV-999"), ran.err());
  }

  @Test
  void a_refusal_for_now_says_when_to_come_again() throws IOException {
    try (var server =
        new StubServer()
            .on(
                "POST /v1/events",
                429,
                "{'title':'Too much accepted work is waiting; nothing was stored.','status':429,"
                    + "'code':'RV-120','retryAfter':7}")) {
      final var ran = server.run("send", "silent", "--to", "anna");
      assertEquals(1, ran.exitCode());
      assertTrue(ran.err().endsWith("  Try again in 7 s.\n"), ran.err());
    }
  }

  @Test
  void without_a_key_the_remedy_names_the_ways_to_give_one() throws IOException {
    try (var server =
        new StubServer()
            .on(
                "GET /v1/keys",
                401,
                "{'title':'The request carries no valid key.','status':401,'code':'RV-107'}")) {
      final var ran = StubServer.run(folder, Map.of("REVEILLE_SERVER", server.address()), "keys");
      assertEquals(1, ran.exitCode());
      assertEquals("", server.lastAsked().authorization());
      assertTrue(ran.err().contains("--key") && ran.err().contains("REVEILLE_DATA"), ran.err());
    }
  }

  @Test
  void a_server_that_is_not_there_is_69() throws IOException {
    final int port;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    final var ran =
        StubServer.run(folder, Map.of(), "users", "--server", "http://127.0.0.1:" + port);
    assertEquals(69, ran.exitCode());
    assertTrue(ran.err().startsWith("reveille: No server answers at http://127.0.0.1:" + port));
    assertTrue(ran.err().contains("reveille serve"), ran.err());
  }

  @Test
  void a_web_server_of_another_kind_is_69() throws IOException {
    try (var server = new StubServer().on("GET /v1/keys", 200, "<html>Welcome</html>")) {
      final var ran = server.run("keys");
      assertEquals(69, ran.exitCode());
      assertTrue(ran.err().contains("is not a Reveille server"), ran.err());
    }
  }

  @Test
  void a_file_that_is_not_there_is_69() throws IOException {
    try (var server = new StubServer()) {
      final var ran =
          server.run(
              folder,
              "apps",
              "credentials",
              "com.example.phone",
              "apns",
              "--team",
              "T",
              "--key-id",
              "K",
              "--key",
              "no-such.p8");
      assertEquals(69, ran.exitCode());
      assertTrue(ran.err().contains("no-such.p8"), ran.err());
      assertTrue(server.asked().isEmpty());
    }
  }

  @Test
  void certificates_that_are_none_are_69() throws IOException {
    Files.writeString(folder.resolve("ca.pem"), "not a certificate");
    final var ran =
        StubServer.run(
            folder, Map.of("REVEILLE_CA", "ca.pem"), "users", "--server", "https://127.0.0.1:1");
    assertEquals(69, ran.exitCode());
    assertTrue(ran.err().contains("holds no certificates"), ran.err());
  }

  @Test
  void wrong_use_is_2_and_the_help_is_named() {
    assertMisuse("Missing required option: '--to=USER'", "send", "call");
    assertMisuse("Did you mean users", "usrs");
    assertMisuse("There is no option --colour here.", "users", "--colour");
    assertMisuse("Which event?", "explain");
    assertMisuse("\"apple\" is no assignment", "settings", "set", "push-notification", "apple");
    assertMisuse("There is no command \"fly\"", "help", "fly");
    assertMisuse("no completion for \"tcsh\"", "completion", "tcsh");
    assertMisuse("not one of a server", "users", "--server", "localhost");
    assertMisuse("knows no credentials", "apps", "credentials", "a", "carrier-pigeon");
    assertMisuse("need --team, --key-id and --key", "apps", "credentials", "a", "apns");
    assertMisuse("need --service-account", "apps", "credentials", "a", "fcm");
  }

  @Test
  void a_typo_is_named_with_the_word_that_was_meant() {
    assertMisuse("There is no command \"sned\" here.\n  Did you mean send?", "sned", "call");
    assertMisuse("Did you mean explain?", "explane", "1");
    assertMisuse("Did you mean call?", "send", "cal", "--to", "anna");
    assertMisuse("There is no command \"xyzzy\" here.\n  See reveille --help", "xyzzy");
    assertMisuse("There is no option --too here.\n  Did you mean --to?", "send", "call", "--too=a");
    assertMisuse("Did you mean --server?", "users", "--sever", "https://localhost");
    assertMisuse("\"more\" is an unexpected argument.", "users", "show", "anna", "more");
  }

  @Test
  void help_and_version_are_0_and_need_no_server() {
    for (final String[] line :
        new String[][] {
          {},
          {"help"},
          {"--help"},
          {"help", "send", "call"},
          {"users", "--help"},
          {"--version"},
          {"completion", "bash"},
          {"completion", "zsh"},
          {"help", "serve"}
        }) {
      final var ran = StubServer.run(folder, Map.of(), line);
      assertEquals(0, ran.exitCode(), String.join(" ", line));
      assertTrue(!ran.out().isBlank(), String.join(" ", line));
      assertEquals("", ran.err());
    }
  }

  @Test
  void the_version_is_the_one_of_the_build() {
    final String said = StubServer.run(folder, Map.of(), "--version").out();
    assertTrue(said.matches("Reveille \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n"), said);
  }

  @Test
  void the_help_names_every_command_people_look_for() {
    final String help = StubServer.run(folder, Map.of(), "help").out();
    for (final String name :
        new String[] {
          "serve",
          "demo",
          "send",
          "phone",
          "users",
          "devices",
          "apps",
          "keys",
          "settings",
          "explain",
          "bench",
          "help",
          "completion"
        }) {
      assertTrue(help.contains("\n  " + name + " "), name);
    }
  }

  @Test
  void programs_of_their_own_name_the_launcher() {
    final var ran = StubServer.run(folder, Map.of(), "serve", "--data", "x");
    assertEquals(69, ran.exitCode());
    assertTrue(ran.err().contains("./reveille serve"), ran.err());
  }

  private void assertMisuse(final String words, final String... line) {
    final var ran = StubServer.run(folder, Map.of(), line);
    assertEquals(2, ran.exitCode(), String.join(" ", line));
    assertTrue(ran.err().contains(words), ran.err());
    assertTrue(ran.err().contains("\n  "), "a remedy: " + ran.err());
    assertEquals("", ran.out());
  }
}
