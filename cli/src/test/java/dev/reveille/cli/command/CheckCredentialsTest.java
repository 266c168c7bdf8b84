package dev.reveille.cli.command;

import static dev.reveille.cli.command.CheckCommandTest.APP;
import static dev.reveille.cli.command.CheckCommandTest.ON;
import static dev.reveille.cli.command.CheckCommandTest.PHONE;
import static dev.reveille.cli.command.CheckCommandTest.finds;
import static dev.reveille.cli.command.CheckCommandTest.found;
import static dev.reveille.cli.command.CheckCommandTest.server;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Credentials that end or do not fit, and what the server itself finds.
class CheckCredentialsTest {
  @Test
  void a_certificate_that_ends_is_named_with_its_id() throws IOException {
    final var ends = Instant.now().plus(Duration.ofDays(6)).plusSeconds(60).toString();
    final String app =
        APP.replace(
            "'credentials'",
            "'accounts':[{'service':'apns','id':'old','expires':'" + ends + "'}],'credentials'");
    finds(
        "credential-ends",
        "The certificate for apns (old) ends " + ends + ", in 6 days.",
        app,
        PHONE.replaceAll("'addresses':\\[.*?\\]", "'addresses':[]"),
        ON);
  }

  @ParameterizedTest
  @CsvSource({"'', name no subject", "tel:+49301234, is tel:+49301234", "mailto:, is mailto:"})
  void keys_for_web_push_whose_operator_cannot_be_reached(final String subject, final String words)
      throws IOException {
    final String app =
        APP.replace(
            "'credentials'",
            "'accounts':[{'service':'webpush','publicKey':'k','subject':'"
                + subject
                + "'}],'credentials'");
    finds("vapid-subject", words, app, PHONE, ON);
    finds("vapid-subject", "webpush --subject mailto:ADDRESS", app, PHONE, ON);
  }

  @Test
  void channels_that_are_not_of_the_apps_identity() throws IOException {
    final String windows =
        "{'id':'i-2','app':'com.example.phone','platform':'windows','osMajor':11,'generation':'',"
            + "'users':['anna'],'attributes':{},'addresses':[{'service':'wns','channel':'single',"
            + "'origin':'https://db5.notify.windows.com','doubted':"
            + "{'since':'2026-03-01T12:00:00Z','code':'RV-220'}}],"
            + "'lastSeen':'2026-03-01T12:00:00Z'}";
    final String app =
        APP.replace(
            "'credentials':['apns']",
            "'accounts':[{'service':'wns','client':'ms-app://s-1'}],'credentials':['wns']");
    final String on = "{'identity':'global','values':{'microsoft':['true']}}";
    finds("wrong-identity", "Microsoft refuses 1 push address", app, windows, on);
    finds("wrong-identity", "apps credentials com.example.phone wns", app, windows, on);
  }

  @Test
  void what_the_server_itself_finds_is_told_with_its_weight() throws IOException {
    try (var server = server(APP, PHONE, ON)) {
      server.replace(
          "GET /v1/findings",
          200,
          "{'findings':[{'severity':'error','id':'proxy-unreachable','about':'http://p:1',"
              + "'sentence':'The proxy does not answer.','remedy':'Start it.'},"
              + "{'severity':'note','id':'sandbox-mixed','about':'com.example.phone',"
              + "'sentence':'Mixed up.','remedy':'Say it.'}]}");
      final var ran = found(server, "proxy-unreachable");
      assertTrue(ran.out().contains("WRONG  http://p:1: The proxy does not answer."), ran.out());
      assertTrue(ran.out().contains("note   com.example.phone: Mixed up."), ran.out());
      assertTrue(ran.out().endsWith("One mistake.\n"), ran.out());
    }
  }
}
