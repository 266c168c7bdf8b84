package dev.reveille.push.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Credential;
import dev.reveille.simulators.apple.PushAuthority;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When credentials end.
final class CredentialExpiryTest {
  /// Ends on 2126-10-28.
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBdDCCARugAwIBAgIUeGwhUZkalSuaZq8ROrB6emb0kSAwCgYIKoZIzj0EAwIw
      DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEwNjMzMTBaGA8yMTI2MTAyODA2MzMx
      MFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIYg
      tkp3xaFPRMvqsqoZ6VSADlfQop+cSb8zyqDM6dUJ3K4Y7t14b83p4/pECJE3MfXO
      jcgd4H+SPMmvnnmhM6ujUzBRMB0GA1UdDgQWBBTiv7HvU0VxPMFILR/9m/VTz0jh
      rzAfBgNVHSMEGDAWgBTiv7HvU0VxPMFILR/9m/VTz0jhrzAPBgNVHRMBAf8EBTAD
      AQH/MAoGCCqGSM49BAMCA0cAMEQCIElPNnJCIes1U+hX99sBwtf8H/hnudPHbg92
      v+JdIN5FAiAJb0eomCEXMsAJiAspKCxosv5OlVKRTayroFw6uCEuIg==
      -----END CERTIFICATE-----
      """;

  @ParameterizedTest
  @CsvSource({
    "2027-01-31, 2027-01-31T00:00:00Z",
    "2027-01-31T12:00:00+02:00, 2027-01-31T10:00:00Z",
    "'', ",
    "next year, "
  })
  void a_dated_secret_ends_with_its_date(final String expires, final Instant end) {
    final var secret = new Credential.Wns("", "ms-app://s", "secret", expires, "", "");
    assertEquals(Optional.ofNullable(end), CredentialExpiry.of(secret));
  }

  @Test
  void a_certificate_ends_as_it_says_itself() {
    assertEquals(
        Optional.of(Instant.parse("2126-10-28T06:33:10Z")),
        CredentialExpiry.of(new Credential.Mpns(CERTIFICATE, "key")));
    assertEquals(Optional.empty(), CredentialExpiry.of(new Credential.Mpns("", "")));
    assertEquals(Optional.empty(), CredentialExpiry.of(new Credential.Mpns("no PEM", "")));
  }

  @Test
  void apples_certificate_ends_with_itself_whenever_those_end_that_issued_it() {
    final var authority = PushAuthority.make();
    final var end = Instant.parse("2127-01-01T00:00:00Z");
    final var own = authority.issue(Wish.universal("org.example.phone").during(Instant.EPOCH, end));
    assertEquals(
        Optional.of(end),
        CredentialExpiry.of(
            new Credential.ApnsCertificate(
                own.certificatePem() + CERTIFICATE, own.keyPem(), "", "", "")));
    assertEquals(
        Optional.of(Instant.parse("2126-10-28T06:33:10Z")),
        CredentialExpiry.of(new Credential.Mpns(own.certificatePem() + CERTIFICATE, "key")));
  }

  @Test
  void keys_have_no_end() {
    assertEquals(
        Optional.empty(),
        CredentialExpiry.of(new Credential.WebPush("public", "private", "mailto:a@b", false)));
  }
}
