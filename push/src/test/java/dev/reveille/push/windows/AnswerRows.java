package dev.reveille.push.windows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The rows of a service's table, as `STATUS WORD`.
public final class AnswerRows {
  private AnswerRows() {}

  public static List<String> of(final Class<?> owner) throws IOException {
    try (var in = Objects.requireNonNull(owner.getResourceAsStream("answers.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\\s+"))
          .map(row -> row[0] + " " + row[1])
          .toList();
    }
  }
}
