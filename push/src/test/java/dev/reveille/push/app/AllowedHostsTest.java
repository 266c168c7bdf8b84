package dev.reveille.push.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Credentials cannot make the server connect to where its operator does not want it.
final class AllowedHostsTest {
  private static final AllowedHosts HOSTS =
      AllowedHosts.SERVICES.with(List.of("Push.Example.org:8443", "127.0.0.1", "[::1]"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.push.apple.com",
        "https://api.push.apple.com:2197",
        "https://API.SANDBOX.PUSH.APPLE.COM",
        "https://fcm.googleapis.com/v1/projects",
        "https://oauth2.googleapis.com/token",
        "https://push.example.org:8443",
        "https://127.0.0.1:40000",
        "https://[::1]:40000"
      })
  void the_services_own_hosts_and_the_operators_are_allowed(final String where) {
    assertDoesNotThrow(() -> HOSTS.check("endpoint", URI.create(where)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254",
        "https://localhost",
        "https://127.0.0.2:443",
        "https://push.example.org",
        "https://push.example.org:8444",
        "https://api.push.apple.com.evil.example",
        "https://evil.example/api.push.apple.com",
        "https://api.push.apple.com@evil.example"
      })
  void every_other_is_not(final String where) {
    assertThrows(HostNotAllowed.class, () -> HOSTS.check("endpoint", URI.create(where)));
  }

  @Test
  void without_the_operators_word_not_even_loopback_is_allowed() {
    assertThrows(
        HostNotAllowed.class,
        () -> Endpoint.of("endpoint", "https://127.0.0.1:1", "", AllowedHosts.SERVICES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "https://a.example",
        "a.example/",
        "a b",
        "a.example:0",
        "a.example:70000",
        "*",
        "''"
      })
  void an_entry_that_is_no_host_is_refused(final String entry) {
    assertThrows(IllegalArgumentException.class, () -> AllowedHosts.SERVICES.with(List.of(entry)));
  }

  @org.junit.jupiter.params.ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {
        "https://user:secret@api.push.apple.com",
        "https://user@api.push.apple.com/",
        "https://api.push.apple.com/x",
        "https://api.push.apple.com?x",
      })
  void what_stands_beside_host_and_port_is_refused(final String endpoint) {
    final var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> Endpoint.checkBare("endpoint", endpoint));
    final var words = String.valueOf(wrong.getMessage());
    assertTrue(words.startsWith("endpoint: "), words);
    assertFalse(words.contains("secret"), words);
  }
}
