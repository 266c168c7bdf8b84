package dev.reveille.simulators;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(strings = {"apple", "google", "microsoft", "browser", "phone"})
  void each_simulator_tells_its_options(final String what) throws InterruptedException {
    assertEquals(0, run(what, "--help"));
    assertTrue(out.toString(UTF_8).contains("usage: simulate " + what), out::toString);
    assertEquals("", err.toString(UTF_8));
  }

  @Test
  void an_unknown_simulator_is_named() throws InterruptedException {
    assertEquals(2, run("appel"));
    assertTrue(err.toString(UTF_8).startsWith("there is no \"appel\"\n"), err::toString);
  }

  @Test
  void a_port_that_is_taken_is_said_in_a_sentence() throws IOException, InterruptedException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertEquals(69, run("apple", "--control-port", "" + taken.getLocalPort()));
    }
    assertTrue(err.toString(UTF_8).contains("Address already in use"), err::toString);
    assertEquals(1, err.toString(UTF_8).lines().count());
  }

  @ParameterizedTest
  @CsvSource({
    "apple, --port, x, '--port needs a number, not \"x\"'",
    "google, --control-port, 70000, '--control-port must lie between 0 and 65535, not 70000'",
    "apple, --loops, '', '--loops needs a number, not \"\"'",
    "microsoft, --port, -1, '--port must lie between 0 and 65535, not -1'",
    "microsoft, --make-identity, x, '--make-identity is store or entra, not x'",
    "browser, --streams, x, '--streams needs a number, not \"x\"'",
    "phone, --os, x, '--os needs a number, not \"x\"'",
  })
  void a_value_that_is_no_number_is_named_with_its_option(
      final String what, final String option, final String value, final String words)
      throws InterruptedException {
    assertEquals(2, run(what, option, value, "--server", "https://h", "--app", "a", "--code", "c"));
    assertTrue(
        err.toString(UTF_8).startsWith("simulate " + what + ": " + words + "\n"), err::toString);
  }

  @Test
  void a_file_that_is_not_there_is_named() throws InterruptedException {
    assertEquals(
        69,
        run(
            "phone",
            "--server",
            "https://127.0.0.1:1",
            "--app",
            "a",
            "--code",
            "c",
            "--ca",
            "no.pem"));
    assertTrue(err.toString(UTF_8).contains("there is no no.pem."), err::toString);
  }

  private int run(final String... arguments) throws InterruptedException {
    return Main.run(
        List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
