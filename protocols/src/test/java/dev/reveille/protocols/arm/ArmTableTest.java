package dev.reveille.protocols.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of operations in `docs/protocols/communication-services.md`, held against the routes:
/// what it says to work or to differ is served, and what it calls absent is not.
final class ArmTableTest {
  private static final Path PAGE = Path.of("..", "docs", "protocols", "communication-services.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final List<String> METHODS = List.of("GET", "PUT", "POST", "PATCH", "DELETE");

  /// @param operations `METHOD /path`, each place of a name as `{}`
  private record Row(List<String> operations, String verdict) {}

  @Test
  void the_table_and_the_routes_name_the_same_operations() throws IOException {
    final var rows = rows();
    final var served = new TreeSet<String>();
    final var absent = new ArrayList<String>();
    rows.forEach(
        row -> (row.verdict().equals("absent") ? absent : served).addAll(row.operations()));
    final var routed = new TreeSet<String>();
    try (var arm = new ArmUnderTest()) {
      arm.addresses()
          .forEach((path, methods) -> methods.forEach(method -> routed.add(method + " " + path)));
    }
    assertEquals(routed, served);
    absent.forEach(one -> assertFalse(routed.contains(one), () -> one + " is served"));
  }

  private static List<Row> rows() throws IOException {
    final var rows = new ArrayList<Row>();
    for (final var line : Files.readAllLines(PAGE)) {
      final var cells = line.split("\\|", -1);
      if (cells.length > 3 && List.of("works", "differs", "absent").contains(cells[2].strip())) {
        rows.add(new Row(operations(cells[1]), cells[2].strip()));
      }
    }
    return rows;
  }

  /// Several methods may stand before one path.
  private static List<String> operations(final String cell) {
    final var operations = new ArrayList<String>();
    final var methods = new ArrayList<String>();
    final var code = CODE.matcher(cell);
    while (code.find()) {
      final var words = code.group(1).split(" ");
      if (!METHODS.contains(words[0])) {
        continue;
      }
      methods.add(words[0]);
      if (words.length == 2) {
        final var path = words[1].replaceAll("\\{[^}]*}", "{}");
        methods.forEach(method -> operations.add(method + " " + path));
        methods.clear();
      }
    }
    return operations;
  }
}
