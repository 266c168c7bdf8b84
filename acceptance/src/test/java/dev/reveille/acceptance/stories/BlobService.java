package dev.reveille.acceptance.stories;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/// The blob service of `azurite`, which is Microsoft's own stand-in for Azure Storage, with one
/// account, in plain text on a port from the system.
final class BlobService implements AutoCloseable {
  static final String ACCOUNT = "stories";

  private static final Path PROGRAM =
      Packaged.launcher()
          .resolveSibling("acceptance/node/node_modules/azurite/dist/src/blob/main.js");
  private static final Pattern LISTENING = Pattern.compile("listens on (http://\\S+)");

  private final Process process;
  private final String origin;
  private final String key;

  /// @param folder for what it writes
  BlobService(final Path folder) throws IOException {
    final byte[] random = new byte[64];
    new SecureRandom().nextBytes(random);
    key = Base64.getEncoder().encodeToString(random);
    final var builder =
        new ProcessBuilder(
                "node",
                PROGRAM.toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                "0",
                "--location",
                folder.toString(),
                "--disableTelemetry",
                "--silent")
            .redirectErrorStream(true);
    builder.environment().put("AZURITE_ACCOUNTS", ACCOUNT + ":" + key);
    process = builder.start();
    origin = origin(process);
  }

  private static String origin(final Process process) throws IOException {
    final var said = new StringBuilder();
    final var says =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var line = says.readLine(); line != null; line = says.readLine()) {
      said.append(line).append('\n');
      final var found = LISTENING.matcher(line);
      if (found.find()) {
        return found.group(1);
      }
    }
    throw new IOException("azurite did not start: " + said);
  }

  /// Where its account is.
  String account() {
    return origin + "/" + ACCOUNT;
  }

  /// The account's key.
  String key() {
    return key;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    final int _ = process.waitFor();
  }
}
