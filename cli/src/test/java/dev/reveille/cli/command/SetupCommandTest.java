package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The four tasks of pushing through a clearing house, on the command line.
class SetupCommandTest {
  @AutoClose private final StubServer server = new StubServer();

  private void settings(final String edge, final String allowed, final String push) {
    server.on(
        "GET /v1/settings/mobility/global",
        200,
        "{'effective':{'push-notification-proxy-uri':'sip:push@push.example'}}");
    server.on(
        "GET /v1/settings/access-edge/global",
        200,
        "{'effective':{'allow-federated-users':'" + edge + "'}}");
    server.on("GET /v1/settings/allowed-domains", 200, "{'settings':[" + allowed + "]}");
    server.on("GET /v1/settings/blocked-domains", 200, "{'settings':[]}");
    server.on("GET /v1/settings/hosting-providers", 200, "{'settings':[]}");
    server.on(
        "GET /v1/settings/push-notification/global", 200, "{'effective':{'apple':'" + push + "'}}");
  }

  @Test
  void a_fresh_server_lacks_all_four_and_each_has_its_command() {
    settings("false", "", "false");
    server.on("GET /v1/domains", 200, "{'domains':[]}");
    server.on(
        "POST /v1/tests/push",
        200,
        "{'error':'504','steps':[{'step':'edge','state':'failed','found':'no domain'}]}");
    final var told = server.run("setup", "push");
    assertEquals(1, told.exitCode());
    assertEquals(
        4, told.out().lines().filter(line -> line.contains("missing  ")).count(), told.out());
    for (final var command :
        new String[] {
          "reveille federation provider add NAME --proxy FQDN",
          "reveille domains add DOMAIN",
          "reveille settings set access-edge allow-federated-users=true",
          "reveille federation domain allow push.example",
          "reveille settings set push-notification apple=true google=true",
          "reveille test push"
        }) {
      assertTrue(told.out().contains("  " + command), told.out());
    }
  }

  @Test
  void where_all_is_done_nothing_is_missing() {
    settings("true", "{'identity':'push.example','effective':{'proxy-fqdn':''}}", "true");
    server.on("GET /v1/domains", 200, "{'domains':[{'domain':'contoso.example'}]}");
    server.on("POST /v1/tests/push", 200, "{'result':'Success','steps':[]}");
    final var told = server.run("setup", "push");
    assertEquals(0, told.exitCode());
    assertEquals(4, told.out().lines().filter(line -> line.contains("done  ")).count(), told.out());
    assertTrue(told.out().contains("the SRV record of push.example"), told.out());
    assertFalse(told.out().contains("What is missing"), told.out());
  }

  @Test
  void a_domain_with_a_proxy_is_named_though_the_test_fails() {
    settings(
        "true",
        "{'identity':'push.example','effective':{'proxy-fqdn':'edge.push.example'}}",
        "true");
    server.on("GET /v1/domains", 200, "{'domains':[{'domain':'contoso.example'}]}");
    server.on(
        "POST /v1/tests/push",
        200,
        "{'error':'504','steps':[{'step':'clearing-house','state':'failed','found':'no answer'}]}");
    final var told = server.run("setup", "push");
    assertEquals(1, told.exitCode());
    assertTrue(told.out().contains("the proxy edge.push.example"), told.out());
    assertTrue(told.out().contains("clearing-house: no answer"), told.out());
  }
}
