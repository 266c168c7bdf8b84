package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
  private final SourceTree tree = SourceTree.ofThisBuild();
  private final SourceFormat format = new SourceFormat();

  @Test
  void every_java_file_is_laid_out_by_the_formatter() {
    final var others =
        tree.files(".java").parallelStream()
            .filter(file -> !format.isLaidOut(file))
            .map(tree::name)
            .toList();

    assertEquals(List.of(), others, "run ./verify --fix-format");
  }

  @Test
  void the_formatter_knows_the_language_of_this_release() {
    final var source =
        """
        package a;

        /// A *shape*, told in Markdown.
        sealed interface Shape {
          record Square(int side) implements Shape {}

          record Text(String words) implements Shape {}

          static int size(final Shape shape) {
            return switch (shape) {
              case Square(var side) -> side;
              case Text _ -> 0;
            };
          }
        }
        """;

    assertEquals(source, format.laidOut(source));
    assertEquals(source, format.laidOut(source.replace("  record", "record").replace("= ", "=")));
  }
}
