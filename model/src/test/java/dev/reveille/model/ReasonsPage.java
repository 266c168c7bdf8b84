package dev.reveille.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;

/// Writes `docs/reasons.md` from [Reason] and its words in `reasons.txt`, so that the page and the
/// server say the same words:
///
/// ```
/// java -cp model/target/classes model/src/test/java/dev/reveille/model/ReasonsPage.java docs/reasons.md
/// ```
final class ReasonsPage {
  private static final String[] FAMILIES = {
    "",
    "1xx: handing in",
    "2xx: push services",
    "3xx: routing",
    "4xx: devices and their keys",
    "5xx: the server itself",
    "6xx: live channels",
    "7xx: calls"
  };

  private ReasonsPage() {}

  static void main(final String... args) throws IOException {
    Files.writeString(Path.of(args[0]), text());
  }

  static int family(final Reason reason) {
    return reason.code().charAt("RV-".length()) - '0';
  }

  static String text() {
    final var page = new StringBuilder();
    page.append("# Reasons\n\n");
    page.append("Every expected cause has one code, one sentence and one remedy. The trail, the\n");
    page.append(
        "command line and the API say the same words. Codes are stable: none is ever used\n");
    page.append("for something else. A dash means that there is nothing to mend.\n\n");
    page.append("This page is generated from `reasons.txt`; `ReasonsPage.java` says how.\n");
    for (int family = 1; family < FAMILIES.length; family++) {
      page.append("\n## ").append(FAMILIES[family]).append("\n\n");
      page.append("| code | name | what it says | what to do |\n|---|---|---|---|\n");
      final int wanted = family;
      Arrays.stream(Reason.values())
          .filter(reason -> family(reason) == wanted)
          .sorted(Comparator.comparing(Reason::code))
          .forEach(reason -> page.append(row(reason)));
    }
    return page.toString();
  }

  private static String row(final Reason reason) {
    final var remedy = reason.remedy().isEmpty() ? "–" : reason.remedy();
    return "| `%s` | `%s` | %s | %s |%n"
        .formatted(reason.code(), reason.name(), cell(reason.sentence()), cell(remedy))
        .replace(System.lineSeparator(), "\n");
  }

  private static String cell(final String text) {
    return text.replace("|", "\\|");
  }
}
