package dev.reveille.protocols.notificationhubs;

import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// A real store in a folder of its own, of which tests make some parts wait, fail or forget.
abstract class AlteredStores implements AutoCloseable {
  static final InstantSource CLOCK = InstantSource.system();

  /// Requests that look for an entry wait for it.
  volatile CountDownLatch held = new CountDownLatch(0);

  /// Whether the disk seems to be nearly full.
  volatile boolean diskIsLow;

  /// Requests that write an entry wait for it, before they write.
  volatile CountDownLatch heldWrites = new CountDownLatch(0);

  /// How many waited so.
  final AtomicInteger writesHeld = new AtomicInteger();

  /// Done after the entries of a hub were counted.
  volatile Runnable counted = () -> {};

  /// How often the trail of a job was read.
  final AtomicInteger trailReads = new AtomicInteger();

  /// Whether the trails are gone, as after their retention.
  volatile boolean trailsAreGone;

  /// Asked each time that what carries out export and import calls its store: whether that fails.
  volatile BooleanSupplier jobStoreFails = () -> false;

  final Path directory;
  final SqliteStore store;

  AlteredStores() {
    try {
      directory = Files.createTempDirectory("reveille-hubs");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    store = SqliteStore.open(directory.resolve("data"), StoreSettings.defaults(), CLOCK);
  }

  final Stores stores() {
    final var parts = Stores.Parts.of(store);
    return new Stores.Parts(
        Altered.of(
            EventJournal.class,
            parts.journal(),
            (method, real) -> {
              if (!method.equals("roomLeft")) {
                return real.call();
              }
              writesHeld.incrementAndGet();
              heldWrites.await();
              return diskIsLow ? 0L : real.call();
            }),
        parts.inbox(),
        Altered.of(
            TrailStore.class,
            parts.trail(),
            (method, real) -> {
              if (method.equals("read")) {
                trailReads.incrementAndGet();
                return trailsAreGone ? null : real.call();
              }
              return real.call();
            }),
        parts.sends(),
        parts.waiting(),
        parts.calls(),
        parts.registry(),
        parts.settings(),
        parts.secrets(),
        parts.sealed(),
        entries(),
        Altered.of(
            HubJobs.class,
            parts.hubJobs(),
            (_, real) -> {
              final boolean isOfRun = Thread.currentThread().getName().startsWith("hub-job ");
              if (isOfRun && jobStoreFails.getAsBoolean()) {
                throw new StoreException("The disk fails.", "Repair it.");
              }
              return real.call();
            }),
        parts.handles(),
        parts.openReports(),
        parts.clock(),
        parts.starts(),
        parts.domains(),
        parts.passwords());
  }

  final HubRegistrations entries() {
    return Altered.of(
        HubRegistrations.class,
        store.hubs(),
        (method, real) -> {
          if (method.equals("find")) {
            held.await();
          }
          final var answer = real.call();
          if (method.equals("count")) {
            counted.run();
          }
          return answer;
        });
  }

  @Override
  public void close() {
    store.close();
    try (var all = Files.walk(directory)) {
      for (final var file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
