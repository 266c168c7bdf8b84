package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

class SourceRulesTest {
  private static final int LONGEST = 500;

  /// Files that may wait on a thread, each with its reason; `bench` paces its load and `cli` waits
  /// for its one user, so these two are not looked at.
  private static final Map<String, String> MAY_SLEEP =
      Map.of(
          "live/src/main/java/dev/reveille/live/http/HttpListener.java",
          "the thread that shuts down looks whether the connections have ended",
          "server/src/main/java/dev/reveille/server/CertificateWatch.java",
          "one virtual thread looks at the certificate files now and then");

  /// Files that ask for the place of an enum constant, each with its reason. Places change when a
  /// constant is put between others: they must not reach a disk, a wire or a hash.
  private static final Map<String, String> MAY_COUNT_PLACES =
      Map.of(
          "storage/src/main/java/dev/reveille/storage/codec/Words.java",
          "finds a reason's number, which is that of its code, in an array in memory",
          "push/src/main/java/dev/reveille/push/apns/AppState.java",
          "finds prepared headers in an array in memory",
          "push/src/main/java/dev/reveille/push/fcm/FcmApp.java",
          "finds the watch of a form in an array in memory",
          "simulators/src/main/java/dev/reveille/simulators/apple/PushHeaders.java",
          "finds a header of one request in an array in memory");

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void every_package_says_what_it_is_for_and_is_null_marked() {
    var packages = new TreeSet<Path>();
    for (var file : tree.files(".java")) {
      packages.add(file.resolveSibling("package-info.java"));
    }
    var silent = packages.stream().filter(info -> !isIntroduced(info)).map(tree::name).toList();

    assertEquals(List.of(), silent);
  }

  @Test
  void no_java_file_is_longer_than_one_can_hold_in_the_head() {
    var tooLong =
        tree.files(".java").stream()
            .filter(file -> SourceTree.read(file).lines().count() > LONGEST)
            .map(tree::name)
            .toList();

    assertEquals(List.of(), tooLong, "more than " + LONGEST + " lines: split by meaning");
  }

  @Test
  void no_test_can_be_left_out_and_nothing_is_left_for_later() {
    var words =
        Pattern.compile(
            "@Disabled|@Ignore|\\bassumeTrue\\b|\\bassumeThat\\b|\\bTODO\\b|\\bFIXME\\b");

    assertEquals(List.of(), occurrences(words, tree.files(".java")));
  }

  @Test
  void the_product_sleeps_on_a_thread_only_where_the_list_says_why() {
    var sleeps = Pattern.compile("Thread\\.sleep");
    var sleeping =
        tree.files(".java").stream()
            .filter(file -> tree.name(file).contains("/src/main/"))
            .filter(file -> !tree.name(file).matches("(bench|cli)/.*"))
            .filter(file -> sleeps.matcher(SourceTree.read(file)).find())
            .map(tree::name)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(new TreeSet<>(MAY_SLEEP.keySet()), sleeping);
  }

  @Test
  void the_place_of_an_enum_constant_is_used_only_where_the_list_says_why() {
    var places = Pattern.compile("\\bordinal\\b|\\bvalues\\(\\)\\s*\\[");
    var counting =
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
  void nothing_names_a_folder_of_somebodys_machine() {
    var texts =
        Stream.of(".java", ".md", ".xml", ".sh", ".properties", "/run", "/verify", "/reveille")
            .flatMap(ending -> tree.files(ending).stream())
            .toList();

    assertEquals(List.of(), occurrences(Pattern.compile("(?<![\\w.-])/(work|root)/"), texts));
  }

  /// In the package's main folder or, for a package of tests only, in its test folder.
  private boolean isIntroduced(final Path info) {
    var inMain = Path.of(info.toString().replace("/src/test/", "/src/main/"));
    return Stream.of(info, inMain)
        .filter(Files::exists)
        .map(SourceTree::read)
        .anyMatch(text -> text.startsWith("///") && text.contains("@NullMarked\npackage "));
  }

  private List<String> occurrences(final Pattern pattern, final List<Path> files) {
    var self = tree.resolve("acceptance/src/test/java/" + getClass().getName().replace('.', '/'));
    var found = new ArrayList<String>();
    for (var file : files) {
      if (file.toString().equals(self + ".java")) {
        continue; // it has to name what it forbids
      }
      var number = 0;
      for (var line : SourceTree.read(file).lines().toList()) {
        number++;
        if (pattern.matcher(line).find()) {
          found.add(tree.name(file) + ":" + number + ": " + line.strip());
        }
      }
    }
    return found;
  }
}
