package dev.reveille.server;

import dev.reveille.http.server.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks every five seconds whether certificate files were replaced, and has the listener's
/// [dev.reveille.http.server.TlsContexts] read them again.
///
/// Certificate and key are two files, and the tool that renews them writes one after the other: a
/// pair that does not belong together is tried again when either file changes, and until then the
/// former pair stays in use. Open connections keep the certificate with which they began. One
/// thread serves all pairs.
final class CertificateReloader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateReloader.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private final List<Pair> pairs = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("certificate watch").unstarted(this::watch);

  /// How a file looked: a renewal may keep its length, a copy its moment, a rename both.
  private record FileState(Object moment, long length, @Nullable Object place) {
    static final FileState GONE = new FileState("", -1, null);
  }

  private static final class Pair {
    private final Path certificate;
    private final Path key;
    private final TlsContexts contexts;
    private List<FileState> seen;
    private volatile boolean isRefused;

    Pair(final Path certificate, final Path key, final TlsContexts contexts) {
      this.certificate = certificate;
      this.key = key;
      this.contexts = contexts;
      this.seen = now();
    }

    private List<FileState> now() {
      return List.of(look(certificate), look(key));
    }
  }

  /// Watches one more pair; before [#start].
  void add(final Path certificate, final Path key, final TlsContexts contexts) {
    pairs.add(new Pair(certificate, key, contexts));
  }

  void start() {
    if (!pairs.isEmpty()) {
      thread.start();
    }
  }

  /// How many pairs lie there that cannot be used: their former ones are in use instead.
  long refused() {
    return pairs.stream().filter(pair -> pair.isRefused).count();
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(BETWEEN_LOOKS);
        look();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Looks at every pair once.
  void look() {
    for (final var pair : pairs) {
      final var now = pair.now();
      if (!now.equals(pair.seen)) {
        pair.seen = now;
        reload(pair);
      }
    }
  }

  private static void reload(final Pair pair) {
    try {
      pair.contexts.reload();
      pair.isRefused = false;
      LOG.info("the certificate {} is in use from the next connection on", pair.certificate);
    } catch (final RuntimeException unusable) {
      pair.isRefused = true;
      LOG.error(
          "the new certificate is not used, the former stays until both files fit: {}",
          unusable.getMessage());
    }
  }

  private static FileState look(final Path file) {
    try {
      final var found = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileState(found.lastModifiedTime(), found.size(), found.fileKey());
    } catch (final IOException gone) {
      return FileState.GONE;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
