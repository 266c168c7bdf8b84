package dev.reveille.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// What one [Reason] says: a sentence for a human and what to do about it.
///
/// The words of all reasons stand in the resource `reasons.txt`, whose head describes its form. It
/// is read once, when the first reason is used.
///
/// @param sentence what happened
/// @param remedy what to do about it; empty when there is nothing to mend
record ReasonWords(String sentence, String remedy) {

  /// Initialised on first use: the constructor of an enum cannot read the enum's own static fields.
  private static final class All {
    static final Map<String, ReasonWords> BY_CODE_AND_NAME = read();
  }

  /// The words of a reason.
  ///
  /// @throws IllegalStateException if `reasons.txt` has none for this code and name
  static ReasonWords of(final String code, final String name) {
    final var words = All.BY_CODE_AND_NAME.get(code + " " + name);
    if (words == null) {
      throw new IllegalStateException("reasons.txt has no words for " + code + " " + name);
    }
    return words;
  }

  /// How many reasons have words.
  static int count() {
    return All.BY_CODE_AND_NAME.size();
  }

  private static Map<String, ReasonWords> read() {
    final Map<String, ReasonWords> all = new HashMap<>();
    for (final var block : text().replaceAll("(?m)^#.*\\R", "").strip().split("\\R{2,}", -1)) {
      final var lines = block.split("\\R", -1);
      if (lines.length < 2 || lines.length > 3) {
        throw new IllegalStateException("reasons.txt: a block has two or three lines: " + block);
      }
      final var words = new ReasonWords(lines[1], lines.length == 3 ? lines[2] : "");
      if (all.put(lines[0], words) != null) {
        throw new IllegalStateException("reasons.txt has words twice for " + lines[0]);
      }
    }
    return Map.copyOf(all);
  }

  private static String text() {
    try (var file =
        Objects.requireNonNull(
            ReasonWords.class.getResourceAsStream("reasons.txt"), "reasons.txt is missing")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (final IOException e) {
      throw new UncheckedIOException("reasons.txt cannot be read", e);
    }
  }
}
