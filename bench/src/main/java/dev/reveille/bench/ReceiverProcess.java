package dev.reveille.bench;

import dev.reveille.bench.receiver.ReceivedService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// Runs a [dev.reveille.bench.receiver.PushReceiver] as a process of its own. Belongs to one
/// thread. Must be closed, or the process stays.
final class ReceiverProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final LaunchedProcess process;
  private final Path authority;
  private final String origin;

  /// @param folder for its log and its certificate
  ReceiverProcess(final ReceivedService service, final Path folder) throws IOException {
    final var word = service.name().toLowerCase(Locale.ROOT);
    this.authority = folder.resolve(word + "-ca.pem");
    this.process =
        new LaunchedProcess(
            "the receiver of " + word,
            folder.resolve(word + ".txt"),
            Map.of("REVEILLE_BUILD", "never"),
            "bench",
            "push-receiver",
            word,
            authority.toString());
    try {
      this.origin = process.await("ready ", START).substring("ready ".length());
    } catch (final IOException failed) {
      process.close(); // or it would go on by itself
      throw failed;
    }
  }

  /// `https://127.0.0.1:PORT`.
  String origin() {
    return origin;
  }

  /// The file of the certificate to trust.
  Path authority() {
    return authority;
  }

  /// How many pushes came so far.
  long count() throws IOException {
    process.say("count");
    return Long.parseLong(process.await("count ", LONGEST).substring("count ".length()));
  }

  /// From now on what comes is written there.
  void keep(final Path record) throws IOException {
    process.say("keep " + record);
    process.await("keeping", LONGEST);
  }

  /// No more is written; the record is whole.
  void rest() throws IOException {
    process.say("rest");
    process.await("resting", LONGEST);
  }

  @Override
  public void close() {
    process.close();
  }
}
