package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Creates files and folders that only the server's own user may read, with these rights from the
/// first moment on. On file systems without such rights nothing is restricted.
final class OwnerOnly {
  private static final String FILE = "rw-------";
  private static final String FOLDER = "rwx------";

  private OwnerOnly() {}

  /// Makes sure that the file is there; an empty file is a new database. What SQLite makes beside
  /// it has the same rights.
  static void file(final Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, attributes(file, FILE));
    } else {
      restrict(file, FILE);
    }
  }

  /// Makes sure that the folder is there, with those above it.
  static Path folder(final Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, attributes(folder, FOLDER));
    } else {
      restrict(folder, FOLDER);
    }
    return folder;
  }

  private static FileAttribute<?>[] attributes(final Path path, final String rights) {
    return knowsRights(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  private static void restrict(final Path path, final String rights) throws IOException {
    if (knowsRights(path)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    }
  }

  private static boolean knowsRights(final Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
