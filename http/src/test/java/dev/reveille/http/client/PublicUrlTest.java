package dev.reveille.http.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Spellings of places that nothing may be sent to.
final class PublicUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://127.0.0.1/ | FORBIDDEN_ADDRESS",
        "https://127.255.255.254/ | FORBIDDEN_ADDRESS",
        "https://0.0.0.0/ | FORBIDDEN_ADDRESS",
        "https://0.1.2.3/ | FORBIDDEN_ADDRESS",
        "https://10.0.0.1/ | FORBIDDEN_ADDRESS",
        "https://10.255.255.255:8443/ | FORBIDDEN_ADDRESS",
        "https://100.64.0.1/ | FORBIDDEN_ADDRESS",
        "https://100.127.255.255/ | FORBIDDEN_ADDRESS",
        "https://169.254.169.254/latest/meta-data/ | FORBIDDEN_ADDRESS",
        "https://172.16.0.1/ | FORBIDDEN_ADDRESS",
        "https://172.31.255.255/ | FORBIDDEN_ADDRESS",
        "https://192.0.0.8/ | FORBIDDEN_ADDRESS",
        "https://192.0.2.1/ | FORBIDDEN_ADDRESS",
        "https://192.88.99.1/ | FORBIDDEN_ADDRESS",
        "https://192.168.1.1/ | FORBIDDEN_ADDRESS",
        "https://198.18.0.1/ | FORBIDDEN_ADDRESS",
        "https://198.19.255.255/ | FORBIDDEN_ADDRESS",
        "https://198.51.100.7/ | FORBIDDEN_ADDRESS",
        "https://203.0.113.9/ | FORBIDDEN_ADDRESS",
        "https://224.0.0.1/ | FORBIDDEN_ADDRESS",
        "https://239.255.255.250/ | FORBIDDEN_ADDRESS",
        "https://240.0.0.1/ | FORBIDDEN_ADDRESS",
        "https://255.255.255.255/ | FORBIDDEN_ADDRESS",
        "https://[::]/ | FORBIDDEN_ADDRESS",
        "https://[::1]/ | FORBIDDEN_ADDRESS",
        "https://[0:0:0:0:0:0:0:1]:443/ | FORBIDDEN_ADDRESS",
        "https://[::ffff:127.0.0.1]/ | FORBIDDEN_ADDRESS",
        "https://[::ffff:7f00:1]/ | FORBIDDEN_ADDRESS",
        "https://[::127.0.0.1]/ | FORBIDDEN_ADDRESS",
        "https://[::ffff:0:7f00:1]/ | FORBIDDEN_ADDRESS",
        "https://[64:ff9b::7f00:1]/ | FORBIDDEN_ADDRESS",
        "https://[64:ff9b:1::1]/ | FORBIDDEN_ADDRESS",
        "https://[100::1]/ | FORBIDDEN_ADDRESS",
        "https://[2001::1]/ | FORBIDDEN_ADDRESS",
        "https://[2001:10::1]/ | FORBIDDEN_ADDRESS",
        "https://[2001:db8::1]/ | FORBIDDEN_ADDRESS",
        "https://[2002:7f00:1::]/ | FORBIDDEN_ADDRESS",
        "https://[3fff::1]/ | FORBIDDEN_ADDRESS",
        "https://[fc00::1]/ | FORBIDDEN_ADDRESS",
        "https://[fdff::1]/ | FORBIDDEN_ADDRESS",
        "https://[fe80::1]/ | FORBIDDEN_ADDRESS",
        "https://[febf::1]/ | FORBIDDEN_ADDRESS",
        "https://[fec0::1]/ | FORBIDDEN_ADDRESS",
        "https://[ff02::1]/ | FORBIDDEN_ADDRESS",
        "https://[5f00::1]/ | FORBIDDEN_ADDRESS",
        "https://[fe80::1%25eth0]/ | MALFORMED",
        "https://2130706433/ | NUMERIC_HOST",
        "https://0x7f000001/ | NUMERIC_HOST",
        "https://0x7f.1/ | NUMERIC_HOST",
        "https://127.1/ | NUMERIC_HOST",
        "https://127.0.1/ | NUMERIC_HOST",
        "https://0177.0.0.1/ | NUMERIC_HOST",
        "https://127.0.0.01/ | NUMERIC_HOST",
        "https://127.0.0.0x1/ | NUMERIC_HOST",
        "https://1.2.3.4.5/ | NUMERIC_HOST",
        "https://256.1.1.1/ | NUMERIC_HOST",
        "https://user@push.example.org/ | USER_INFO",
        "https://push.example.org:x@127.0.0.1/ | USER_INFO",
        "https://@push.example.org/ | USER_INFO",
        "http://push.example.org/ | NOT_HTTPS",
        "ftp://push.example.org/ | NOT_HTTPS",
        "push.example.org/x | NOT_HTTPS",
        "https:///x | MALFORMED",
        "https://push.example.org:0/ | MALFORMED",
        "https://push.example.org:65536/ | MALFORMED",
        "https://push.example.org:/ | MALFORMED",
        "https://push..example.org/ | MALFORMED",
        "https://-push.example.org/ | MALFORMED",
        "https://push.example.org./ | MALFORMED",
        "https://pu%73h.example.org/ | MALFORMED",
        "https://push.example.org\\@127.0.0.1/ | MALFORMED",
        "https://push.example.org#@127.0.0.1/ | MALFORMED",
        "https://ⅼocalhost/ | MALFORMED",
        "https://１２７.0.0.1/ | MALFORMED",
      })
  void nothing_is_sent_there(final String url, final PublicUrl.Fault why) {
    final var refused = assertThrows(PublicUrl.Refused.class, () -> PublicUrl.of(url));
    assertEquals(why, refused.fault(), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.1.2.3 | unspecified",
        "10.0.0.1 | private",
        "100.64.0.1 | carrier NAT",
        "127.0.0.1 | loopback",
        "169.254.169.254 | link-local",
        "172.16.0.1 | private",
        "192.0.0.8 | protocol assignments",
        "192.0.2.1 | documentation",
        "192.88.99.1 | 6to4 relay",
        "192.168.1.1 | private",
        "198.18.0.1 | benchmarking",
        "198.51.100.7 | documentation",
        "203.0.113.9 | documentation",
        "224.0.0.1 | multicast",
        "240.0.0.1 | reserved",
        ":: | unspecified",
        "::1 | loopback",
        "::ffff:127.0.0.1 | IPv4 inside IPv6",
        "::ffff:0:7f00:1 | IPv4 inside IPv6",
        "::7f00:1 | IPv4 inside IPv6",
        "64:ff9b::7f00:1 | NAT64",
        "64:ff9b:1::1 | NAT64",
        "2001::1 | IPv4 inside IPv6",
        "2001:10::1 | protocol assignments",
        "2001:db8::1 | documentation",
        "2002:7f00:1:: | IPv4 inside IPv6",
        "3fff::1 | documentation",
        "fc00::1 | private",
        "fe80::1 | link-local",
        "fec0::1 | site-local",
        "ff02::1 | multicast",
        "5f00::1 | reserved",
      })
  void the_words_name_the_kind_of_address(final String address, final String kind) {
    final var host = address.indexOf(':') < 0 ? address : "[" + address + "]";
    final var refused =
        assertThrows(PublicUrl.Refused.class, () -> PublicUrl.of("https://" + host + "/"));
    assertEquals(
        "must be a public host; " + address + " is a " + kind + " address", refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://push.example.org/x?y=z | https://push.example.org | /x?y=z",
        "HTTPS://Push.Example.ORG:443 | https://push.example.org | /",
        "https://push.example.org:8443/a%2Fb | https://push.example.org:8443 | /a%2Fb",
        "https://8.8.8.8/ | https://8.8.8.8 | /",
        "https://100.63.255.255/ | https://100.63.255.255 | /",
        "https://100.128.0.0/ | https://100.128.0.0 | /",
        "https://172.32.0.1/ | https://172.32.0.1 | /",
        "https://[2606:4700::1111]:8443/ | https://[2606:4700::1111]:8443 | /",
        "https://1.example.org/ | https://1.example.org | /",
        "https://db5p.notify.windows.com/?token=AwYAAAB | https://db5p.notify.windows.com |"
            + " /?token=AwYAAAB",
      })
  void a_public_host_is_read_in_one_way(final String url, final String origin, final String path) {
    final var read = PublicUrl.of(url);
    assertEquals(origin, read.origin());
    assertEquals(path, read.path());
  }

  @Test
  void a_backslash_is_named() {
    final var refused =
        assertThrows(
            PublicUrl.Refused.class, () -> PublicUrl.of("https://push.example.org\\@127.0.0.1/"));
    assertEquals(
        "must hold ASCII characters only, without spaces and backslashes", refused.getMessage());
  }

  @Test
  void a_url_without_end_is_refused() {
    final var url = "https://push.example.org/" + "x".repeat(PublicUrl.LONGEST);
    final var refused = assertThrows(PublicUrl.Refused.class, () -> PublicUrl.of(url));
    assertEquals(PublicUrl.Fault.TOO_LONG, refused.fault());
  }

  @Test
  void the_operator_may_name_a_private_place_and_plain_text() {
    final var read = PublicUrl.of("http://127.0.0.1:8080/x", AddressGuard.OPERATOR, true);
    assertEquals("http://127.0.0.1:8080", read.origin());
  }

  @Test
  void what_is_said_of_a_url_hides_its_path() {
    assertEquals(
        "https://push.example.org/…", PublicUrl.of("https://push.example.org/secret").toString());
  }

  @Test
  void mapped_addresses_are_judged_when_a_name_leads_to_them() throws Exception {
    final byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xFF;
    mapped[11] = (byte) 0xFF;
    mapped[12] = 127;
    mapped[15] = 1;
    final var address = InetAddress.getByAddress("x", mapped);
    assertEquals(Optional.of("loopback"), AddressGuard.STRANGER.refusal(address));
    assertEquals(
        Optional.of("IPv4 inside IPv6"),
        AddressGuard.STRANGER.refusal(Inet6Address.getByAddress("x", mapped, -1)),
        "one that stayed of six");
    assertTrue(AddressGuard.STRANGER.refusal(InetAddress.getByName("8.8.8.8")).isEmpty());
  }
}
