package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Tag;
import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import dev.reveille.protocols.notificationhubs.HubInstallation.SecondaryTile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InstallationJsonTest {
  static final HubInstallation WHOLE =
      new HubInstallation(
          "one",
          "ann",
          HubPlatform.WINDOWS,
          new PnsHandle.Single("https://w/?a=\"1\""),
          List.of(new Tag("a"), new Tag("b")),
          Map.of("k", "v"),
          Map.of(
              "t",
              new NamedTemplate(
                  "<toast/>", Map.of("X-WNS-Type", "wns/toast"), "$(e)", List.of(new Tag("c")))),
          Map.of(
              "tile",
              new SecondaryTile(
                  new PnsHandle.Single("https://w/2"),
                  List.of(new Tag("d")),
                  Map.of("u", new NamedTemplate("<tile/>", Map.of(), "", List.of())))));
  private static final ServerSet SET =
      new ServerSet(
          Instant.parse("9999-12-31T23:59:59.9999999Z"),
          Instant.parse("2026-11-20T10:00:00Z"),
          true);

  static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static HubInstallation read(final String json) {
    return InstallationJson.read(utf8(json), "one");
  }

  private static String written(final HubInstallation installation) {
    return new String(InstallationJson.write(installation, SET), StandardCharsets.UTF_8);
  }

  @Test
  void an_installation_is_written_exactly_so() {
    assertEquals(
        "{\"installationId\":\"one\",\"userId\":\"ann\",\"platform\":\"wns\","
            + "\"pushChannel\":\"https://w/?a=\\\"1\\\"\",\"pushChannelExpired\":true,"
            + "\"expirationTime\":\"9999-12-31T23:59:59.9999999Z\","
            + "\"lastUpdate\":\"2026-11-20T10:00:00.0000000Z\",\"tags\":[\"a\",\"b\"],"
            + "\"pushVariables\":{\"k\":\"v\"},\"templates\":{\"t\":{\"body\":\"<toast/>\","
            + "\"headers\":{\"X-WNS-Type\":\"wns/toast\"},\"expiry\":\"$(e)\",\"tags\":[\"c\"]}},"
            + "\"secondaryTiles\":{\"tile\":{\"pushChannel\":\"https://w/2\",\"tags\":[\"d\"],"
            + "\"templates\":{\"u\":{\"body\":\"<tile/>\"}}}}}",
        written(WHOLE));
  }

  @Test
  void what_is_written_is_read_and_what_the_hub_sets_is_passed_over() {
    assertEquals(WHOLE, read(written(WHOLE)));
    assertEquals(
        read("{\"platform\":\"apns\",\"pushChannel\":\"x\"}"),
        read(
            "{\"platform\":\"APNS\",\"pushChannel\":\"x\",\"expirationTime\":\"2026-11-20T10:00Z\","
                + "\"lastUpdate\":7,\"pushChannelExpired\":\"yes\",\"expiredPushChannel\":null,"
                + "\"new\":{\"a\":[]},\"tags\":null,\"templates\":null,\"userId\":null}"));
  }

  @Test
  void the_channel_of_a_browser_is_an_object_or_a_text_that_holds_one() {
    final var browser = new PnsHandle.Browser("https://b", "P", "A");
    final var object = "{\"endpoint\":\"https://b\",\"p256dh\":\"P\",\"auth\":\"A\"}";
    final var read = read("{\"platform\":\"browser\",\"pushChannel\":" + object + "}");
    assertEquals(browser, read.channel());
    assertEquals(
        read,
        read(
            "{\"platform\":\"browser\",\"pushChannel\":\"" + object.replace("\"", "\\\"") + "\"}"));
    assertTrue(written(read).contains("\"pushChannel\":" + object), "given back as an object");
  }

  @ParameterizedTest
  @EnumSource(HubPlatform.class)
  void each_platform_has_a_word_here_and_another_in_sends(final HubPlatform platform) {
    assertEquals(platform, HubPlatform.ofInstallation(platform.installationWord()).orElseThrow());
    assertEquals(platform, HubPlatform.ofFormat(platform.format()).orElseThrow());
  }

  @Test
  void fcm_is_another_word_for_gcm() {
    assertEquals(HubPlatform.GCM, HubPlatform.ofFormat("FCM").orElseThrow());
    assertEquals(HubPlatform.GCM, HubPlatform.ofInstallation("GCM").orElseThrow());
    assertEquals(HubPlatform.GCM, HubPlatform.ofInstallation("fcm").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "must be an object, not nothing <- ''",
        "must be an object, not a list <- []",
        "installationId: is \"two\" and not the one in the path <- {\"installationId\":\"two\"}",
        "platform: is missing; known are apns, fcmv1, gcm, wns, mpns, browser, adm, baidu, xiaomi"
            + " <- {}",
        "platform: is \"nokia\"; known are apns, fcmv1, gcm, wns, mpns, browser, adm, baidu, xiaomi"
            + " <- {\"platform\":\"nokia\"}",
        "platform: must be a text, not a number <- {\"platform\":7}",
        "pushChannel: is missing <- {\"platform\":\"apns\"}",
        "pushChannel: a handle has 1 to 4096 characters, not 0 <-"
            + " {\"platform\":\"apns\",\"pushChannel\":\"\"}",
        "pushChannel: must be a text, not an object <- {\"platform\":\"apns\",\"pushChannel\":{}}",
        "pushChannel: must hold endpoint, p256dh and auth; a handle has 1 to 4096 characters, not 0"
            + " <- {\"platform\":\"browser\",\"pushChannel\":{\"endpoint\":\"e\"}}",
        "pushChannel: must be an object, not a list <-"
            + " {\"platform\":\"browser\",\"pushChannel\":\"[]\"}",
        "platform: is there twice <- {\"platform\":\"apns\",\"platform\":\"apns\"}",
        "templates.a.body: is there twice <-"
            + " {\"platform\":\"apns\",\"templates\":{\"a\":{\"body\":\"x\",\"body\":\"x\"}}}",
        "templates.a.body: is missing <-"
            + " {\"platform\":\"apns\",\"pushChannel\":\"x\",\"templates\":{\"a\":{}}}",
        "tags: must be a list of texts, not a text <-"
            + " {\"platform\":\"apns\",\"pushChannel\":\"x\",\"tags\":\"a\"}",
        "tag \"a b\": a tag must hold letters, digits and _ @ # . : - only; character 2 is another"
            + " <- {\"platform\":\"apns\",\"pushChannel\":\"x\",\"tags\":[\"a b\"]}",
        "pushVariables: must be an object of texts <-"
            + " {\"platform\":\"apns\",\"pushChannel\":\"x\",\"pushVariables\":{\"a\":1}}",
        "secondaryTiles.t: must be an object, not a number <- {\"platform\":\"apns\","
            + "\"pushChannel\":\"x\",\"secondaryTiles\":{\"t\":1}}",
      })
  void a_mistake_is_named(final String complaint, final String json) {
    final var refused = assertThrows(HubRefused.class, () -> read(json));
    assertEquals(400, refused.problem().status());
    assertEquals(complaint, refused.problem().detail());
  }

  @Test
  void limits_are_told() {
    final var tags =
        IntStream.range(0, 61).mapToObj(n -> "\"t" + n + "\"").collect(Collectors.joining(","));
    final var refused =
        assertThrows(
            HubRefused.class,
            () -> read("{\"platform\":\"apns\",\"pushChannel\":\"x\",\"tags\":[" + tags + "]}"));
    assertEquals("there are 61 tags; at most 60 are taken", refused.problem().detail());
    assertThrows(
        HubRefused.class,
        () -> InstallationJson.read(utf8("{}"), "i".repeat(HubInstallation.LONGEST_NAME + 1)));
    assertThrows(HubRefused.class, () -> read("[".repeat(10_000)));
  }
}
