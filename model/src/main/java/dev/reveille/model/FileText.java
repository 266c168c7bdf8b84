package dev.reveille.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads text files in UTF-8 and drops a byte order mark at the beginning, which some editors and
/// consoles write. Blocks on the disk.
public final class FileText {
  private static final char MARK = '\uFEFF';

  private FileText() {}

  /// The text of a file in UTF-8.
  public static String read(final Path file) throws IOException {
    return withoutMark(Files.readString(file));
  }

  /// The same for a text that came out of a file by another way.
  public static String withoutMark(final String text) {
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }
}
