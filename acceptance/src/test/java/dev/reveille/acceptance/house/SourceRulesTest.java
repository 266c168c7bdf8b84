package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceRulesTest {
  private static final int LONGEST = 500;
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "@Disabled|@Ignore|@(?:En|Dis)abled(?:If|On|For|In)|\\bassum(?:e|ing)[A-Z]\\w*\\("
              + "|\\bAssum(?:e|ptions)\\b|\\bTestAbortedException\\b|\\bTODO\\b|\\bFIXME\\b");

  /// Files that ask for the place of an enum constant, each with its reason. Places change when a
  /// constant is put between others: they must not reach a disk, a wire or a hash.
  private static final Map<String, String> MAY_COUNT_PLACES =
      Map.of(
          "storage/src/main/java/dev/reveille/storage/codec/StringTable.java",
          "finds a reason's number, which is that of its code, in an array in memory",
          "push/src/main/java/dev/reveille/push/apns/ApnsApp.java",
          "finds prepared headers in an array in memory",
          "simulators/src/main/java/dev/reveille/simulators/apple/PushHeaders.java",
          "finds a header of one request in an array in memory");

  /// Files that write numbers as the ids of events have them, each with its reason.
  private static final Map<String, String> MAY_COUNT_IN_BASE_36 =
      Map.of(
          "model/src/main/java/dev/reveille/model/EventIds.java",
          "spells the ids",
          "model/src/main/java/dev/reveille/model/Position.java",
          "spells places in an inbox, which plain ids are",
          "storage/src/main/java/dev/reveille/storage/sqlite/RecentKeys.java",
          "names files");

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void every_package_says_what_it_is_for_and_is_null_marked() {
    final var packages = new TreeSet<Path>();
    for (final var file : tree.files(".java")) {
      packages.add(file.resolveSibling("package-info.java"));
    }
    final var silent =
        packages.stream().filter(info -> !isIntroduced(info)).map(tree::name).toList();

    assertEquals(List.of(), silent);
  }

  @Test
  void no_java_file_is_longer_than_one_can_hold_in_the_head() {
    final var tooLong =
        tree.files(".java").stream()
            .filter(file -> SourceTree.read(file).lines().count() > LONGEST)
            .map(tree::name)
            .toList();

    assertEquals(List.of(), tooLong, "more than " + LONGEST + " lines: split by meaning");
  }

  @Test
  void no_test_can_be_left_out_and_nothing_is_left_for_later() {
    assertEquals(List.of(), occurrences(LEFT_OUT, tree.files(".java")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Disabled(\"later\")",
        "@Ignore",
        "@EnabledIf(\"isRoot\")",
        "@DisabledIf(\"isSlow\")",
        "@EnabledOnOs(OS.LINUX)",
        "@DisabledOnJre(JRE.JAVA_25)",
        "@EnabledForJreRange(min = JRE.JAVA_25)",
        "@DisabledInNativeImage",
        "@EnabledIfEnvironmentVariable(named = \"CI\", matches = \"1\")",
        "@DisabledIfSystemProperty(named = \"x\", matches = \"y\")",
        "assumeTrue(port > 0)",
        "assumeFalse(isWindows)",
        "assumeThat(x)",
        "assumingThat(x, () -> {})",
        "Assumptions.abort(\"no\")",
        "import static org.junit.jupiter.api.Assumptions.abort;",
        "throw new TestAbortedException();",
        "Assume.that(x > 0)",
        "// TODO later",
        "// FIXME"
      })
  void each_way_to_leave_a_test_out_is_known(final String line) {
    assertTrue(LEFT_OUT.matcher(line).find(), line);
  }

  @Test
  void the_place_of_an_enum_constant_is_used_only_where_the_list_says_why() {
    final var places = Pattern.compile("\\bordinal\\b|\\bvalues\\(\\)\\s*\\[");
    final var counting =
        tree.files(".java").stream()
            .filter(file -> tree.name(file).contains("/src/main/"))
            .filter(file -> places.matcher(SourceTree.read(file)).find())
            .map(tree::name)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(new TreeSet<>(MAY_COUNT_PLACES.keySet()), counting);
  }

  @Test
  void no_fault_is_printed_past_the_log() {
    assertEquals(
        List.of(), occurrences(Pattern.compile("printStackTrace\\(\\)"), tree.files(".java")));
  }

  @Test
  void nothing_names_a_folder_of_a_developers_machine() {
    final var texts =
        Stream.of(".java", ".md", ".xml", ".sh", ".properties", "/run", "/verify", "/reveille")
            .flatMap(ending -> tree.files(ending).stream())
            .toList();

    assertEquals(List.of(), occurrences(Pattern.compile("(?<![\\w.-])/(work|root)/"), texts));
  }

  /// In the package's main folder or, for a package of tests only, in its test folder.
  private boolean isIntroduced(final Path info) {
    final var inMain = Path.of(info.toString().replace("/src/test/", "/src/main/"));
    return Stream.of(info, inMain)
        .filter(Files::exists)
        .map(SourceTree::read)
        .anyMatch(text -> text.startsWith("///") && text.contains("@NullMarked\npackage "));
  }

  @Test
  void ids_of_events_are_spelled_in_one_place() {
    final var product =
        tree.files(".java").stream()
            .filter(file -> tree.name(file).matches("(model|routing|live|storage|protocols)/.*"))
            .filter(file -> tree.name(file).contains("/src/main/"))
            .filter(file -> !MAY_COUNT_IN_BASE_36.containsKey(tree.name(file)))
            .toList();

    assertEquals(List.of(), occurrences(Pattern.compile(", 36\\)|_RADIX"), product));
  }

  /// What it must know of a job comes with the work: so jobs that are no events go the same way.
  @Test
  void delivery_knows_no_event() {
    final var delivery =
        tree.files(".java").stream()
            .filter(file ->
                tree.name(file)
                    .matches("routing/src/main/.*/routing/(Delivery|Pushing|Trail|Work)\\.java"))
            .toList();

    assertEquals(4, delivery.size());
    assertEquals(List.of(), occurrences(Pattern.compile("\\.event\\(\\)"), delivery));
  }

  private List<String> occurrences(final Pattern pattern, final List<Path> files) {
    final var self =
        tree.resolve("acceptance/src/test/java/" + getClass().getName().replace('.', '/'));
    final var found = new ArrayList<String>();
    for (final var file : files) {
      if (file.toString().equals(self + ".java")) {
        continue; // it has to name what it forbids
      }
      var number = 0;
      for (final var line : SourceTree.read(file).lines().toList()) {
        number++;
        if (pattern.matcher(line).find()) {
          found.add(tree.name(file) + ":" + number + ": " + line.strip());
        }
      }
    }
    return found;
  }
}
