package dev.reveille.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Text files as people's editors and consoles leave them: some begin with a byte order mark, which
/// is no part of the text.
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
