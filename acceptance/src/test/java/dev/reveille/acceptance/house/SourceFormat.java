package dev.reveille.acceptance.house;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The layout of our Java files: google-java-format, its plain style, imports included.
///
/// A test asks whether a file is laid out so. As a program it says which files are not, and with
/// `--fix` writes them anew (`./verify --fix-format`).
final class SourceFormat {
  private final Formatter formatter = new Formatter();

  /// The text as it should be; a text that is no Java is an error that names the place.
  String laidOut(final String source) {
    try {
      return formatter.formatSourceAndFixImports(source);
    } catch (FormatterException notJava) {
      throw new IllegalArgumentException(notJava.getMessage(), notJava);
    }
  }

  boolean isLaidOut(final Path file) {
    try {
      final var source = Files.readString(file);
      return laidOut(source).equals(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException notJava) {
      throw new IllegalArgumentException(file + ": " + notJava.getMessage(), notJava);
    }
  }

  static void main(final String... args) throws IOException {
    final var fix = args.length == 2 && args[0].equals("--fix");
    final var tree = SourceTree.at(Path.of(args[args.length - 1]));
    final var format = new SourceFormat();
    for (final var file : tree.files(".java")) {
      if (!format.isLaidOut(file)) {
        if (fix) {
          Files.writeString(file, format.laidOut(Files.readString(file)));
        }
        System.out.println((fix ? "Laid out " : "Not laid out: ") + tree.name(file));
      }
    }
  }
}
