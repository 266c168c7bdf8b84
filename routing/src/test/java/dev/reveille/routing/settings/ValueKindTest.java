package dev.reveille.routing.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which values properties take, and in which spelling they are kept.
class ValueKindTest {
  private static final ValueKind SECONDS = new ValueKind.Number(120, 4_294_967_295L);
  private static final ValueKind LEVEL =
      new ValueKind.Word(List.of("AlwaysVerifiable", "UseSourceVerification"));

  private static String kept(final ValueKind kind, final String given) {
    return kind.read(List.of(given)).getFirst();
  }

  private static void refused(final ValueKind kind, final String given) {
    final var mistake =
        assertThrows(IllegalArgumentException.class, () -> kind.read(List.of(given)), given);
    assertEquals("must be " + kind.inWords(), mistake.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"120,120", "4294967295,4294967295", "0120,120"})
  void a_number_within_its_bounds_is_taken(final String given, final String kept) {
    assertEquals(kept, kept(SECONDS, given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"119", "4294967296", "", "-1", "3.5", "1e3", "99999999999999999999", "١٢٣"})
  void any_other_number_is_refused(final String given) {
    refused(SECONDS, given);
  }

  // L1-24: a word of a closed list, without regard to case.
  @Test
  void a_word_is_kept_in_the_spelling_of_the_list() {
    assertEquals("UseSourceVerification", kept(LEVEL, "usesourceverification"));
    refused(LEVEL, "Always");
  }

  @ParameterizedTest
  @CsvSource({
    "sipfed.online.lync.com, sipfed.online.lync.com",
    "SIPFED.Online.Lync.COM., sipfed.online.lync.com",
    "localhost, localhost",
    "a-1.xn--bcher-kva.example, a-1.xn--bcher-kva.example"
  })
  void a_host_name_is_kept_in_lower_case(final String given, final String kept) {
    assertEquals(kept, kept(new ValueKind.HostName(), given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        "-a.example",
        "a-.example",
        "a b.example",
        "*.example.org",
        "sip:sipfed.online.lync.com",
        "sipfed.online.lync.com:5061",
        "https://a.example",
        "192.0.2.1",
        "bücher.example",
        "a_b.example",
        "[::1]",
        "a.example/",
        "\u212A.example"
      })
  void what_is_no_host_name_is_refused(final String given) {
    refused(new ValueKind.HostName(), given);
  }

  @Test
  void the_parts_of_a_host_name_are_bounded() {
    final var longest = "a".repeat(63);
    assertEquals(longest + ".example", kept(new ValueKind.HostName(), longest + ".example"));
    refused(new ValueKind.HostName(), longest + "a.example");
    refused(new ValueKind.HostName(), "abcd.".repeat(51));
  }

  @ParameterizedTest
  @CsvSource({
    "sip:push@push.lync.com, sip:push@push.lync.com",
    "SIPS:Push@Push.Lync.COM:05061, sips:Push@push.lync.com:5061"
  })
  void a_sip_address_is_kept_with_scheme_and_host_in_lower_case(
      final String given, final String kept) {
    assertEquals(kept, kept(new ValueKind.SipUri(), given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push@push.lync.com",
        "sip:push.lync.com",
        "sip:@push.lync.com",
        "sip:push@",
        "tel:+123",
        "sip:push@push.lync.com;transport=tls",
        "sip:push@push.lync.com:0",
        "sip:a b@example.org",
        "sip:push@192.0.2.1",
        "sip:push@push.lync.com:65536"
      })
  void what_is_no_sip_address_is_refused(final String given) {
    refused(new ValueKind.SipUri(), given);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a.example",
        "https:",
        "https://",
        "https://user@a.example/",
        "https://a.example/#x",
        "ftp://a.example",
        "a.example",
        "https://a example"
      })
  void only_whole_https_urls_are_taken(final String given) {
    assertEquals(
        "https://a.example:444/x?y=z",
        kept(new ValueKind.HttpsUrl(), "https://a.example:444/x?y=z"));
    refused(new ValueKind.HttpsUrl(), given);
  }

  @Test
  void a_text_has_a_length_and_no_control_characters() {
    assertEquals("ü ", kept(new ValueKind.Text(2), "ü "));
    refused(new ValueKind.Text(2), "abc");
    refused(new ValueKind.Text(2), "a\n");
  }

  @Test
  void a_list_has_each_text_once_without_regard_to_case() {
    final var texts = new ValueKind.Texts(3, 5);
    assertEquals(List.of("http:", "Sip:"), texts.read(List.of("http:", "Sip:", "HTTP:", "sip:")));
    assertEquals(List.of(), texts.read(List.of()));
    refused(texts, "https:");
    refused(texts, "");
    refused(texts, "a b");
    assertThrows(IllegalArgumentException.class, () -> texts.read(List.of("a", "b", "c", "d")));
  }

  @Test
  void all_others_take_one_value() {
    for (final ValueKind kind :
        List.of(new ValueKind.Flag(), SECONDS, LEVEL, new ValueKind.Text(9))) {
      assertThrows(IllegalArgumentException.class, () -> kind.read(List.of()));
      assertThrows(IllegalArgumentException.class, () -> kind.read(List.of("true", "true")));
    }
    refused(new ValueKind.Flag(), "True");
  }

  @Test
  void a_property_that_is_not_required_can_be_emptied_where_its_kind_has_an_empty_value() {
    final var uri = SettingProperty.of("uri", new ValueKind.SipUri(), "sip:a@b", "An address.");
    assertEquals(List.of(""), uri.read(List.of("")));
    final var proxy = SettingProperty.required("proxy", new ValueKind.HostName(), "A name.");
    assertThrows(IllegalArgumentException.class, () -> proxy.read(List.of("")));
    assertTrue(proxy.kind().mayBeEmpty());
  }
}
