package dev.reveille.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a text file and drops a byte order mark at its beginning, which some editors and consoles
/// write. Blocks on the disk.
public final class TextFile {
  private TextFile() {}

  /// The text of a file in UTF-8.
  public static String read(final Path file) throws IOException {
    final String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
