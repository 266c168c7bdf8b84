package dev.reveille.acceptance.stories;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// Copies and removes the folders that servers of stories leave.
final class StoryFolder {
  private StoryFolder() {}

  /// Copies all that is in a folder.
  static void copy(final Path from, final Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (final var path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /// Removes a folder with all that is in it.
  static void delete(final Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (final var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
