package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home without keys, its edge and the publisher's clearing house, three processes of the
/// packaged server: a call rings through all of them, and what stops it is named.
final class FederationStory {
  @TempDir private Path folder;

  @Test
  void a_call_rings_on_a_phone_whose_token_only_the_clearing_house_knows_L1_04_L0_11()
      throws Exception {
    try (var stage = new FederationStage(folder)) {
      stage.federate();
      final var token = stage.house.apple.newToken(Theatre.APP + ".voip", false);
      final var handle = stage.handle(token, "voip");
      stage.home.call("PUT", "/v1/users/anna", Map.of());
      stage.home.device(
          "anna",
          Theatre.APP,
          Map.of("platform", "ios"),
          Map.of(
              "service",
              "apns",
              "channel",
              "voip",
              "handle",
              handle,
              "clearingHouse",
              FederationStage.PUSH));
      final int before = stage.house.apple.pushes(token).size();
      final var call = stage.home.ring("anna", "call", false);
      final var pushes =
          AcrossProcesses.get(
              "the ring",
              () -> {
                final var all = stage.house.apple.pushes(token);
                return all.size() > before ? all : null;
              });
      assertTrue(pushes.getLast().payload().contains(call), pushes.getLast().payload());
      assertEquals("voip", pushes.getLast().header("apns-push-type"));
      final var tries = settled(stage, stage.home.eventOf(call));
      assertEquals("handed-over", tries.getLast().get("outcome").asText(), tries::toString);

      // a setting of the edge stops the next call, and the trail at home names it
      stage.edge.command("federation", "domain", "remove", FederationStage.PUSH);
      final var stopped = stage.home.eventOf(stage.home.ring("anna", "call", false));
      final var words =
          AcrossProcesses.get(
              "the refusal",
              () -> {
                final var said = tries(stage, stopped).toString();
                return said.contains("RV-247") ? said : null;
              });
      assertTrue(words.contains("edge.contoso.example: The domain is not on the list"), words);
      assertEquals(before + 1, stage.house.apple.pushes(token).size());
      assertEquals(36, UUID.fromString(call).toString().length());
    }
  }

  private static List<JsonNode> tries(final FederationStage stage, final String event)
      throws Exception {
    return StreamSupport.stream(
            stage
                .home
                .call("GET", "/v1/events/" + event + "/trail", "")
                .at("/devices/0/tries")
                .spliterator(),
            false)
        .toList();
  }

  private static List<JsonNode> settled(final FederationStage stage, final String event)
      throws Exception {
    return AcrossProcesses.get(
        "the end of " + event,
        () ->
            stage
                    .home
                    .call("GET", "/v1/events/" + event + "/trail", "")
                    .at("/devices/0/settled")
                    .asBoolean()
                ? tries(stage, event)
                : null);
  }
}
