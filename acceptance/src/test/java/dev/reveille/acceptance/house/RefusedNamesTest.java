package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that a stranger understands: the trade's terms for types, and one meaning for each file
/// name. What sentences say is checked by [PlainWordsTest].
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
          "FrameEar",
          "Ear",
          "Heart");

  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^[^\\n/*\"]*\\b(?:class|interface|record|enum) (\\w+)\\b(?=[^\\n]*[{(<])");

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
}
