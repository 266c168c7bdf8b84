package dev.reveille.push.wns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Credential;
import dev.reveille.model.Reason;
import dev.reveille.push.windows.WindowsStage;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is wrong with credentials is said before anything is sent with them, with the field first.
final class WnsCredentialsTest {
  private static final String SID = "ms-app://s-1-15-2-1004590660-1403";
  private static final String ID = "9a2f4c6e-0000-4000-8000-1234567890ab";
  @AutoClose private static final WindowsStage stage = WnsStage.open();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "- | SID | secret | - | fine",
        "- | SID/ | secret | 2027-01-31 | fine",
        "- | SID | secret | 2027-01-31T12:00:00Z | fine",
        "ID | ID | secret | 2027-01-31T12:00:00+02:00 | fine",
        "example.onmicrosoft.com | ID | secret | - | fine",
        "- | s-1-15-2-17 | secret | - | client: must be the package SID",
        "- | ID | secret | - | client: is an application id of Entra, which needs its tenant",
        "ID | SID | secret | - | client: is a package SID of the Store",
        "ID | app | secret | - | client: must be the application (client) id",
        "common | ID | secret | - | tenant: must be the app's own, not common",
        "not/a/tenant | ID | secret | - | tenant: must be the directory",
        "- | SID | - | - | secret: must not be empty",
        "- | SID | has blank | - | secret: must have at most 1024 visible ASCII",
        "ID | ID | ID | - | secret: is a UUID",
        "- | SID | secret | tomorrow | expires: must be a date",
        "- | SID | secret | 2027-02-30 | expires: must be a date",
        "- | SID | secret | 2027-01-31T12:00:00 | expires: must be a date",
      })
  void mistakes_are_named(
      final String tenant,
      final String client,
      final String secret,
      final String expires,
      final String expected) {
    final var found =
        stage.sender.mistake(
            new Credential.Wns(
                filled(tenant), filled(client), filled(secret), filled(expires), "", ""));
    final var words = found.map(mistake -> mistake.words()).orElse("fine");
    assertTrue(words.startsWith(expected), words);
    assertTrue(found.stream().noneMatch(mistake -> mistake.words().contains("has blank")), words);
  }

  private static String filled(final String text) {
    return text == null ? "" : text.replace("SID", SID).replaceAll("^ID$", ID);
  }

  @Test
  void an_endpoint_is_one_that_the_operator_allows() {
    final var elsewhere = new Credential.Wns("", SID, "secret", "", "https://10.0.0.7", "");
    final var mistake = stage.sender.mistake(elsewhere).orElseThrow();
    assertEquals(Reason.PUSH_HOST_NOT_ALLOWED, mistake.why());
    assertTrue(mistake.words().startsWith("endpoint: "), mistake.words());
    assertEquals(
        Optional.empty(),
        stage.sender.mistake(new Credential.Wns("", SID, "secret", "", stage.tokens.url(), "")));
  }

  @Test
  void certificates_to_trust_are_read() {
    final var wrong = new Credential.Wns("", SID, "secret", "", "", "no certificate");
    assertTrue(stage.sender.mistake(wrong).orElseThrow().words().contains("certificates to trust"));
  }

  @Test
  void credentials_of_another_service_are_none() {
    assertEquals(
        "the credential is for mpns, not for wns",
        stage.sender.mistake(new Credential.Mpns("", "")).orElseThrow().words());
  }
}
