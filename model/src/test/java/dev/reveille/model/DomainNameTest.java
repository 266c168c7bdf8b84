package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One spelling for each domain and each NetBIOS name, and what is none.
class DomainNameTest {
  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "EXAMPLE.Org, example.org",
    "example.org., example.org",
    "a-b.c1.example, a-b.c1.example",
    "1.example, 1.example",
    "B\u00dcCHER.example, xn--bcher-kva.example",
    "b\u00fccher\u3002example, xn--bcher-kva.example",
    "bu\u0308cher.example, xn--bcher-kva.example",
    "XN--BCHER-KVA.example, xn--bcher-kva.example",
    "\u0438\u043c\u044f.\u0440\u0444, xn--h1ai1d.xn--p1ai"
  })
  void what_is_written_differently_is_one_domain(final String written, final String canonical) {
    assertEquals(canonical, DomainName.of(written).value());
    assertEquals(DomainName.of(written), DomainName.of(canonical));
    assertEquals(Optional.of(new DomainName(canonical)), DomainName.read(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..example",
        ".example.org",
        "example.org..",
        "-a.example",
        "a-.example",
        "a_b.example",
        "*.example",
        "a b.example",
        " example.org",
        "sip:example.org",
        "anna@example.org",
        "example.org/",
        "example\\.org",
        "a\u0000.example",
        "a\u202eb.example",
        "\ud800.example",
        "xn--\u00fc.example"
      })
  void what_is_no_domain_is_refused(final String written) {
    assertEquals(Optional.empty(), DomainName.read(written));
    assertThrows(IllegalArgumentException.class, () -> new DomainName(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"corp", "192.0.2.1", "Example.org", "example.org.", "b\u00fccher.example"})
  void what_is_kept_is_canonical(final String kept) {
    assertThrows(IllegalArgumentException.class, () -> new DomainName(kept));
  }

  private static String said(final String written) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> DomainName.of(written), written)
            .getMessage());
  }

  @Test
  void each_mistake_has_its_sentence() {
    for (final var address :
        List.of("192.0.2.1", "192.0.2.1.", "1.2", "7", "0x7f.0x1", "::1", "[2001:db8::1]")) {
      assertTrue(said(address).contains("neither an address"), address + ": " + said(address));
    }
    assertTrue(said("example.org:5061").contains("nor one with a port"));
    for (final var single : List.of("localhost", "corp.", "Corp", "\u0440\u0444")) {
      assertTrue(said(single).contains("at least two parts"), single + ": " + said(single));
    }
    for (final var letter : List.of("stra\u00dfe.example", "\u03c2.example", "a\u200db.example")) {
      assertTrue(said(letter).contains("two standards"), letter);
    }
    assertEquals("xn--strae-oqa.example", DomainName.of("xn--strae-oqa.example").value());
  }

  @Test
  void parts_and_the_whole_have_their_lengths() {
    final var part = "a".repeat(63);
    assertEquals(part + ".example", DomainName.of(part + ".example").value());
    assertTrue(said(part + "a.example").contains("1 to 63"));
    final var longest = String.join(".", part, part, part, "a".repeat(61));
    assertEquals(253, DomainName.of(longest + ".").value().length());
    assertTrue(said(longest + "a").contains("253"));
    assertTrue(said("a.".repeat(100_000)).contains("253"));
  }

  @ParameterizedTest
  @CsvSource({
    "example, EXAMPLE",
    "A, A",
    "Corp-1_x.y, CORP-1_X.Y",
    "ABCDEFGHIJKLMNO, ABCDEFGHIJKLMNO"
  })
  void a_netbios_name_is_compared_without_regard_to_case(
      final String written, final String canonical) {
    assertEquals(canonical, NetbiosName.of(written).value());
    assertEquals(Optional.of(new NetbiosName(canonical)), NetbiosName.read(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ABCDEFGHIJKLMNOP",
        ".A",
        "A B",
        "A\\B",
        "A/B",
        "A:B",
        "A*B",
        "A?B",
        "A\"B",
        "A<B",
        "A|B",
        "A,B",
        "\u00dcBER",
        "a\u0131",
        "\u017f",
        "A\u0000"
      })
  void what_is_no_netbios_name_is_refused(final String written) {
    assertEquals(Optional.empty(), NetbiosName.read(written));
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> NetbiosName.of(written))
                    .getMessage())
            .contains("1 to 15 characters"));
  }
}
