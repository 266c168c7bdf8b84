package dev.reveille.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text file as people's editors and consoles leave it: some begin with a byte order mark, which
/// is no part of the text.
public final class TextFile {
  private TextFile() {}

  /// The text of a file in UTF-8.
  public static String read(final Path file) throws IOException {
    final String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
