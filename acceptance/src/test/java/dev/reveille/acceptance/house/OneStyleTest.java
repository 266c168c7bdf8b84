package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// One style of Java in all modules: what never changes is final, and loggers are called `LOG`.
class OneStyleTest {
  private static final String VAR = "var";
  private static final Pattern OTHER_LOGGER = Pattern.compile("\\bLogger (?!LOG\\b)\\w+ =");

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void a_local_variable_that_never_changes_is_final() throws IOException {
    final Map<String, String> texts = new LinkedHashMap<>();
    for (final var file : tree.files(".java")) {
      texts.put(tree.name(file), SourceTree.read(file));
    }
    final var found = changeable(texts);
    assertEquals(List.of(), found);
  }

  @Test
  void every_logger_is_called_log() {
    final var found =
        tree.files(".java").stream()
            .filter(file -> OTHER_LOGGER.matcher(SourceTree.read(file)).find())
            .map(tree::name)
            .toList();
    assertEquals(List.of(), found);
  }

  @Test
  void a_variable_that_is_set_once_is_seen_and_one_that_changes_is_not() throws IOException {
    final var text =
        "class A { int a(int n) { var once = 1; var twice = 2; twice++; final var last = 3;"
            + " for (var i = 0; i < n; i++) { var sum = i; sum += 2; } return once; } }";
    assertEquals(List.of("A.java: final var once"), changeable(Map.of("A.java", text)));
  }

  /// A file in memory.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(final int number, final String text) {
      super(URI.create("string:///" + number + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(final boolean ignoreErrors) {
      return text;
    }
  }

  /// Local variables that are declared with `var` and without `final`, and are given no second
  /// value in their method. All files are parsed by one task: a new compiler for each takes longer
  /// than the parsing.
  ///
  /// @param texts by the file's name
  private static List<String> changeable(final Map<String, String> texts) throws IOException {
    final var sources = new LinkedHashMap<URI, Map.Entry<String, Source>>();
    texts.forEach((name, text) -> {
      final var source = new Source(sources.size(), text);
      sources.put(source.toUri(), Map.entry(name, source));
    });
    final var task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    null,
                    _ -> {},
                    List.of(),
                    null,
                    sources.values().stream().map(Map.Entry::getValue).toList());
    final var all = new ArrayList<String>();
    for (final var unit : task.parse()) {
      final var source = Objects.requireNonNull(sources.get(unit.getSourceFile().toUri()));
      final var found = new ArrayList<String>();
      unit.accept(new OfMethods(source.getValue().text, unit, task, found), null);
      found.forEach(name -> all.add(source.getKey() + ": final var " + name));
    }
    return all;
  }

  /// Looks at each method by itself.
  private static final class OfMethods extends TreeScanner<Void, Void> {
    private final String text;
    private final com.sun.source.tree.CompilationUnitTree unit;
    private final com.sun.source.util.SourcePositions positions;
    private final List<String> found;

    OfMethods(
        final String text,
        final com.sun.source.tree.CompilationUnitTree unit,
        final JavacTask task,
        final List<String> found) {
      this.text = text;
      this.unit = unit;
      this.positions = com.sun.source.util.Trees.instance(task).getSourcePositions();
      this.found = found;
    }

    @Override
    public Void visitMethod(final MethodTree method, final Void nothing) {
      final Set<String> given = new HashSet<>();
      final var declared = new ArrayList<String>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitVariable(final VariableTree variable, final Void none) {
          final var from = (int) positions.getStartPosition(unit, variable);
          if (variable.getInitializer() != null
              && !variable.getModifiers().getFlags().contains(Modifier.FINAL)
              && from >= 0
              && text.startsWith(VAR + " ", from)
              && !variable.getName().isEmpty()) {
            declared.add(variable.getName().toString());
          }
          return super.visitVariable(variable, none);
        }

        @Override
        public Void visitAssignment(final AssignmentTree assignment, final Void none) {
          give(assignment.getVariable());
          return super.visitAssignment(assignment, none);
        }

        @Override
        public Void visitCompoundAssignment(
            final CompoundAssignmentTree assignment, final Void none) {
          give(assignment.getVariable());
          return super.visitCompoundAssignment(assignment, none);
        }

        @Override
        public Void visitUnary(final UnaryTree unary, final Void none) {
          switch (unary.getKind()) {
            case PREFIX_INCREMENT, PREFIX_DECREMENT, POSTFIX_INCREMENT, POSTFIX_DECREMENT ->
                give(unary.getExpression());
            default -> {}
          }
          return super.visitUnary(unary, none);
        }

        @Override
        public Void visitTry(final com.sun.source.tree.TryTree attempt, final Void none) {
          attempt.getResources().forEach(this::resource);
          return super.visitTry(attempt, none);
        }

        /// A resource is final without the word.
        private void resource(final Tree resource) {
          if (resource instanceof final VariableTree variable) {
            given.add(variable.getName().toString());
          }
        }

        private void give(final Tree to) {
          if (to instanceof final IdentifierTree name) {
            given.add(name.getName().toString());
          }
        }
      }.scan(method, null);
      declared.removeIf(given::contains);
      found.addAll(declared);
      return null;
    }
  }
}
