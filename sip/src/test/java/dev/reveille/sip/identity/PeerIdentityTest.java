package dev.reveille.sip.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of RFC 5922 section 7, with certificates that were made for each.
class PeerIdentityTest {
  private final TestAuthority authority = TestAuthority.make("CN=Lab of Contoso,O=lab.example");

  private PeerIdentity identity(final String subject, final List<String> names) {
    return PeerIdentity.of(authority.issue(subject, names).leaf());
  }

  /// `uri:` and `dns:` names, separated by spaces; a dash stands for none.
  @ParameterizedTest
  @CsvSource({
    "CN=cn.example, uri:sip:contoso.example, SIP_URI, contoso.example",
    "CN=cn.example, uri:SIP:Contoso.Example, SIP_URI, contoso.example",
    "CN=cn.example, uri:sip:a.example uri:sip:b.example dns:c.example, SIP_URI, a.example"
        + " b.example",
    "CN=cn.example, uri:sip:contoso.example;transport=tls, SIP_URI, contoso.example",
    "CN=cn.example, uri:sip:user@contoso.example dns:edge.example, DNS_NAME, edge.example",
    "CN=cn.example, uri:sips:contoso.example dns:edge.example, DNS_NAME, edge.example",
    "CN=cn.example, uri:https://contoso.example dns:edge.example, DNS_NAME, edge.example",
    "CN=cn.example, dns:Edge.Example dns:sip.example, DNS_NAME, edge.example sip.example",
    "CN=cn.example, dns:edge.example., DNS_NAME, edge.example",
    "CN=cn.example, dns:*.example dns:edge.example, DNS_NAME, edge.example",
    "CN=cn.example, dns:*.example, NOTHING, -",
    "CN=cn.example, uri:sip:user@contoso.example, NOTHING, -",
    "CN=cn.example, ip:127.0.0.1, NOTHING, -",
    "CN=cn.example, mail:admin@contoso.example, NOTHING, -",
    "CN=cn.example, -, COMMON_NAME, cn.example",
    "CN=CN.Example, -, COMMON_NAME, cn.example",
    "'O=x,CN=cn.example', -, COMMON_NAME, cn.example",
    "CN=*.example, -, NOTHING, -",
    "CN=Contoso Limited, -, NOTHING, -",
    "O=cn.example, -, NOTHING, -"
  })
  void the_names_of_a_leaf(
      final String subject, final String names, final PeerIdentity.Source source, final String is) {
    final var found = identity(subject, words(names));
    assertEquals(source, found.source());
    assertEquals(Set.copyOf(words(is)), found.names());
  }

  private static List<String> words(final String text) {
    return text.equals("-") ? List.of() : List.of(text.split(" "));
  }

  @Test
  void a_name_speaks_for_itself_and_for_no_name_above_or_below() {
    final var identity = identity("CN=x", List.of("dns:contoso.example"));
    for (final var name : List.of("contoso.example", "CONTOSO.example", "contoso.example.")) {
      assertTrue(identity.speaksFor(name), name);
    }
    assertTrue(identity.speaksForOneOf(new TreeSet<>(List.of("a.example", "contoso.example"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edge.contoso.example",
        "example",
        "acontoso.example",
        "*.example",
        "contoso.example..",
        "",
        ".",
        "contoso.example\0.evil.example"
      })
  void other_names_it_does_not_speak_for(final String name) {
    assertFalse(identity("CN=x", List.of("dns:contoso.example")).speaksFor(name));
    assertFalse(PeerIdentity.NONE.speaksFor(name));
  }

  /// The names of the authority are in the chain, and no peer's.
  @Test
  void the_authority_lends_no_name() {
    final var issued = authority.issue("CN=x", List.of("dns:contoso.example"));
    assertEquals(2, issued.chain().size());
    assertEquals(Set.of("contoso.example"), PeerIdentity.of(issued.leaf()).names());
    assertFalse(PeerIdentity.of(issued.leaf()).speaksFor("lab.example"));
  }
}
