package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sentences name who acts, and use no images: in comments, names and texts of Java files, in
/// scripts, resources and pages.
class PlainWordsTest {
  /// Words that hide who acts: a device, a sender, an operator, a user, a caller of a method.
  private static final Pattern NO_ACTOR =
      Pattern.compile(
          "\\b(?:(?:some|every|any)(?:body|one)|nobody|no\\s+one|who(?:so)?ever)(?:'?s)?\\b",
          Pattern.CASE_INSENSITIVE);

  /// Images that stood for a part or an effect which has a name in the trade.
  private static final Pattern IMAGE =
      Pattern.compile(
          "\\b(?:hearts?|at\\s+the\\s+door|last\\s+words|(?:one|a)\\s+breath|knock(?:s|ed)?"
              + "|impatient|worthless|own\\s+mind|the\\s+ear|starts?\\s+(?:that\\s+)?fell)\\b",
          Pattern.CASE_INSENSITIVE);

  /// Code in a page, between which what is said stands.
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`]*`");

  /// Files that say such a word on purpose, each with its reason.
  private static final Map<String, String> MAY_SAY_SO =
      Map.of(
          "acceptance/src/test/java/dev/reveille/acceptance/house/PlainWordsTest.java",
          "has to name what it refuses",
          "acceptance/src/test/java/dev/reveille/acceptance/house/RefusedNamesTest.java",
          "has to name what it refuses",
          "acceptance/src/test/resources/recorded/answers.json",
          "holds what an older version answered");

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void sentences_name_who_acts_and_use_no_images() {
    final var found = new ArrayList<String>();
    Stream.of(".java", ".js", ".mjs", ".json", ".txt", ".yaml", ".yml", ".html", ".md")
        .flatMap(kind -> tree.files(kind).stream())
        .filter(file -> !MAY_SAY_SO.containsKey(tree.name(file)))
        .forEach(file -> {
          for (final var word : saysTooLittle(tree.name(file), SourceTree.read(file))) {
            found.add(tree.name(file) + ": " + word);
          }
        });

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
        "/// Closes without last\n/// words.",
        "/**\n * Asked by any\n * one, at the\n * door.\n */",
        "  fail(\"Nobody was told.\");",
        "  fail(\"It was refused at \"\n      + \"the door.\");",
        "  text = \"\"\"\n      Whoever\n      \"\"\";",
        "  void nobodyComplained() {",
        "  int SECONDS_WHEN_NOBODY_ANSWERS = 1;",
        "  final Heart heart;",
        "  void a_folder_of_somebodys_machine() {"
      })
  void java_without_an_actor_or_with_an_image_is_seen(final String source) {
    assertTrue(!saysTooLittle("A.java", source).isEmpty(), source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/// The field `nobody` of a trail.",
        "  request.method(\"GET\", BodyPublishers.noBody());",
        "  final char quote = '\"'; // \" at\n  int the, door;",
        "/// The longest heartbeat."
      })
  void what_only_looks_like_it_is_not(final String source) {
    assertEquals(List.of(), saysTooLittle("A.java", source));
  }

  @Test
  void a_page_is_read_without_its_code() {
    assertEquals(
        List.of("at\nthe door", "Whoever"),
        saysTooLittle(
            "a.md",
            """
            Whoever comes first is asked at
            the door.
            ```
            {"nobody": []}
            ```
            - `nobody`: users without a device\
            """));
  }

  @Test
  void a_resource_is_read_whole() {
    assertEquals(List.of("Nobody"), saysTooLittle("a.json", "{\"toldNobody\": []}"));
    assertEquals(List.of("anybody"), saysTooLittle("a.txt", "It is too late to alert anybody."));
  }

  /// The refused words of a file, sorted.
  private static List<String> saysTooLittle(final String name, final String content) {
    final Stream<String> texts;
    if (name.endsWith(".java")) {
      final var words = JavaWords.of(content);
      texts =
          Stream.of(words.comments(), words.texts(), words.names()).flatMap(all -> all.stream());
    } else if (name.endsWith(".md")) {
      texts = Stream.of(CODE.matcher(content).replaceAll("`"));
    } else {
      texts = Stream.of(JavaWords.divided(content));
    }
    return texts
        .flatMap(
            text -> Stream.of(NO_ACTOR, IMAGE).flatMap(refused -> refused.matcher(text).results()))
        .map(found -> found.group())
        .sorted(String.CASE_INSENSITIVE_ORDER)
        .distinct()
        .toList();
  }
}
