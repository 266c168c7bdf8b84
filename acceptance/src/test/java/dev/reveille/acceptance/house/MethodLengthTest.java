package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A method of the product is short enough to be read at once.
class MethodLengthTest {
  private static final int LONGEST = 60;

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void no_method_is_longer_than_one_can_read_at_once() throws IOException {
    final var product =
        tree.files(".java").stream()
            .filter(file -> tree.name(file).contains("/src/main/"))
            .toList();

    assertEquals(
        List.of(), longMethods(product), "more than " + LONGEST + " lines: split by meaning");
  }

  @Test
  void methods_and_constructors_are_measured_from_their_first_line_to_their_last(
      @TempDir final Path folder) throws IOException {
    final var exact = "  void exact() {\n" + "    run();\n".repeat(LONGEST - 2) + "  }\n";
    final var file = folder.resolve("A.java");
    Files.writeString(
        file,
        "class A {\n"
            + exact
            + exact.replace("void exact() {\n", "@Deprecated\n  A() {\n")
            + exact.replace("exact() {\n", "more() {\n    run();\n")
            + "}\n");

    assertEquals(
        List.of("A.java:62: <init> has 61", "A.java:123: more has 61"),
        longMethods(List.of(file)).stream()
            .map(found -> found.substring(found.lastIndexOf('/') + 1))
            .toList());
  }

  private List<String> longMethods(final List<Path> files) throws IOException {
    final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    final var found = new ArrayList<String>();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      final var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      final var positions = Trees.instance(task).getSourcePositions();
      for (final var unit : task.parse()) {
        unit.accept(new Measure(unit, positions, found), null);
      }
    }
    return found;
  }

  /// Notes the methods of a file that are too long.
  private final class Measure extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    Measure(
        final CompilationUnitTree unit, final SourcePositions positions, final List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(final MethodTree method, final Void nothing) {
      final long first = line(positions.getStartPosition(unit, method));
      final long lines = line(positions.getEndPosition(unit, method)) - first + 1;
      if (lines > LONGEST) {
        found.add(
            "%s:%d: %s has %d"
                .formatted(
                    tree.name(Path.of(unit.getSourceFile().toUri())),
                    first,
                    method.getName(),
                    lines));
      }
      return super.visitMethod(method, nothing);
    }

    private long line(final long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
