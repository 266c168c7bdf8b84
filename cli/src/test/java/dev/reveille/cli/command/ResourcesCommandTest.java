package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What the organisation is to clients of Azure Resource Manager: paths that can be pasted.
class ResourcesCommandTest {
  private static final String GUID = "11111111-2222-3333-4444-555555555555";
  private static final String PATH =
      "/subscriptions/"
          + GUID
          + "/resourceGroups/reveille/providers/Microsoft.Communication/"
          + "CommunicationServices/reveille";
  private static final String HUB =
      "/subscriptions/"
          + GUID
          + "/resourceGroups/reveille/providers/Microsoft.NotificationHubs/"
          + "namespaces/reveille/notificationHubs/phones";
  private static final String RESOURCE =
      "{'name':'reveille','group':'reveille','path':'"
          + PATH
          + "','apps':['phone'],'chat':false,'link':{'hub':'"
          + HUB
          + "','at':'127.0.0.1:8443','policy':'all','own':true,'moreThanSend':true,"
          + "'linkedAt':'2026-03-01T12:00:00Z','refused':'the hub phones is gone'}}";

  @AutoClose private final StubServer server = new StubServer();

  @Test
  void the_full_paths_stand_on_lines_of_their_own() {
    server.on(
        "GET /v1/resources",
        200,
        "{'subscription':'"
            + GUID
            + "','declared':[],'resources':["
            + RESOURCE
            + "],'hubs':[{'name':'phones','path':'"
            + HUB
            + "'}]}");
    assertEquals(
        """
        subscription %s
        resource reveille
          path         %s
          apps         phone
          carries      calls
          linked to    %s
          policy       all
          warning      the policy allows more than to send; one that sends only is enough
          refused      the hub phones is gone; link the hub again with a connection string of today
        hub phones
          path         %s
        """
            .formatted(GUID, PATH, HUB, HUB),
        server.out("resources"));
  }

  @Test
  void apps_are_bound_and_chat_is_switched() {
    server
        .on("PUT /v1/resources/reveille/apps/phone", 204, "")
        .on("DELETE /v1/resources/reveille/apps/phone", 204, "")
        .on("PATCH /v1/resources/reveille", 200, RESOURCE.replace("'chat':false", "'chat':true"));
    assertEquals(
        "phone is bound to reveille.\n", server.out("resources", "bind", "reveille", "phone"));
    assertEquals(
        "phone is bound no more.\n", server.out("resources", "unbind", "reveille", "phone"));
    assertTrue(
        server
            .out("resources", "set", "reveille", "--chat", "true")
            .contains("carries      calls, chat"));
    assertEquals(Json.read("{\"chat\":true}"), server.lastAsked().body());
  }

  @Test
  void subscriptions_of_azure_are_declared_and_taken_back() {
    server
        .on("PUT /v1/resources/subscriptions/" + GUID, 204, "")
        .on("DELETE /v1/resources/subscriptions/" + GUID, 204, "");
    assertEquals(GUID + " is declared.\n", server.out("resources", "subscriptions", "add", GUID));
    assertEquals(
        GUID + " is declared no more.\n", server.out("resources", "subscriptions", "remove", GUID));
    assertEquals(2, server.run("resources", "subscriptions", "take", GUID).exitCode());
  }
}
