package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the reasons of this version without a server, from the documentation page `reasons.md`,
/// which is generated from them. They have the form in which the server answers them.
final class OfflineReasons {
  /// `| `code` | `name` | sentence | remedy or a dash |`.
  private static final Pattern ROW =
      Pattern.compile("\\| `(RV-\\d+)` \\| `(\\w+)` \\| (.+) \\| (.+) \\|");

  private OfflineReasons() {}

  static ArrayNode all() {
    final var all = Json.object().arrayNode();
    text()
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches())
        .forEach(row -> {
          final ObjectNode one =
              all.addObject()
                  .put("code", row.group(1))
                  .put("name", row.group(2))
                  .put("sentence", row.group(3));
          if (!row.group(4).equals("–")) {
            one.put("remedy", row.group(4));
          }
        });
    return all;
  }

  static Optional<ObjectNode> find(final String code) {
    final var wanted = code.toUpperCase(Locale.ROOT);
    return Json.elements(all())
        .filter(one -> one.path("code").asText().equals(wanted))
        .map(ObjectNode.class::cast)
        .findFirst();
  }

  private static String text() {
    try (var page =
        Objects.requireNonNull(OfflineReasons.class.getResourceAsStream("reasons.md"))) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
