package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whom a proxy speaks for, and which proxies are trusted.
final class ProxiesTest {
  private static final List<String> LISTED = List.of("10.0.0.0/8", "fd00::/8", "192.0.2.1");

  private static String client(final String way, final String... fields) {
    final var proxy = new InetSocketAddress("10.0.0.1", 999);
    final var client = Proxies.of(LISTED, way).client(proxy, List.of(fields));
    return client == null ? "malformed" : client.getAddress().getHostAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.7 | 198.51.100.7",
        "198.51.100.7:4711 | 198.51.100.7",
        "203.0.113.9, 198.51.100.7 | 198.51.100.7",
        "203.0.113.9, 198.51.100.7, 10.0.0.2 , 192.0.2.1 | 198.51.100.7",
        "10.0.0.3, 10.0.0.2 | 10.0.0.3",
        "2001:db8::7 | 2001:db8:0:0:0:0:0:7",
        "[2001:db8::7]:4711 | 2001:db8:0:0:0:0:0:7",
        "198.51.100.7, unknown | 10.0.0.1",
        "198.51.100.7, nonsense | malformed",
        "198.51.100.777 | malformed",
        "198.51.100.7:65536 | malformed",
        "198.51.100.7,, 10.0.0.2 | 198.51.100.7",
        ", 198.51.100.7 , | 198.51.100.7",
        ", , | 10.0.0.1",
        "[2001:db8::7 | malformed",
        "localhost | malformed"
      })
  void x_forwarded_for_is_read_from_its_end(final String field, final String client) {
    assertEquals(client, client("x-forwarded-for", field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "for=198.51.100.7 | 198.51.100.7",
        "For=\"198.51.100.7:4711\";proto=https;by=10.0.0.1 | 198.51.100.7",
        "proto=https; FOR=\"[2001:db8::7]:4711\" | 2001:db8:0:0:0:0:0:7",
        "for=203.0.113.9, for=198.51.100.7, for=10.0.0.2 | 198.51.100.7",
        "for=198.51.100.7;host=\"a, b; for=1\" | 198.51.100.7",
        "for=\"198.51.100.7:_p0rt\" | 198.51.100.7",
        "for=198.51.100.7, for=_hidden | 10.0.0.1",
        "for=198.51.100.7, for=unknown | 10.0.0.1",
        "for=198.51.100.7, proto=https | 10.0.0.1",
        "for=198.51.100.7;for=203.0.113.9 | malformed",
        "for=2001:db8::7 | malformed",
        "for=\"2001:db8::7\" | malformed",
        "for= | malformed",
        "for | malformed",
        "for=\"198.51.100.7 | malformed",
        "for=198.51.100.7; | 198.51.100.7",
        ";for=198.51.100.7;;proto=https, | 198.51.100.7",
        ", for=203.0.113.9,, for=198.51.100.7 , ,for=10.0.0.2,| 198.51.100.7",
        "for=198.51.100.7, ; | 10.0.0.1",
        ", , | 10.0.0.1",
        "for=198.51.100.7, = | malformed",
        "for=198.51.100.7 203.0.113.9 | malformed",
        "for=client.example.org | malformed"
      })
  void forwarded_is_read_from_its_end(final String field, final String client) {
    assertEquals(client, client("forwarded", field));
  }

  @Test
  void several_fields_are_one_chain_and_without_one_it_is_the_proxy_itself() {
    assertEquals("198.51.100.7", client("x-forwarded-for", "203.0.113.9", "198.51.100.7"));
    assertEquals("10.0.0.1", client("x-forwarded-for"));
    assertEquals("10.0.0.1", client("forwarded"));
    assertEquals("198.51.100.7", client("forwarded", "for=198.51.100.7", ""));
    assertNull(
        Proxies.of(LISTED, "forwarded")
            .client(new InetSocketAddress("10.0.0.1", 1), List.of("for=198.51.100.7", "x")));
  }

  @Test
  void only_listed_addresses_are_proxies() throws Exception {
    final var proxies = Proxies.of(LISTED, "forwarded");
    for (final var listed : List.of("10.255.0.1", "fd12::1", "192.0.2.1", "::ffff:10.0.0.1")) {
      assertTrue(proxies.includes(InetAddress.getByName(listed)), listed);
    }
    for (final var other : List.of("11.0.0.1", "fe80::1", "192.0.2.2", "::1")) {
      assertFalse(proxies.includes(InetAddress.getByName(other)), other);
    }
    assertFalse(proxies.includes(null));
    assertTrue(Network.of("0.0.0.0/0").contains(InetAddress.getByName("1.2.3.4")));
    assertFalse(Network.of("0.0.0.0/0").contains(InetAddress.getByName("::1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0/8",
        "localhost",
        "",
        "10.0.0.0/",
        "fd00::/129"
      })
  void what_is_no_range_is_refused(final String text) {
    assertThrows(IllegalArgumentException.class, () -> Network.of(text));
    assertThrows(IllegalArgumentException.class, () -> Proxies.of(List.of(text), "forwarded"));
  }

  @Test
  void there_are_three_ways_to_tell() {
    assertThrows(IllegalArgumentException.class, () -> Proxies.of(LISTED, "via"));
  }
}
