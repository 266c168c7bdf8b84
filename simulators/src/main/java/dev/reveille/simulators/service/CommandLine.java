package dev.reveille.simulators.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;

/// Helpers that the simulators' programs share: reading options, printing the line that says they
/// are ready, and waiting for their end.
public final class CommandLine {
  private CommandLine() {}

  /// The value that follows an option.
  public static String value(final String option, final ArrayDeque<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.removeFirst();
  }

  /// The number that follows an option.
  public static int number(final String option, final ArrayDeque<String> rest) {
    final String value = value(option, rest);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(option + " needs a number, not \"" + value + "\"");
    }
  }

  /// The port that follows an option; 0 is for one that the system chooses.
  public static int port(final String option, final ArrayDeque<String> rest) {
    final int port = number(option, rest);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(option + " must lie between 0 and 65535, not " + port);
    }
    return port;
  }

  /// Writes the authority that clients have to trust, and adds its file to the line as `ca`.
  ///
  /// @param certOut where the certificate goes; "" for a file named by `name` in the temporary
  ///   folder
  public static void trust(
      final ObjectNode line, final String authorityPem, final String certOut, final String name)
      throws IOException {
    final Path certificate =
        certOut.isEmpty() ? Files.createTempFile(name + "-ca", ".pem") : Path.of(certOut);
    Files.writeString(certificate, authorityPem);
    line.put("ca", certificate.toAbsolutePath().toString());
  }

  /// Prints the line that says that the simulator is ready, and stays as [#stay].
  public static void serve(final PrintStream out, final ObjectNode line, final boolean withParent)
      throws IOException, InterruptedException {
    out.println(line);
    out.flush();
    stay(withParent);
  }

  /// Until the process is ended or, with its parent, until standard input ends.
  public static void stay(final boolean withParent) throws IOException, InterruptedException {
    if (withParent) {
      while (System.in.read() >= 0) {
        // the process that started this one holds the other end
      }
    } else {
      new CountDownLatch(1).await();
    }
  }
}
