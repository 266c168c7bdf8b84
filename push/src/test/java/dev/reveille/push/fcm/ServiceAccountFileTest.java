package dev.reveille.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Credential;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Mistake;
import dev.reveille.simulators.google.ServiceAccount;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A wrong file is told from a right one, and the sentence says what it is instead.
final class ServiceAccountFileTest {
  private static final String GOOD =
      ServiceAccount.make("example", "https://oauth2.googleapis.com/token").json();

  private static Optional<String> mistake(final String file) {
    return mistake(new Credential.Fcm(file, "", ""));
  }

  private static Optional<String> mistake(final Credential.Fcm credential) {
    return FcmSender.mistake(credential, AllowedHosts.SERVICES).map(Mistake::words);
  }

  @Test
  void the_file_as_google_hands_it_out_is_good() {
    assertEquals(Optional.empty(), mistake(GOOD));
    assertEquals(Optional.empty(), mistake("\n" + GOOD + "\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "AAAAaBcDeFg:APA91b, 140",
    "AIzaSy, 33",
    "key=AAAAaBcDeFg:APA91b, 140",
  })
  void a_key_of_the_old_interface_is_told_by_its_look(final String start, final int more) {
    final String said = mistake(start + "x".repeat(more)).orElseThrow();
    assertTrue(said.contains("switched off in 2024"), said);
    assertTrue(said.contains("generate a new private key"), said);
    assertFalse(said.contains("xxx"), "the key is not shown: " + said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"project_info\":{},\"client\":[],\"configuration_version\":\"1\"}|google-services.json",
        "{\"installed\":{\"client_id\":\"x\"}}|an OAuth client",
        "{\"type\":\"authorized_user\"}|\"authorized_user\"",
        "{}|no file of a service account",
        "service account|no JSON",
      })
  void another_file_is_called_by_its_name(final String file, final String words) {
    final String said = mistake(file).orElseThrow();
    assertTrue(said.contains(words), said);
    assertTrue(said.contains("generate a new private key"), said);
  }

  @ParameterizedTest
  @CsvSource({"project_id", "client_email", "private_key", "token_uri"})
  void a_missing_field_is_named(final String field) {
    final String said = mistake(GOOD.replace('"' + field + '"', "\"other\"")).orElseThrow();
    assertEquals("serviceAccount: the service account's file has no " + field, said);
  }

  @Test
  void a_damaged_key_is_named_and_not_shown() {
    final String said = mistake(GOOD.replaceFirst("MII[A-Za-z0-9]{6}", "AAAA")).orElseThrow();
    assertTrue(
        said.startsWith("serviceAccount: the file's private_key is no usable RSA key: "), said);
    assertTrue(said.contains("generate a new private key"), said);
  }

  @Test
  void a_byte_order_mark_before_the_file_counts_for_nothing() {
    assertEquals(Optional.empty(), mistake("\uFEFF" + GOOD));
  }

  @Test
  void a_field_that_is_there_twice_is_refused() {
    final String said = mistake(GOOD.replaceFirst("\\{", "{\"type\":\"x\",")).orElseThrow();
    assertTrue(said.contains("twice"), said);
  }

  /// A letter changed on the way gives a key that looks like one. Every 41st letter is enough: each
  /// number of the key is many letters long.
  @Test
  void a_key_with_one_wrong_letter_is_refused() {
    final var key = Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END").matcher(GOOD);
    assertTrue(key.find());
    int refused = 0;
    for (int at = key.start(1); at < key.end(1) - 4; at += 41) {
      final char letter = GOOD.charAt(at);
      if (!Character.isLetterOrDigit(letter) || GOOD.charAt(at - 1) == '\\') {
        continue;
      }
      final var wrong = new StringBuilder(GOOD);
      wrong.setCharAt(at, letter == 'B' ? 'C' : 'B');
      final var said = mistake(wrong.toString());
      final int place = at - key.start(1);
      assertTrue(said.isPresent(), () -> "letter " + place);
      assertTrue(said.get().startsWith("serviceAccount: the file's private_key"), said.get());
      refused++;
    }
    assertTrue(refused > 30, () -> "letters tried: " + key.group(1).length());
  }

  @Test
  void a_token_address_without_tls_is_refused() {
    final String said =
        mistake(GOOD.replace("https://oauth2.googleapis.com/token", "http://oauth2.example.org/t"))
            .orElseThrow();
    assertEquals("serviceAccount: the file's token_uri must be an address with https", said);
  }

  @Test
  void endpoint_and_certificates_are_looked_at_too() {
    assertEquals(
        "an endpoint is `https://host:port`, not http://x",
        mistake(new Credential.Fcm(GOOD, "http://x", "")).orElseThrow());
    assertTrue(
        mistake(new Credential.Fcm(GOOD, "", "no certificate"))
            .orElseThrow()
            .startsWith("the certificates to trust are not PEM"));
  }

  @Test
  void an_endpoint_with_a_path_is_refused_where_it_is_handed_in() {
    for (final var path : List.of("/v1/projects", "/?a=b", "?a", "#x")) {
      assertEquals(
          "endpoint: is `https://host:port` without path, query, name or password, not"
              + " https://a.example:1"
              + path,
          mistake(new Credential.Fcm(GOOD, "https://a.example:1" + path, "")).orElseThrow());
    }
  }

  @Test
  void what_is_to_be_trusted_and_is_none_is_named() {
    final var key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    final var said = mistake(new Credential.Fcm(GOOD, "", key)).orElseThrow();
    assertTrue(said.contains("this is a private key"), said);
    assertFalse(said.contains("signed fields"), said);
  }

  @Test
  void apples_key_given_for_google_is_called_that() {
    final var key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    final var said = mistake(new Credential.Fcm(key, "", "")).orElseThrow();
    assertTrue(said.contains("a private key like Apple's .p8 file"), said);
  }

  @Test
  void a_port_that_does_not_exist_is_refused_where_it_is_handed_in() {
    final var file = GOOD.replace("googleapis.com/token", "googleapis.com:70000/token");
    assertEquals(
        "serviceAccount: the file's token_uri must be an address with https",
        mistake(file).orElseThrow());
    assertEquals(
        "an endpoint is `https://host:port`, not https://fcm.googleapis.com:70000",
        mistake(new Credential.Fcm(GOOD, "https://fcm.googleapis.com:70000", "")).orElseThrow());
  }

  @Test
  void a_token_address_elsewhere_needs_the_operators_word() {
    final var file = GOOD.replace("oauth2.googleapis.com/token", "inside.example:8443/token");
    final var credential = new Credential.Fcm(file, "", "");
    final var found = FcmSender.mistake(credential, AllowedHosts.SERVICES).orElseThrow();
    assertEquals(Reason.PUSH_HOST_NOT_ALLOWED, found.why());
    assertEquals("token_uri: inside.example:8443 is not among push.allowed-hosts", found.words());
    assertEquals(
        Optional.empty(),
        FcmSender.mistake(credential, AllowedHosts.SERVICES.with(List.of("inside.example:8443"))));
  }

  @Test
  void nothing_of_it_is_shown_in_words() {
    assertEquals("Fcm[…]", new Credential.Fcm(GOOD, "", "").toString());
    assertFalse(
        dev.reveille.push.fcm.ServiceAccountFile.parse(GOOD).toString().contains("PRIVATE"));
  }
}
