package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Puts the parts of the store together and takes them apart in reverse.
final class Engine implements AutoCloseable {
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final EventJournal journal;
  private final Registry registry;
  private final SettingsStore settings;
  private final SecretStore secrets;

  static Engine start(
      final Path directory, final StoreSettings settings, final InstantSource clock) {
    try {
      return new Engine(directory, settings, clock);
    } catch (IOException e) {
      throw new StoreException(
          directory + " cannot be used: " + e + ".", "Check the disk and the rights.", e);
    }
  }

  private Engine(final Path directory, final StoreSettings how, final InstantSource clock)
      throws IOException {
    boolean done = false;
    try {
      toClose.push(DirectoryLock.take(directory));
      final MainDatabase database =
          closing(new MainDatabase(directory.resolve("reveille.db"), clock));
      final MasterKey master =
          MasterKey.load(directory, how, !Facts.hasKeyCheck(database));
      Facts.checkKey(database, master);
      final Facts facts = Facts.load(database);
      final Path folder = Files.createDirectories(directory.resolve("days"));
      final JournalDays days = closing(new JournalDays(folder));
      final RecentKeys recent = new RecentKeys(folder, how.freshKeys());
      days.scan(
          recent.knownUpTo() + 1,
          group ->
              group.keys(
                  facts.seed(),
                  (fingerprint, sequence, keepUntil) -> {
                    if (sequence > recent.knownUpTo()) {
                      recent.put(fingerprint, sequence, keepUntil.getEpochSecond());
                    }
                  }));
      final KeyCheck keys = new KeyCheck(recent, days);
      final DiskRoom room = new DiskRoom(directory, how.diskFloor());
      final Erasures erasures = new Erasures();
      final Fresh fresh = new Fresh();
      final WriterQueue queue = new WriterQueue();
      final JournalWriter writer =
          new JournalWriter(
              queue, days, keys, facts.seed(), room, fresh::add, clock, days.last());
      toClose.push(() -> recent.close(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
      final Thread thread = Thread.ofPlatform().name("journal-writer").start(writer);
      final Runnable end =
          () -> {
            queue.close();
            join(thread);
          };
      toClose.push(end::run);
      this.journal =
          new SqliteJournal(
              queue,
              writer,
              new Bodies(fresh, days, erasures),
              days,
              keys,
              facts,
              room,
              clock,
              List.of(),
              end);
      this.registry =
          new SqliteRegistry(
              database, user -> erasures.erase(user, writer.lastSequence()));
      this.settings = new SqliteSettings(database);
      this.secrets = new SqliteSecrets(database, master);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private <T extends AutoCloseable> T closing(final T part) {
    toClose.push(part);
    return part;
  }

  private static void join(final Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void project() {}

  EventJournal journal() {
    return journal;
  }

  Inbox inbox() {
    throw new UnsupportedOperationException("the inbox comes with the projections");
  }

  TrailStore trail() {
    throw new UnsupportedOperationException("the trail comes with the projections");
  }

  WaitingRoom waiting() {
    throw new UnsupportedOperationException("the waiting room comes with the projections");
  }

  CallLog calls() {
    throw new UnsupportedOperationException("the call log comes with the projections");
  }

  Registry registry() {
    return registry;
  }

  SettingsStore settings() {
    return settings;
  }

  SecretStore secrets() {
    return secrets;
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        first = first == null ? new UncheckedIOException(new IOException(e)) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
