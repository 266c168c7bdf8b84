package dev.reveille.protocols.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the table of diagnoses into a page: `java … DiagnosesPage.java FILE`.
final class DiagnosesPage {
  private static final String BEGIN = "<!-- diagnoses -->\n";
  private static final String END = "<!-- end of diagnoses -->";

  private DiagnosesPage() {}

  /// The page with the table as it has to be.
  static String written(final String page) {
    final int begin = page.indexOf(BEGIN) + BEGIN.length();
    return page.substring(0, begin) + table() + page.substring(page.indexOf(END, begin));
  }

  private static String table() {
    final var table =
        new StringBuilder("| number | status | cause | remedy |\n|---|---|---|---|\n");
    for (final var code : DiagnosisCode.values()) {
      table.append(
          "| %d | %d | %s | %s |\n"
              .formatted(code.number(), code.status(), code.sentence(), code.remedy()));
    }
    return table.toString();
  }

  public static void main(final String[] arguments) throws IOException {
    final var file = Path.of(arguments[0]);
    Files.writeString(file, written(Files.readString(file)));
  }
}
