package dev.reveille.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Reads a secret: from a person at the terminal without showing it, else what is piped in. Blocks
/// until it is there.
public final class HiddenInput {
  /// In bytes; more is no secret that a person has.
  private static final int LONGEST = 64 * 1024;

  private HiddenInput() {}

  /// What was typed twice, or piped in without the end of its last line.
  ///
  /// @param what in words, such as `password of anna`
  /// @throws Failure when it cannot be read, is empty, or was typed differently the second time
  public static String read(final CommandEnvironment here, final String what) {
    final String secret = here.interactive() ? typed(what) : piped(here, what);
    if (secret.isEmpty()) {
      throw Failure.misuse("There is no " + what + ".", "Type it, or name its file with --file.");
    }
    return secret;
  }

  /// What was typed once, or piped in without the end of its last line: a secret that is there
  /// already, and is not made.
  ///
  /// @param option that names a file instead
  /// @throws Failure when it cannot be read, or is empty
  public static String known(
      final CommandEnvironment here, final String what, final String option) {
    final String secret;
    if (here.interactive()) {
      final Console console = System.console();
      final char[] typed = console == null ? null : console.readPassword("The %s: ", what);
      secret = typed == null ? "" : new String(typed);
    } else {
      secret = piped(here, what);
    }
    if (secret.isEmpty()) {
      throw Failure.misuse(
          "There is no " + what + ".", "Type it, or name its file with " + option + ".");
    }
    return secret;
  }

  private static String typed(final String what) {
    final Console console = System.console();
    if (console == null) {
      throw missing(what);
    }
    final char[] first = console.readPassword("New %s: ", what);
    final char[] second = console.readPassword("The same again: ");
    if (first == null || second == null) {
      throw missing(what);
    }
    if (!java.util.Arrays.equals(first, second)) {
      throw Failure.misuse("The two are not the same.", "Start again.");
    }
    return new String(first);
  }

  private static String piped(final CommandEnvironment here, final String what) {
    try {
      final byte[] all = here.in().readNBytes(LONGEST);
      return withoutLineEnd(new String(all, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw missing(what);
    }
  }

  private static Failure missing(final String what) {
    return Failure.missing("The " + what + " cannot be read.", "Name its file with --file.");
  }

  /// A file or a pipe ends its line, which is no part of what it holds.
  public static String withoutLineEnd(final String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
