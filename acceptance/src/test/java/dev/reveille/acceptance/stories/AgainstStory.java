package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./reveille bench NAME --against FOLDER` with an older build in FOLDER, which refuses the store
/// of a newer one. One pair of servers, and little load: the ratio says nothing.
final class AgainstStory {
  /// This build in the part of an older one: a folder that another launcher's programs made is of a
  /// newer version to it. What it is asked for has the data directory as its third word.
  private static final String OLDER =
      """
      #!/bin/sh
      umask 077
      [ "$1" != help ] || exit 0
      if [ ! -e "$3" ]; then
        mkdir -p "$3" && : >"$3/made-by-older"
      elif [ ! -e "$3/made-by-older" ]; then
        echo "$3 is of a newer version" >&2
        exit 78
      fi
      exec "%s" "$@"
      """;

  @TempDir private Path folder;

  @BeforeEach
  void make_the_older_build() throws Exception {
    final var launcher = Files.createDirectory(older()).resolve("reveille");
    Files.writeString(launcher, OLDER.formatted(Packaged.launcher()));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void dispatch_is_compared_with_a_build_that_refuses_the_store_of_this_one() throws Exception {
    final var said = compared("dispatch", "--n", "800", "--warm-up", "500", "--n-users", "100");
    assertTrue(
        said.getFirst().endsWith(" in " + older() + ": 100 users with 150 phones each"),
        said::toString);
    assertTrue(
        said.getLast().startsWith("CPU per event, h2, 1 pair: median ratio "), said::toString);
  }

  @Test
  void held_phones_are_compared_with_a_build_that_refuses_the_store_of_this_one() throws Exception {
    final var said = compared("reconnect", "--n", "20");
    assertTrue(
        said.getFirst().endsWith(" in " + older() + ": 20 phones of 20 users each"),
        said::toString);
    assertTrue(
        said.getLast().startsWith("CPU per accept, full handshakes, 1 pair: median ratio "),
        said::toString);
  }

  private Path older() {
    return folder.resolve("older");
  }

  private List<String> compared(final String bench, final String... options) throws Exception {
    final var arguments = new ArrayList<>(List.of("bench", bench));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--pairs", "1", "--against", older().toString()));
    final var out = Packaged.run(folder, 200, arguments.toArray(String[]::new));
    assertEquals(0, out.exit(), out.text());
    return out.text().lines().toList();
  }
}
