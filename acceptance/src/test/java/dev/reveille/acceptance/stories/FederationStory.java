package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home without keys, its edge and the publisher's clearing house, three processes of the
/// packaged server: a call rings through all of them, and what stops it is named (L0-11, L1-04,
/// L1-14).
final class FederationStory {
  @TempDir private Path folder;

  @Test
  void a_call_rings_on_a_phone_whose_token_only_the_clearing_house_knows_L1_04_L0_11_L1_14()
      throws Exception {
    try (var stage = new FederationStage(folder)) {
      assertTrue(
          stage.home.command("settings", "get", "mobility").contains("sip:push@push.lync.com"));
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
      assertEquals(List.of(), stage.home.apple.pushes(""));
      final var tries = settled(stage, stage.home.eventOf(call));
      assertEquals("handed-over", tries.getLast().get("outcome").asText(), tries::toString);
      refusedByASetting(stage, token);
      rejectedByTheFilter(stage, token);
      theEdgeFollowsHome(stage);
      eachStepHasItsVerdict(stage);
      assertEquals(before + 1, stage.house.apple.pushes(token).size(), "tests disturb no user");
    }
  }

  /// A setting that the edge acts on stops a call, and the trail at home names it.
  private static void refusedByASetting(final FederationStage stage, final String token)
      throws Exception {
    final int before = stage.house.apple.pushes(token).size();
    stage.home.command("federation", "domain", "remove", FederationStage.PUSH);
    assertFails(stage, "allowed-domain", "2003");
    final var stopped = stage.home.eventOf(stage.home.ring("anna", "call", false));
    final var words =
        AcrossProcesses.get(
            "the refusal",
            () -> {
              final var said = tries(stage, stopped).toString();
              return said.contains("RV-247") ? said : null;
            });
    assertTrue(words.contains("edge.contoso.example: The domain is not on the list"), words);
    assertEquals(before, stage.house.apple.pushes(token).size());
    stage.home.command("federation", "domain", "allow", FederationStage.PUSH);
    succeeds(stage);
  }

  /// While the IM filter is enabled and lists `http:` or `https:`, no push leaves, and the trail
  /// says so (L0-51, L0-53).
  private static void rejectedByTheFilter(final FederationStage stage, final String token)
      throws Exception {
    final int before = stage.house.apple.pushes(token).size();
    for (final var prefix : List.of("http:", "https:")) {
      stage.home.command("settings", "set", "im-filter", "enabled=true", "prefixes=" + prefix);
      final var rejected = stage.home.eventOf(stage.home.ring("anna", "call", false));
      final var last = settled(stage, rejected).getLast().toString();
      assertTrue(last.contains("RV-249") && last.contains("refused"), last);
    }
    assertEquals(before, stage.house.apple.pushes(token).size());
    stage.home.command("settings", "set", "im-filter", "enabled=false");
  }

  /// The settings live at home and the edge follows; what was set at the edge itself counts there,
  /// and both sides say so (L1-28).
  private static void theEdgeFollowsHome(final FederationStage stage) throws Exception {
    stage.edge.command("settings", "set", "access-edge", "allow-federated-users=false");
    assertFails(stage, "edge", "2001");
    for (final var server : List.of(stage.home, stage.edge)) {
      final var told =
          AcrossProcesses.get(
              "both values",
              () -> {
                final var said = server.check();
                return said.contains("edge-setting-differs") ? said : null;
              });
      assertTrue(
          told.contains("(allow-federated-users=false), which counts; home has")
              && told.contains("(allow-federated-users=true)"),
          told);
    }
    stage.edge.command("settings", "remove", "access-edge");
    succeeds(stage);
    assertFalse(stage.edge.check().contains("edge-setting-differs"));
  }

  private static void succeeds(final FederationStage stage) throws Exception {
    AcrossProcesses.get(
        "the test succeeds",
        () -> {
          try {
            return stage.home.command("test", "push");
          } catch (final IOException failed) {
            return null; // not yet
          }
        });
  }

  /// The synthetic test takes the real way: it succeeds, and names each thing that is broken, at
  /// last the edge itself (L0-12, L0-14, L0-15, L0-41, L0-47, L1-17).
  private static void eachStepHasItsVerdict(final FederationStage stage) throws Exception {
    final var good = stage.home.command("test", "push");
    assertTrue(good.contains("Result     : Success"), good);
    assertTrue(good.contains("TargetFqdn :"), good);
    assertTrue(
        stage
            .home
            .command("test", "federation", "--domain", FederationStage.PUSH)
            .contains("Result     : Success"));
    stage.home.command(
        "settings",
        "set",
        "mobility",
        "--site",
        "Redmond",
        "push-notification-proxy-uri=sip:push@push.else.example");
    assertFails(stage, "uri", "push.else.example");
    stage.home.command("settings", "remove", "mobility", "--site", "Redmond");
    for (final var prefix : List.of("http:", "https:")) {
      stage.home.command("settings", "set", "im-filter", "enabled=true", "prefixes=" + prefix);
      final var rejected = assertFails(stage, "filter", prefix);
      assertTrue(rejected.contains("Push Notification request was rejected."), rejected);
    }
    stage.home.command("settings", "set", "im-filter", "enabled=true", "prefixes=ftp:");
    assertTrue(stage.home.command("test", "push").contains("Result     : Success"));
    byItsProxy(stage);
    stage.house.stop();
    final var away = assertFails(stage, "clearing-house", "504");
    assertFalse(away.contains("Result"), away);
    stage.dns.remove(FederationStage.SRV);
    final var missing = assertFails(stage, "srv", FederationStage.SRV);
    assertTrue(missing.contains("IN SRV 0 0 5061 HOST."), missing);
    stage.edge.stop();
    assertFails(stage, "edge", "pool.contoso.example");
  }

  /// A partner whose proxy the operator named is reached there, at port 5061, without any SRV
  /// record (L1-13).
  private static void byItsProxy(final FederationStage stage) throws Exception {
    final var srv = FederationStage.SRV + " SRV 0 0 5061 " + FederationStage.HOUSE_HOST;
    stage.dns.remove(FederationStage.SRV);
    assertFails(stage, "srv", FederationStage.SRV);
    stage.home.command(
        "federation",
        "domain",
        "allow",
        FederationStage.PUSH,
        "--proxy",
        FederationStage.HOUSE_HOST);
    succeeds(stage);
    stage.home.command("federation", "domain", "remove", FederationStage.PUSH);
    stage.home.command("federation", "domain", "allow", FederationStage.PUSH);
    stage.dns.put(srv);
    succeeds(stage);
  }

  /// The test of the push fails at a step, and says why.
  ///
  /// @return what it printed
  private static String assertFails(
      final FederationStage stage, final String step, final String words) throws Exception {
    return AcrossProcesses.get(
        step + " fails",
        () -> {
          try {
            stage.home.command("test", "push");
            return null;
          } catch (final IOException failed) {
            final var said = String.valueOf(failed.getMessage());
            final boolean isNamed =
                said.lines().anyMatch(line -> line.matches(step + " +failed .*"));
            return isNamed && said.contains(words) ? said : null;
          }
        });
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
