package dev.reveille.acceptance.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which module may use which. Maven refuses a forbidden direction too; this test also sees what
/// came in sideways through another dependency, and says it in the words of ARCHITECTURE.md.
class ModuleDirectionTest {
  /// Each module and the modules its classes may use. `cli` and `simulators` speak only the wire,
  /// so they use no other module.
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("http", Set.of()),
          Map.entry("sip", Set.of()),
          Map.entry("routing", Set.of("model")),
          Map.entry("storage", Set.of("model", "routing")),
          Map.entry("push", Set.of("model", "http", "sip", "routing")),
          Map.entry("live", Set.of("model", "http", "routing")),
          Map.entry("protocols", Set.of("model", "http", "sip", "routing", "live")),
          Map.entry("demo", Set.of("http")),
          Map.entry(
              "server",
              Set.of(
                  "model",
                  "http",
                  "sip",
                  "routing",
                  "storage",
                  "push",
                  "live",
                  "protocols",
                  "demo")),
          Map.entry("cli", Set.of()),
          Map.entry("simulators", Set.of()),
          Map.entry("bench", Set.of("simulators")),
          Map.entry("acceptance", Set.of()));

  private static JavaClasses ours = new ClassFileImporter().importClasses(List.of());

  private final SourceTree tree = SourceTree.ofThisBuild();

  @BeforeAll
  static void read_the_classes() {
    ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.reveille");
  }

  static Set<String> modules() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void a_module_uses_only_what_lies_below_it(final String module) {
    final var allowed = new HashSet<>(MAY_USE.getOrDefault(module, Set.of()));
    allowed.add(module);

    classes()
        .that(areIn(module))
        .should()
        .onlyDependOnClassesThat(areOf(allowed))
        .as("classes of " + module + " use only " + allowed)
        .allowEmptyShould(true)
        .check(ours);
  }

  @Test
  void packages_do_not_go_round_in_circles() {
    slices().matching("dev.reveille.(**)").should().beFreeOfCycles().check(ours);
  }

  @Test
  void every_module_of_the_build_has_its_rule() {
    final var modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(SourceTree.read(tree.resolve("pom.xml")))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertEquals(MAY_USE.keySet(), new HashSet<>(modules));
  }

  /// The table under "Who may know whom" says the same as the rules here.
  @Test
  void the_house_is_drawn_as_it_is_built() {
    final var drawn = new TreeMap<String, Set<String>>();
    final var text = SourceTree.read(tree.resolve("ARCHITECTURE.md"));
    for (final var line :
        text.substring(text.indexOf("| module | may use |")).lines().skip(2).toList()) {
      if (!line.startsWith("|")) {
        break;
      }
      final var cells = line.split("\\|");
      final var owners = words(cells[1]);
      final var allowed = new TreeSet<String>();
      if (cells[2].contains("all of the above")) {
        drawn.keySet().forEach(allowed::add);
      } else if (!cells[2].contains("nothing of ours")) {
        // What comes after a semicolon is about tests, or says what is forbidden.
        allowed.addAll(words(cells[2].split(";")[0]));
      }
      owners.forEach(owner -> drawn.put(owner, allowed));
    }

    assertEquals(new TreeMap<>(MAY_USE), drawn);
  }

  private static List<String> words(final String cell) {
    return Pattern.compile("`([a-z]+)`")
        .matcher(cell)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  @Test
  void the_classes_were_really_read() {
    final var seen = new HashSet<String>();
    for (final var type : ours) {
      seen.add(moduleOf(type));
    }

    assertEquals(Set.of(), missing(seen), "modules without a class on the class path");
  }

  @Test
  void a_module_keeps_to_packages_of_its_own_name() {
    final var strangers =
        tree.files(".java").stream()
            .map(tree::name)
            .filter(name -> !name.matches("(\\w+)/src/(main|test)/java/dev/reveille/\\1/.*"))
            .toList();

    assertEquals(List.of(), strangers);
  }

  private static Set<String> missing(final Set<String> seen) {
    final var missing = new HashSet<>(MAY_USE.keySet());
    missing.removeAll(seen);
    return missing;
  }

  private static DescribedPredicate<JavaClass> areIn(final String module) {
    return DescribedPredicate.describe("are in " + module, type -> moduleOf(type).equals(module));
  }

  private static DescribedPredicate<JavaClass> areOf(final Set<String> modules) {
    return DescribedPredicate.describe(
        "are of " + modules, type -> moduleOf(type).isEmpty() || modules.contains(moduleOf(type)));
  }

  /// The module's name, or "" for a class that is not ours.
  private static String moduleOf(final JavaClass type) {
    final var name = type.getBaseComponentType().getPackageName();
    return name.startsWith("dev.reveille.") ? name.split("\\.")[2] : "";
  }
}
