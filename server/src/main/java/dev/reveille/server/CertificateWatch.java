package dev.reveille.server;

import dev.reveille.live.http.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds whether a certificate file was replaced, and has it read again. If what
/// is there cannot be used, the old one stays in use and the log says why.
final class CertificateWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private final Path file;
  private final TlsContexts contexts;
  private final Thread thread;
  private FileTime seen;

  private CertificateWatch(final Path file, final TlsContexts contexts) {
    this.file = file;
    this.contexts = contexts;
    this.seen = changed();
    this.thread = Thread.ofVirtual().name("certificate watch").unstarted(this::watch);
  }

  static CertificateWatch of(final Path file, final TlsContexts contexts) {
    final var watch = new CertificateWatch(file, contexts);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(BETWEEN_LOOKS);
        final var now = changed();
        if (!now.equals(seen)) {
          seen = now;
          reload();
        }
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload() {
    try {
      contexts.reload();
      LOG.info("{} is in use from the next connection on", file);
    } catch (final RuntimeException unusable) {
      LOG.error("{} cannot be used; the former certificate stays", file, unusable);
    }
  }

  private FileTime changed() {
    try {
      return Files.getLastModifiedTime(file);
    } catch (final IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
