package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Tag;
import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallationPatchTest {
  private static final HubInstallation WHOLE = InstallationJsonTest.WHOLE;

  private static InstallationPatch patch(final String json) {
    return InstallationPatch.read(InstallationJsonTest.utf8(json.replace('\'', '"')));
  }

  private static String op(final String op, final String path, final String value) {
    return "{'op':'"
        + op
        + "','path':'"
        + path
        + "'"
        + (op.equals("remove") ? "" : ",'value':'" + value.replace("\"", "\\\"") + "'")
        + "}";
  }

  private static HubInstallation patched(final String op, final String path, final String value) {
    return patch("[" + op(op, path, value) + "]").apply(WHOLE);
  }

  private static String tags(final HubInstallation installation) {
    return HubTags.list(installation.tags());
  }

  @Test
  void tags_are_added_to_a_set_and_removed_by_what_they_say() {
    assertEquals("a,b,c", tags(patched("add", "/tags", "c")));
    assertEquals("a,b", tags(patched("add", "/tags", "A")), "it is there");
    assertEquals("a,b,c,d", tags(patched("add", "/tags", "[\"c\", \"d\", \"A\"]")));
    assertEquals("b", tags(patched("remove", "/tags/A", "")));
    assertEquals("a,b", tags(patched("remove", "/tags/0", "")), "that is no place");
    assertEquals("x", tags(patched("replace", "/tags", "x")));
    assertEquals("", tags(patched("remove", "/tags", "")));
    final var none =
        patch("[" + op("remove", "/tags/a", "") + "," + op("remove", "/tags/b", "") + "]")
            .apply(WHOLE);
    final var set = new ServerSet(java.time.Instant.EPOCH, java.time.Instant.EPOCH, false);
    final var written =
        new String(InstallationJson.write(none, set), java.nio.charset.StandardCharsets.UTF_8);
    assertFalse(written.substring(0, written.indexOf("templates")).contains("tags"), written);
  }

  @Test
  void tags_that_grow_far_beyond_what_is_taken_end_the_patch_on_the_way() {
    final var steps = new StringBuilder("[");
    for (int i = 0; i < 18; i++) {
      final var words = new StringBuilder();
      for (int tag = 0; tag < HubTags.MOST; tag++) {
        words.append(tag == 0 ? "" : ",").append("\"t").append(i * 100 + tag).append('"');
      }
      steps.append(op("add", "/tags", "[" + words + "]")).append(',');
    }
    steps.append(op("replace", "/tags", "few")).append(']');
    final var patch = patch(steps.toString());
    assertThrows(HubRefused.class, () -> patch.apply(WHOLE));
  }

  @Test
  void channel_and_user_are_replaced() {
    assertEquals(new PnsHandle.Single("n"), patched("replace", "/pushChannel", "n").channel());
    assertEquals("bob", patched("add", "/userId", "bob").userId());
    assertEquals("bob", patched("Replace", "/userid", "bob").userId());
    assertEquals("", patched("remove", "/userId", "").userId());
    assertEquals(List.of(new PnsHandle.Single("n")), named("add", "/pushChannel"));
    assertEquals(
        List.of(new PnsHandle.Single("n")), named("replace", "/secondaryTiles/tile/pushChannel"));
    assertEquals(List.of(), named("add", "/tags"));
    assertEquals(List.of(), named("add", "/secondaryTiles/tile/tags"));
  }

  private static List<PnsHandle> named(final String op, final String path) {
    final var patch = patch("[" + op(op, path, "n") + "]");
    return patch.channels(patch.apply(WHOLE));
  }

  @Test
  void the_channel_of_a_browser_is_json_in_a_text() {
    final var browser =
        new HubInstallation(
            "b",
            "",
            HubPlatform.BROWSER,
            new PnsHandle.Browser("e", "p", "a"),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of());
    final var value = "{\"endpoint\":\"x\",\"p256dh\":\"y\",\"auth\":\"z\"}";
    assertEquals(
        new PnsHandle.Browser("x", "y", "z"),
        patch("[" + op("replace", "/pushChannel", value) + "]").apply(browser).channel());
  }

  @Test
  void templates_are_set_as_a_whole_and_in_parts() {
    final var added = patched("add", "/templates/n~1~0", "{\"body\":\"{}\",\"tags\":[\"q\"]}");
    assertEquals(Set.of("t", "n/~"), added.templates().keySet());
    assertEquals(
        new NamedTemplate("{}", Map.of(), "", List.of(new Tag("q"))), added.templates().get("n/~"));
    assertEquals(Map.of(), patched("remove", "/templates/t", "").templates());
    assertEquals("B", template(patched("replace", "/templates/t/body", "B")).body());
    assertEquals(
        Map.of("h", "1"),
        template(patched("replace", "/templates/t/headers", "{\"h\":\"1\"}")).headers());
    assertEquals(Map.of(), template(patched("remove", "/templates/t/headers", "")).headers());
    assertEquals("1", template(patched("add", "/templates/t/expiry", "1")).expiry());
    assertEquals("", template(patched("remove", "/templates/t/expiry", "")).expiry());
    assertEquals("c,x", HubTags.list(template(patched("add", "/templates/t/tags", "x")).tags()));
    assertEquals("", HubTags.list(template(patched("remove", "/templates/t/tags/C", "")).tags()));
  }

  private static NamedTemplate template(final HubInstallation installation) {
    return java.util.Objects.requireNonNull(installation.templates().get("t"));
  }

  @Test
  void tiles_are_patched_one_level_down() {
    final var tile = "/secondaryTiles/tile";
    assertEquals(
        new PnsHandle.Single("n"), tile(patched("replace", tile + "/pushChannel", "n")).channel());
    assertEquals("d,x", HubTags.list(tile(patched("add", tile + "/tags", "x")).tags()));
    assertEquals("", HubTags.list(tile(patched("remove", tile + "/tags/d", "")).tags()));
    assertEquals(
        Set.of("u", "v"),
        tile(patched("add", tile + "/templates/v", "{\"body\":\"b\"}")).templates().keySet());
    assertEquals(Map.of(), tile(patched("remove", tile + "/templates/u", "")).templates());
    assertEquals(
        "B",
        java.util.Objects.requireNonNull(
                tile(patched("add", tile + "/templates/u/body", "B")).templates().get("u"))
            .body());
    assertEquals(Map.of(), patched("remove", tile, "").secondaryTiles());
    assertEquals(
        Set.of("tile", "new"),
        patched("add", "/secondaryTiles/new", "{\"pushChannel\":\"c\"}").secondaryTiles().keySet());
  }

  private static HubInstallation.SecondaryTile tile(final HubInstallation installation) {
    return java.util.Objects.requireNonNull(installation.secondaryTiles().get("tile"));
  }

  @Test
  void to_remove_what_is_not_there_changes_nothing() {
    for (final var path : List.of("/tags/z", "/templates/z", "/secondaryTiles/z")) {
      assertEquals(WHOLE, patched("remove", path, ""));
    }
    assertEquals(WHOLE, patch("[]").apply(WHOLE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "must be a list of operations, not an object <- {}",
        "[0]: must be an object, not a text <- ['x']",
        "[0].op: is missing <- [{}]",
        "[0].op: must be add, remove or replace <- [{'op':'move','path':'/tags'}]",
        "[0].path: is missing <- [{'op':'add'}]",
        "[0].path: must begin with a slash <- [{'op':'add','path':'tags','value':'a'}]",
        "[0].value: is missing <- [{'op':'add','path':'/tags'}]",
        "[0].value: must be a text, not a list <- [{'op':'add','path':'/tags','value':['a']}]",
        "[0].op: is there twice <- [{'op':'add','op':'add'}]",
      })
  void a_body_that_is_no_patch_is_refused(final String complaint, final String json) {
    final var refused = assertThrows(HubRefused.class, () -> patch(json));
    assertEquals(complaint, refused.problem().detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "[1].path: / cannot be set; known are <- add /",
        "[1].path: /platform cannot be set; known are <- replace /platform",
        "[1].path: /installationId cannot be removed; known are <- remove /installationId",
        "[1].path: /pushChannel cannot be removed; known are <- remove /pushChannel",
        "[1].path: /pushVariables/k cannot be set; known are <- add /pushVariables/k",
        "[1].path: /tags/- cannot be set; known are <- add /tags/-",
        "[1].path: /tags/a/b cannot be removed; known are <- remove /tags/a/b",
        "[1].path: /templates cannot be removed; known are <- remove /templates",
        "[1].path: /templates/t/other cannot be set; known are <- add /templates/t/other",
        "[1].path: /templates/t/body cannot be removed; known are <- remove /templates/t/body",
        "[1].path: /templates/t/headers/h cannot be set; <- add /templates/t/headers/h",
        "[1].path: there is no template z <- add /templates/z/body",
        "[1].path: there is no secondary tile z <- add /secondaryTiles/z/tags",
        "[1].path: /secondaryTiles cannot be set; <- add /secondaryTiles",
        "[1].path: /secondaryTiles/tile/userId cannot be set; <- add /secondaryTiles/tile/userId",
        "[1].path: must have 1 to 200 characters, not 0 <- add /templates/",
        "[1].value: not JSON <- add /templates/t",
        "[1].value: not JSON <- add /templates/t/headers",
        "pushChannel: is missing <- add /secondaryTiles/n",
      })
  void a_refused_patch_leaves_nothing(final String complaint, final String operation) {
    final var words = operation.split(" ");
    final var value = words[1].equals("/secondaryTiles/n") ? "{}" : "x";
    final var patch =
        patch("[" + op("remove", "/tags/a", "") + "," + op(words[0], words[1], value) + "]");
    final var before = InstallationJsonTest.WHOLE.toString();
    final var refused = assertThrows(HubRefused.class, () -> patch.apply(WHOLE));
    assertEquals(400, refused.problem().status());
    assertTrue(refused.problem().detail().startsWith(complaint), refused.problem().detail());
    assertEquals(before, WHOLE.toString());
    assertSame(InstallationJsonTest.WHOLE, WHOLE);
  }

  @Test
  void limits_are_those_of_the_result() {
    final var sixty =
        IntStream.range(0, 60).mapToObj(n -> "\"t" + n + "\"").collect(Collectors.joining(","));
    final var more = op("add", "/tags", "[" + sixty + "]");
    final var refused = assertThrows(HubRefused.class, () -> patch("[" + more + "]").apply(WHOLE));
    assertEquals("there are 62 tags; at most 60 are taken", refused.problem().detail());
    final var less = op("remove", "/tags/a", "") + "," + op("remove", "/tags/b", "");
    assertEquals(60, patch("[" + more + "," + less + "]").apply(WHOLE).tags().size());
    final var many =
        IntStream.range(0, 1_001)
            .mapToObj(_ -> op("remove", "/userId", ""))
            .collect(Collectors.joining(",", "[", "]"));
    assertThrows(HubRefused.class, () -> patch(many));
  }
}
