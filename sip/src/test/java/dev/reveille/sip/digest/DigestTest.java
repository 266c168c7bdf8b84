package dev.reveille.sip.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  private static final String OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
  private static final String CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  private static final String PASSWORD = "Circle of Life";

  /// The example of RFC 7616 section 3.9.1, which RFC 8760 takes over.
  @ParameterizedTest
  @CsvSource({
    "MD5, 8ca523f5e9506fed4657c9700eebdbec",
    "SHA_256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
  })
  void the_example_of_rfc_7616(final DigestAlgorithm algorithm, final String response) {
    final var challenge =
        new DigestChallenge("http-auth@example.org", NONCE, algorithm, OPAQUE, false);
    final var credentials =
        DigestCredentials.answer(
            challenge, "Mufasa", PASSWORD, "GET", "/dir/index.html", CLIENT_NONCE, 1);
    assertEquals(response, credentials.response());
  }

  @ParameterizedTest
  @EnumSource
  void credentials_fit_their_password_method_and_nothing_else(final DigestAlgorithm algorithm) {
    final var challenge = new DigestChallenge("contoso.example", NONCE, algorithm, "", true);
    final var sent =
        DigestCredentials.answer(
            challenge, "alice", "pa\"ss", "REGISTER", "sip:contoso.example", "c\\n", 0x1f);
    final var read = DigestCredentials.parse(sent.fieldValue()).orElseThrow();
    assertEquals(sent, read);
    final var ha1 = DigestCredentials.ha1(algorithm, "alice", "contoso.example", "pa\"ss");
    assertTrue(read.fits(ha1, "REGISTER"));
    assertFalse(read.fits(ha1, "INVITE"));
    assertFalse(
        read.fits(
            DigestCredentials.ha1(algorithm, "alice", "contoso.example", "other"), "REGISTER"));
    for (final var changed :
        List.of("nc=00000020", "uri=\"sip:other.example\"", "nonce=\"other\"")) {
      final var name = changed.substring(0, changed.indexOf('='));
      final var forged = sent.fieldValue().replaceAll("(?<=[ ,])" + name + "=[^,]+", changed);
      assertFalse(DigestCredentials.parse(forged).orElseThrow().fits(ha1, "REGISTER"), forged);
    }
    assertFalse(read.toString().contains(read.response()));
  }

  @ParameterizedTest
  @EnumSource
  void a_challenge_is_read_as_it_was_written(final DigestAlgorithm algorithm) {
    for (final var isStale : List.of(true, false)) {
      final var challenge = new DigestChallenge("a \"b\" \\", NONCE, algorithm, OPAQUE, isStale);
      assertEquals(Optional.of(challenge), DigestChallenge.parse(challenge.toString()));
    }
  }

  /// RFC 8760 section 2.4: the server's order is its preference.
  @Test
  void the_first_challenge_that_we_know_is_answered() {
    final var md5 = new DigestChallenge("r", "n", DigestAlgorithm.MD5, "", false);
    final var sha = new DigestChallenge("r", "n", DigestAlgorithm.SHA_256, "", false);
    final var unknown = sha.toString().replace("SHA-256", "SHA-512-256");
    assertEquals(
        Optional.of(sha), DigestChallenge.first(List.of(unknown, sha.toString(), md5.toString())));
    assertEquals(Optional.empty(), DigestChallenge.first(List.of(unknown, "Basic realm=\"r\"")));
  }

  @Test
  void without_an_algorithm_it_is_md5() {
    final var challenge =
        DigestChallenge.parse("digest realm=\"r\",nonce=\"n\" , qop=\"auth-int, auth\"");
    assertEquals(DigestAlgorithm.MD5, challenge.orElseThrow().algorithm());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Digest",
        "Digest ",
        "NoOneKnowsThisScheme opaque-data=here",
        "Digest realm=\"r\"",
        "Digest realm=\"r, nonce=\"n\", qop=\"auth\"",
        "Digest realm=\"r\", nonce=\"n\"",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=AKAv1-MD5",
        "Digest realm=\"r\", realm=\"s\", nonce=\"n\", qop=\"auth\"",
        "Digest realm=\"r\" nonce=\"n\", qop=\"auth\"",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth\",",
        "Digest =\"r\", nonce=\"n\", qop=\"auth\"",
        "Digest realm=\"r\\"
      })
  void what_is_no_challenge_is_none(final String value) {
    assertEquals(Optional.empty(), DigestChallenge.parse(value));
    assertEquals(Optional.empty(), DigestCredentials.parse(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nc=0000001",
        "nc=00000000",
        "nc=0000000g",
        "nc=000000001",
        "qop=auth-int",
        "qop=x"
      })
  void credentials_with_another_count_or_protection_are_none(final String changed) {
    final var challenge = new DigestChallenge("r", "n", DigestAlgorithm.MD5, "", false);
    final var good =
        DigestCredentials.answer(challenge, "u", "p", "OPTIONS", "sip:r", "c", 1).fieldValue();
    final var name = changed.substring(0, changed.indexOf('='));
    assertTrue(DigestCredentials.parse(good).isPresent());
    assertEquals(
        Optional.empty(), DigestCredentials.parse(good.replaceAll(name + "=[^,]+", changed)));
  }
}
