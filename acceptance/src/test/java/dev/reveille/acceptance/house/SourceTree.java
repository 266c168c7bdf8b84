package dev.reveille.acceptance.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// The checkout as the house rules see it: what people wrote, without what was built or fetched.
final class SourceTree {
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".idea", ".vscode", "node_modules");

  private final Path root;

  private SourceTree(final Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  static SourceTree at(final Path root) {
    return new SourceTree(root);
  }

  /// The checkout that the running test belongs to.
  static SourceTree ofThisBuild() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("reveille"))) {
      final var parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException(
            "no reveille launcher in or above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return new SourceTree(folder);
  }

  Path root() {
    return root;
  }

  Path resolve(final String name) {
    return root.resolve(name);
  }

  /// The file's name as one would type it at the root of the checkout.
  String name(final Path file) {
    return root.relativize(file).toString();
  }

  /// All files whose name ends so, in the order of their names.
  List<Path> files(final String ending) {
    final var found = new ArrayList<Path>();
    final var collector =
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(
              final Path folder, final BasicFileAttributes attributes) {
            final var skip = !folder.equals(root) && isNotOurs(folder);
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
            if (file.toString().endsWith(ending)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Files.walkFileTree(root, collector);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private boolean isNotOurs(final Path folder) {
    return NOT_OURS.contains(String.valueOf(folder.getFileName()));
  }
}
