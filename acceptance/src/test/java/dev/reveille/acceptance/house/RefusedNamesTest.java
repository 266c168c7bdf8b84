package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that a stranger understands: the trade's terms for types, an actor as the subject of a
/// sentence, and one meaning for each file name.
class RefusedNamesTest {
  /// Names that types had, each of which says less than the trade's term.
  private static final Set<String> REFUSED =
      Set.of(
          "Letter",
          "Kept",
          "Sight",
          "Look",
          "Looks",
          "FilledLooks",
          "Gate",
          "Gates",
          "Rows",
          "Returns",
          "MarksSaid",
          "Rehearsal",
          "Heard",
          "Suspicion",
          "Fresh",
          "Folder",
          "Fold",
          "Doorkeeper",
          "KeyHolder",
          "Circumstances",
          "Fanout",
          "FanOuts",
          "What",
          "Tried",
          "LeftOver",
          "OfOneClaim",
          "Telling",
          "Handed",
          "Payer",
          "Tended",
          "Keeper",
          "Crowd",
          "Weather",
          "LiveDoor",
          "PhoneSide",
          "Durably",
          "InTurn",
          "Beginning",
          "Nobody",
          "Farewell",
          "Surroundings",
          "FrameEar");

  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^[^\\n/*\"]*\\b(?:class|interface|record|enum) (\\w+)\\b(?=[^\\n]*[{(<])");

  /// Words that hide who acts: a device, a sender, an operator, a user, a caller of a method.
  private static final Pattern NO_ACTOR =
      Pattern.compile(
          "\\b(?:(?:some|every|any)(?:body|one)|nobody|no one|who(?:so)?ever)(?:'s)?\\b",
          Pattern.CASE_INSENSITIVE);

  /// Images that stood for a part or an effect which has a name in the trade.
  private static final Pattern IMAGE =
      Pattern.compile(
          "\\b(?:the heart|at the door|last words|(?:one|a) breath|knock(?:s|ed)?"
              + "|impatient|worthless|own mind|the ear|starts? (?:fell|that fell))\\b",
          Pattern.CASE_INSENSITIVE);

  /// The comment of a line: behind code, in which texts are skipped, or in a block of comments.
  private static final Pattern COMMENT =
      Pattern.compile(
          "^(?:[^\"'/]++|\"(?:[^\"\\\\]++|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)'|[\"']|/(?![/*]))*+(/[/*].*)|^\\s+(\\*"
              + " .*)");

  /// Code in a page: what stands there is on the wire, as the field `nobody` of a trail is.
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  /// Pages made of texts that the API answers with, which change with the API alone.
  private static final Set<String> ANSWERS_OF_THE_API = Set.of("docs/reasons.md");

  /// May occur in each module, with the same meaning everywhere.
  private static final Set<String> MAY_OCCUR_TWICE = Set.of("Main.java", "package-info.java");

  private final SourceTree tree = SourceTree.ofThisBuild();

  private static List<String> refusedTypes(final String source) {
    return TYPE.matcher(source)
        .results()
        .map(type -> type.group(1))
        .filter(REFUSED::contains)
        .toList();
  }

  @Test
  void no_type_has_a_name_that_was_given_up() {
    final var found = new ArrayList<String>();
    for (final var file : tree.files(".java")) {
      for (final var name : refusedTypes(SourceTree.read(file))) {
        found.add(tree.name(file) + ": " + name);
      }
    }

    assertEquals(List.of(), found, "the trade has a word for it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "final class Gate {",
        "public sealed interface Letter {",
        "  private record Kept(Name address) {}",
        "  enum Heard {",
        "record Tried(int pushes) {"
      })
  void each_way_to_declare_a_type_is_seen(final String line) {
    assertFalse(refusedTypes(line).isEmpty(), line);
  }

  @Test
  void a_file_name_of_the_product_means_one_thing() {
    final var places = new TreeMap<String, List<String>>();
    for (final var file : tree.files(".java")) {
      final var name = tree.name(file);
      final var last = file.getFileName().toString();
      if (name.contains("/src/main/") && !MAY_OCCUR_TWICE.contains(last)) {
        places.computeIfAbsent(last, _ -> new ArrayList<>()).add(name);
      }
    }
    places.values().removeIf(files -> files.size() == 1);

    assertEquals(List.of(), List.copyOf(places.values()));
  }

  @Test
  void sentences_name_who_acts_and_use_no_images() {
    final var found = new ArrayList<String>();
    Stream.of(".java", ".js")
        .flatMap(kind -> tree.files(kind).stream())
        .forEach(file -> collect(file, comments(SourceTree.read(file)), found));
    tree.files(".md").stream()
        .filter(file -> !ANSWERS_OF_THE_API.contains(tree.name(file)))
        .forEach(file -> collect(file, prose(SourceTree.read(file)), found));

    assertEquals(List.of(), found, "name the actor and the effect");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/// Somebody answered.",
        "  call(); // nobody waits",
        "/// What no one reads.",
        "  /// It is everyone's.",
        "/// Credits at the door.",
        "/// Closes without last words."
      })
  void a_comment_without_an_actor_or_with_an_image_is_seen(final String line) {
    assertTrue(saysTooLittle(comments(line).getFirst()), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  fail(\"Nobody was told.\"); // the user has no device",
        "  put(\"https://nobody.example/\");",
        "/// The field `nobody` of a trail."
      })
  void what_stands_in_code_is_data(final String line) {
    assertFalse(saysTooLittle(String.join("", comments(line))), line);
  }

  @Test
  void a_page_is_read_without_its_code() {
    assertTrue(saysTooLittle(prose("Whoever comes first ends it.").getFirst()));
    assertEquals(
        List.of("- : users without a device"),
        prose(
            """
            ```
            {"nobody": []}
            ```
            - `nobody`: users without a device\
            """));
  }

  private void collect(final Path file, final List<String> texts, final List<String> found) {
    if (tree.name(file).endsWith(getClass().getSimpleName() + ".java")) {
      return; // it has to name what it refuses
    }
    texts.stream()
        .filter(RefusedNamesTest::saysTooLittle)
        .forEach(text -> found.add(tree.name(file) + ": " + text.strip()));
  }

  private static boolean saysTooLittle(final String text) {
    return NO_ACTOR.matcher(text).find() || IMAGE.matcher(text).find();
  }

  /// The comments of a source file, a line each, without what stands in them as code.
  private static List<String> comments(final String source) {
    return source
        .lines()
        .map(line -> COMMENT.matcher(line))
        .filter(Matcher::find)
        .map(comment -> Objects.requireNonNullElse(comment.group(1), comment.group(2)))
        .map(comment -> CODE.matcher(comment).replaceAll(""))
        .toList();
  }

  /// The lines of a page outside its blocks of code, without what stands in them as code.
  private static List<String> prose(final String page) {
    final var lines = new ArrayList<String>();
    boolean isCode = false;
    for (final var line : page.lines().toList()) {
      if (line.strip().startsWith("```")) {
        isCode = !isCode;
      } else if (!isCode) {
        lines.add(CODE.matcher(line).replaceAll(""));
      }
    }
    return lines;
  }
}
