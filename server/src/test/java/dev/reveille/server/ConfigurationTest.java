package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationTest {
  @TempDir private Path folder;

  private Configuration load(final String yaml) throws Exception {
    return Configuration.load(Files.writeString(folder.resolve("reveille.yaml"), yaml));
  }

  @Test
  void a_byte_order_mark_at_the_beginning_counts_for_nothing() throws Exception {
    assertEquals(
        "0.0.0.0", load("\uFEFFlisteners: {api: {host: 0.0.0.0}}").listeners().api().host());
  }

  @Test
  void without_a_file_the_defaults_start_on_loopback() {
    final var configuration = Configuration.load(null);
    assertEquals("127.0.0.1", configuration.listeners().api().hostName());
    assertEquals(8443, configuration.listeners().api().portNumber());
    assertEquals(Duration.ofDays(30), configuration.store().retention());
  }

  @Test
  void what_a_file_leaves_out_keeps_its_default() throws Exception {
    final var configuration =
        load("listeners:\n  devices: {host: 0.0.0.0}\nlive: {acknowledgement-timeout: PT3S}\n");
    assertEquals("0.0.0.0", configuration.listeners().devices().hostName());
    assertEquals(9443, configuration.listeners().devices().portNumber());
    assertEquals(Duration.ofSeconds(3), configuration.live().acknowledgementTimeout());
    assertEquals(Duration.ofSeconds(5), configuration.live().drain());
  }

  @Test
  void an_empty_file_is_no_mistake() throws Exception {
    assertEquals(Path.of("data"), load("").store().directory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store: {retentoin: P3D} | retention",
        "lissteners: {} | listeners",
        "live: {acknowledgment-timeout: PT1S} | acknowledgement-timeout"
      })
  void an_unknown_key_is_refused_with_the_nearest_known_one(final String yaml, final String meant) {
    final var wrong = assertThrows(Configuration.Wrong.class, () -> load(yaml));
    assertTrue(
        String.valueOf(wrong.getMessage()).contains("did you mean " + meant), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "live: {patience: PT1S} | live.patience (it was renamed to acknowledgement-timeout)",
        "routing: {most-in-heap: 1} | routing.most-in-heap (it was renamed to max-queued-events)",
        "routing: {most-in-flight: 1} | routing.most-in-flight (it was renamed to max-in-flight)",
        "routing: {most-waiting: 1} | routing.most-waiting (it was renamed to max-deferred)"
      })
  void a_former_key_is_refused_with_its_new_name(final String yaml, final String says) {
    final var wrong = assertThrows(Configuration.Wrong.class, () -> load(yaml));
    assertTrue(String.valueOf(wrong.getMessage()).contains(says), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store: {retention: PT1H} | store.retention (PT1H)",
        "store: {audit-retention: PT1H} | store.audit-retention (PT1H)",
        "{devices: {demo-page: true}, listeners: {devices: {host: 0.0.0.0}}} |"
            + " listeners.devices.host (0.0.0.0) to 127.0.0.1",
        "{devices: {demo-page: true}, listeners: {devices: {host: '::'}}} | listeners.devices.host"
            + " (::)",
        "{devices: {demo-page: true}, listeners: {common: {host: 0.0.0.0, names: {a.example: {to:"
            + " devices}}}}} | listeners.common.host",
        "store: {disk-floor-mib: 1} | store.disk-floor-mib (1)",
        "live: {acknowledgement-timeout: PT5M} | live.acknowledgement-timeout (PT5M)",
        "listeners: {api: {port: 70000}} | port (70000)",
        "listeners: {api: {certificate: a.pem}} | certificate and key",
        "push: {allowed-hosts: ['https://a.example']} | push.allowed-hosts: a host reads",
        "push: {allowed-hosts: [~]} | push.allowed-hosts",
        "devices: {origins: [~]} | devices.origins",
        "routing: {max-queued-events: 0} | greater than 0",
        "limits: {events-per-second: 0} | greater than 0",
        "limits: {connections-per-address: 0} | greater than 0",
        "limits: {handshakes-per-address: 0} | greater than 0"
      })
  void a_value_out_of_bounds_is_refused_with_the_setting_and_the_value(
      final String yaml, final String named) {
    final var wrong = assertThrows(Configuration.Wrong.class, () -> load(yaml));
    assertTrue(String.valueOf(wrong.getMessage()).contains(named), wrong.getMessage());
  }

  @Test
  void what_is_no_yaml_is_said_to_be_unreadable() {
    final var wrong = assertThrows(Configuration.Wrong.class, () -> load("store: [1, 2"));
    assertTrue(String.valueOf(wrong.getMessage()).contains("reveille.yaml"), wrong.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "api: {proxies: {from: [10.0.0.0/8]}} | address-header",
        "api: {proxies: {from: [10.0.0.1], tell: forwarded}} | tell was renamed to address-header",
        "api: {proxies: {from: [], address-header: forwarded}} | from",
        "api: {proxies: {from: [10.0.0.1/8], address-header: forwarded}} | 10.0.0.1/8",
        "api: {proxies: {from: [10.0.0.0/8], address-header: via}} | x-forwarded-for",
        "common: {names: {}} | names",
        "common: {names: {a.example.org: {to: portal}}} | a.example.org",
        "common: {names: {a.example.org: }} | a.example.org",
        "common: {names: {'a.*.org': {to: api}}} | a.*.org",
        "common: {names: {a.example.org: {to: api, key: k}}} | a.example.org",
        "common: {names: {a.example.org: {to: api}}, others: unknown} | unknown",
        "common: {names: {a.example.org: {to: api}}, port: 70000} | 70000",
        "common: {names: {a.example.org: {to: api}}, certificate: c} | certificate"
      })
  void what_listeners_cannot_be_is_named(final String listener, final String named) {
    final var wrong =
        assertThrows(Configuration.Wrong.class, () -> load("listeners: {" + listener + "}"));
    assertTrue(String.valueOf(wrong.getMessage()).contains(named), wrong.getMessage());
  }

  @Test
  void a_common_port_has_its_defaults() throws Exception {
    final var common =
        load("listeners: {common: {names: {'*.example.org': {to: api}}}}").listeners().common();
    assertTrue(common != null && common.refusesOthers());
    assertEquals(443, common.portNumber());
    assertEquals("127.0.0.1", common.hostName());
  }

  @Test
  void origins_are_written_as_browsers_write_them() throws Exception {
    final var configuration =
        load("devices: {origins: ['https://app.example.org']}").with(null, 0, 0, 0);
    assertEquals(List.of("https://app.example.org"), configuration.devices().origins());
    final var wrong =
        assertThrows(
            Configuration.Wrong.class, () -> load("devices: {origins: ['https://a.example/']}"));
    assertTrue(String.valueOf(wrong.getMessage()).contains("devices.origins"), wrong.getMessage());
  }

  @Test
  void the_command_line_adds_to_the_hosts_that_credentials_may_name() throws Exception {
    final var configuration =
        load("push: {allowed-hosts: ['a.example']}").withPushHosts(List.of("b.example:1"));
    assertEquals(List.of("a.example", "b.example:1"), configuration.push().allowedHosts());
    assertThrows(
        Configuration.Wrong.class,
        () -> Configuration.load(null).withPushHosts(List.of("not a host")));
  }

  @Test
  void the_command_line_counts_before_the_file() throws Exception {
    final var configuration =
        load("listeners: {api: {port: 1234}}").with(Path.of("elsewhere"), 0, null, null);
    assertEquals(0, configuration.listeners().api().portNumber());
    assertEquals(9443, configuration.listeners().devices().portNumber());
    assertEquals(Path.of("elsewhere"), configuration.store().directory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "store: {disk-floor-mib: lots} | store.disk-floor-mib: must be a whole number, not"
            + " \"lots\"",
        "live: {acknowledgement-timeout: 2s} | live.acknowledgement-timeout: must be a duration"
            + " like PT30S or P2D, not \"2s\"",
        "push: {allowed-hosts: a.example} | push.allowed-hosts: must be a list like [a, b], not"
            + " \"a.example\"",
        "devices: {demo-page: yup} | devices.demo-page: must be true or false, not \"yup\"",
        "listeners: {api: 8443} | listeners.api: must hold keys of its own, not 8443",
        "listeners: {api: {port: [1]}} | listeners.api.port: must be a whole number, not a list",
        "store: {retention: {days: 1}} | store.retention: must be a duration like PT30S or P2D, not"
            + " keys"
      })
  void a_value_of_the_wrong_kind_is_refused_in_plain_words(final String yaml, final String said) {
    final var wrong = assertThrows(Configuration.Wrong.class, () -> load(yaml));
    assertTrue(String.valueOf(wrong.getMessage()).contains(said), wrong.getMessage());
    assertFalse(String.valueOf(wrong.getMessage()).contains("java."), wrong.getMessage());
  }

  @Test
  void what_is_no_yaml_is_told_with_its_line_and_a_tab_is_called_a_tab() {
    final var tab = assertThrows(Configuration.Wrong.class, () -> load("store:\n\tretention: P9D"));
    assertTrue(String.valueOf(tab.getMessage()).contains("line 2"), tab.getMessage());
    assertTrue(String.valueOf(tab.getMessage()).contains("tab"), tab.getMessage());
    final var open = assertThrows(Configuration.Wrong.class, () -> load("store: [1, 2"));
    assertTrue(
        String.valueOf(open.getMessage()).contains("store: must hold keys of its own, not a list"),
        open.getMessage());
  }

  @Test
  void a_key_that_is_there_twice_is_refused() {
    final var twice =
        assertThrows(
            Configuration.Wrong.class, () -> load("store:\n  retention: P9D\n  retention: P8D"));
    assertTrue(
        String.valueOf(twice.getMessage()).contains("retention is there twice"),
        twice.getMessage());
  }

  @Test
  void a_file_that_is_not_there_is_said_to_be_missing() {
    final var missing =
        assertThrows(
            Configuration.Wrong.class, () -> Configuration.load(Path.of("not-there.yaml")));
    assertEquals("not-there.yaml: there is no such file", missing.getMessage());
  }
}
