package dev.reveille.cli.terminal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A text file as people's editors and consoles leave it: some begin with a byte order mark, which
/// is no part of the text.
public final class TextFile {
  private static final byte[] MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

  private TextFile() {}

  /// The text of a file in UTF-8.
  public static String read(final Path file) throws IOException {
    final String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /// The bytes of a file in any encoding.
  public static InputStream open(final Path file) throws IOException {
    final byte[] bytes = Files.readAllBytes(file);
    final int from =
        bytes.length >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)
            ? MARK.length
            : 0;
    return new ByteArrayInputStream(bytes, from, bytes.length - from);
  }
}
