package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home without keys, its edge and the publisher's clearing house, three processes of the
/// packaged server: a call rings through all of them, and what stops it is named (L0-11, L1-04,
/// L1-14).
final class FederationStory {
  private static final String RIGHT = "right.password";
  private static final String WRONG = "wrong.password";

  @TempDir private Path folder;

  @Test
  void a_call_rings_on_a_phone_whose_token_only_the_clearing_house_knows_L1_04_L0_11_L1_14()
      throws Exception {
    try (var stage = new FederationStage(folder)) {
      assertTrue(
          stage.home.command("settings", "get", "mobility").contains("sip:push@push.lync.com"));
      stage.federate();
      final var token = phoneOfAnna(stage);
      final int before = stage.house.apple.pushes(token).size();
      final var call = rings(stage, token);
      final var push = stage.house.apple.pushes(token).getLast();
      assertTrue(push.payload().contains(call), push.payload());
      assertEquals("voip", push.header("apns-push-type"));
      assertEquals(List.of(), stage.home.apple.pushes(""));
      final var tries = settled(stage, stage.home.eventOf(call));
      assertEquals("handed-over", tries.getLast().get("outcome").asText(), tries::toString);
      refusedByASetting(stage, token);
      rejectedByTheFilter(stage, token);
      theEdgeFollowsHome(stage);
      assertEquals(before + 2, stage.house.apple.pushes(token).size());
    }
  }

  @Test
  void a_publisher_limits_what_its_clearing_house_takes() throws Exception {
    try (var stage = new FederationStage(folder)) {
      stage.federate();
      final var token = phoneOfAnna(stage);
      rings(stage, token);
      beyondTheQuota(stage, token);
      clearContentRefused(stage, token);
    }
  }

  @Test
  void tests_of_the_ways_say_at_which_step_they_end_and_disturb_no_user() throws Exception {
    try (var stage = new FederationStage(folder)) {
      stage.federate();
      final var token = stage.house.apple.newToken(Theatre.APP + ".voip", false);
      assertFalse(stage.handle(token, "voip").isEmpty());
      final int before = stage.house.apple.pushes(token).size();
      stage.home.call("PUT", "/v1/users/anna", Map.of());
      aPhoneSignsInThroughTheEdge(stage);
      eachStepHasItsVerdict(stage);
      assertEquals(before, stage.house.apple.pushes(token).size());
    }
  }

  /// A phone of which home knows no version and a handle for calls alone.
  ///
  /// @return its token, which only the clearing house knows
  private static String phoneOfAnna(final FederationStage stage) throws Exception {
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
    return token;
  }

  /// @return the call, whose push arrived at Apple
  private static String rings(final FederationStage stage, final String token) throws Exception {
    final int before = stage.house.apple.pushes(token).size();
    final var call = stage.home.ring("anna", "call", false);
    return AcrossProcesses.get(
        "the ring", () -> stage.house.apple.pushes(token).size() > before ? call : null);
  }

  /// The clearing house takes one push a minute: the second is refused, which both sides show.
  private static void beyondTheQuota(final FederationStage stage, final String token)
      throws Exception {
    final var shown = stage.house.command("federation", "quota");
    assertTrue(shown.lines().anyMatch(line -> line.matches("contoso.example .* 1 +0")), shown);
    final var told = stage.home.command("federation", "quota");
    assertTrue(told.contains("push.example"), told);
    final var identity = "partner:contoso.example:" + Theatre.APP;
    stage.house.command(
        "settings", "set", "push-quota", "per-minute=1", "burst=1", "--identity", identity);
    final int before = stage.house.apple.pushes(token).size();
    rings(stage, token);
    final var second = stage.home.eventOf(stage.home.ring("anna", "call", false));
    final var words =
        AcrossProcesses.get(
            "the refusal",
            () -> {
              final var said = tries(stage, second).toString();
              return said.contains("(2060)") ? said : null;
            });
    assertTrue(words.contains("The partner has used up its quota"), words);
    assertEquals(before + 1, stage.house.apple.pushes(token).size());
    final var said = stage.home.command("federation", "quota");
    assertTrue(
        said.lines().anyMatch(line -> line.matches("push.example .* 1 +0 +0 +[1-9] .*")), said);
    stage.house.command("settings", "remove", "push-quota", "--identity", identity);
  }

  /// The publisher takes sealed content only, and then takes all again: the next call rings.
  private static void clearContentRefused(final FederationStage stage, final String token)
      throws Exception {
    final var identity = "app:" + Theatre.APP;
    stage.house.command(
        "settings", "set", "push-content", "sealed-only=true", "--identity", identity);
    final var refused = stage.home.eventOf(stage.home.ring("anna", "call", false));
    final var tries = settled(stage, refused).toString();
    assertTrue(tries.contains("(2061)"), tries);
    stage.house.command("settings", "remove", "push-content", "--identity", identity);
    rings(stage, token);
  }

  /// A setting that the edge acts on stops a call, and the trail at home names it; the call rings
  /// when the setting is mended, since it still lasts.
  private static void refusedByASetting(final FederationStage stage, final String token)
      throws Exception {
    final int before = stage.house.apple.pushes(token).size();
    stage.home.command("federation", "domain", "remove", FederationStage.PUSH);
    assertFails(stage, "allowed-domain", "2003");
    final var call = stage.home.ring("anna", "call", false);
    final var stopped = stage.home.eventOf(call);
    final var words =
        AcrossProcesses.get(
            "the refusal",
            () -> {
              final var said = tries(stage, stopped).toString();
              return said.contains("RV-247") ? said : null;
            });
    assertTrue(words.contains("edge.contoso.example: The domain is not on the list"), words);
    assertEquals(before, stage.house.apple.pushes(token).size());
    stage.allow(stage.home, FederationStage.PUSH);
    final var late =
        AcrossProcesses.get(
            "the call that waited rings",
            () -> {
              final var all = stage.house.apple.pushes(token);
              return all.size() > before ? all.getLast().payload() : null;
            });
    assertTrue(late.contains(call), late);
  }

  /// While the IM filter is enabled and lists `http:` or `https:`, no push leaves, and the trail
  /// says so (L0-51, L0-53).
  private static void rejectedByTheFilter(final FederationStage stage, final String token)
      throws Exception {
    final int before = stage.house.apple.pushes(token).size();
    for (final var prefix : List.of("http:", "https:")) {
      stage.set(stage.home, "im-filter", Map.of("enabled", true, "prefixes", List.of(prefix)));
      final var rejected = stage.home.eventOf(stage.home.ring("anna", "call", false));
      final var last = settled(stage, rejected).getLast().toString();
      assertTrue(last.contains("RV-249") && last.contains("refused"), last);
    }
    assertEquals(before, stage.house.apple.pushes(token).size());
    stage.set(stage.home, "im-filter", Map.of("enabled", false));
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
          final var report = stage.home.call("POST", "/v1/tests/push", Map.of());
          return report.path("result").asText().equals("Success") ? report : null;
        });
  }

  /// The synthetic test takes the real way: it succeeds, and names each thing that is broken, at
  /// last the edge itself (L0-12, L0-14, L0-15, L0-41, L0-47, L1-17).
  private void eachStepHasItsVerdict(final FederationStage stage) throws Exception {
    byItsProxy(stage);
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
    aDeadKeyOfTheClearingHouseIsNamed(stage);
    stage.house.stop();
    final var away = assertFails(stage, "clearing-house", "504");
    assertFalse(away.contains("\"result\""), away);
    stage.dns.remove(FederationStage.SRV);
    assertFails(stage, "srv", FederationStage.SRV);
    final var missing = pushTest(stage);
    assertTrue(missing.lines().anyMatch(line -> line.matches("srv +failed .*")), missing);
    assertFalse(missing.contains("Result"), missing);
    assertTrue(missing.contains("IN SRV 0 0 5061 HOST."), missing);
    stage.edge.stop();
    assertFails(stage, "edge", "pool.contoso.example");
    final var stopped = edgeTest(stage, RIGHT);
    assertTrue(stopped.lines().anyMatch(line -> line.matches("edge +failed .*")), stopped);
    assertFalse(stopped.contains("Result"), stopped);
    assertTrue(stopped.contains("504"), stopped);
  }

  /// The edge test with the right password, a wrong one and a pool that there is not.
  private void aPhoneSignsInThroughTheEdge(final FederationStage stage) throws Exception {
    Files.writeString(folder.resolve(RIGHT), "correct horse\n");
    Files.writeString(folder.resolve(WRONG), "wrong horse\n");
    stage.home.command("users", "password", "anna", "--file", folder.resolve(RIGHT).toString());
    final var good = edgeTest(stage, RIGHT);
    assertTrue(good.contains("Result     : Success"), good);
    final var wrong = edgeTest(stage, WRONG);
    assertTrue(wrong.contains("Result     : Failure"), wrong);
    assertTrue(wrong.contains("Error      : 401 Unauthorized"), wrong);
    assertTrue(wrong.lines().anyMatch(line -> line.matches("credentials +failed .*")), wrong);
    assertTrue(wrong.contains("Found by pool.contoso.example (2042)"), wrong);
    final var pool = edgeTest(stage, RIGHT, "--pool", "pool2.contoso.example");
    assertTrue(pool.contains("is no pool of the topology"), pool);
  }

  /// What the edge test prints, whatever it finds.
  private String edgeTest(final FederationStage stage, final String file, final String... more)
      throws Exception {
    final var words =
        new ArrayList<>(List.of("test", "edge", "--user", "sip:anna@contoso.example"));
    words.addAll(List.of("--password-file", folder.resolve(file).toString()));
    words.addAll(List.of(more));
    try {
      return stage.home.command(words.toArray(String[]::new));
    } catch (final IOException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  /// A partner whose proxy the operator named is reached there, at port 5061, without any SRV
  /// record (L1-13). There is no connection yet that could be used again.
  private static void byItsProxy(final FederationStage stage) throws Exception {
    final var srv = FederationStage.SRV + " SRV 0 0 5061 " + FederationStage.HOUSE_HOST;
    stage.dns.remove(FederationStage.SRV);
    assertFails(stage, "srv", FederationStage.SRV);
    stage.home.command("federation", "domain", "remove", FederationStage.PUSH);
    stage.home.command(
        "federation",
        "domain",
        "allow",
        FederationStage.PUSH,
        "--proxy",
        FederationStage.HOUSE_HOST);
    succeeds(stage);
    stage.home.command("federation", "domain", "remove", FederationStage.PUSH);
    stage.allow(stage.home, FederationStage.PUSH);
    stage.dns.put(srv);
    succeeds(stage);
  }

  /// A key that Apple took back is named by app and service, and the way itself is still good; when
  /// another one is kept, the next test asks anew.
  private static void aDeadKeyOfTheClearingHouseIsNamed(final FederationStage stage)
      throws Exception {
    stage.house.revokeKey(Theatre.APP);
    final var dead = pushTest(stage, "--platform");
    assertTrue(dead.contains("Result     : Failure"), dead);
    assertTrue(dead.lines().anyMatch(line -> line.matches("platform +failed .*")), dead);
    assertTrue(dead.contains("default of app " + Theatre.APP + " for apns is not taken"), dead);
    assertTrue(pushTest(stage).contains("Result     : Success"));
    stage.house.app(Theatre.APP);
    final var works = "app=%s;service=apns;credential=default;verdict=works".formatted(Theatre.APP);
    final var mended = pushTest(stage, "--platform");
    assertTrue(mended.contains("Result     : Success") && mended.contains(works), mended);
  }

  /// What the test of the push prints, whatever it finds.
  private static String pushTest(final FederationStage stage, final String... more)
      throws Exception {
    final var words = new ArrayList<>(List.of("test", "push"));
    words.addAll(List.of(more));
    try {
      return stage.home.command(words.toArray(String[]::new));
    } catch (final IOException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  /// The test of the push fails at a step, and says why.
  ///
  /// @return what it printed
  private static String assertFails(
      final FederationStage stage, final String step, final String words) throws Exception {
    return AcrossProcesses.get(
        step + " fails",
        () -> {
          final var report = stage.home.call("POST", "/v1/tests/push", Map.of());
          final boolean isNamed =
              StreamSupport.stream(report.get("steps").spliterator(), false)
                  .filter(each -> each.get("state").asText().equals("failed"))
                  .map(each -> each.get("step").asText())
                  .toList()
                  .equals(List.of(step));
          final var said = report.toString();
          return isNamed && said.contains(words) ? said : null;
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
