package dev.reveille.storage.sqlite;

import dev.reveille.routing.VitalThread;
import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.ClockLog;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.storage.codec.NewerFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;

/// Puts the parts of the store together and takes them apart in reverse.
final class Engine implements AutoCloseable {
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
  private final JournalDays days;
  private final Projector projector;
  private final Maintenance maintenance;
  private final SqliteJournal journal;
  private final SqliteInbox inbox;
  private final SqliteTrail trail;
  private final SqliteSendLog sends;
  private final SqliteCalls calls;
  private final SqliteWaitingRoom waiting;
  private final SqliteRegistry registry;
  private final SqliteSettings settings;
  private final ClockLog clock;
  private final StartLog starts;
  private final SqliteSecrets secrets;
  private final SealedSecrets sealed;

  static Engine start(
      final Path directory,
      final StoreSettings settings,
      final InstantSource clock,
      final InstantSource calm) {
    try {
      return new Engine(directory, settings, clock, calm);
    } catch (IOException e) {
      throw new StoreException(
          directory + " cannot be used: " + e + ".", "Check the disk and the rights.", e);
    } catch (NewerFormatException e) {
      throw new StoreException(
          directory + " was written by a newer version: " + e.getMessage() + ".",
          "Start the version that wrote it, or a newer one.",
          e);
    }
  }

  private Engine(
      final Path directory,
      final StoreSettings how,
      final InstantSource clock,
      final InstantSource calm)
      throws IOException {
    boolean done = false;
    try {
      toClose.push(DirectoryLock.take(directory));
      final MainDatabase database =
          closing(new MainDatabase(directory.resolve("reveille.db"), clock));
      final MasterKey master = MasterKey.load(directory, how, !StoreIdentity.needsKey(database));
      StoreIdentity.checkKey(database, master);
      final Path folder = OwnerOnly.folder(directory.resolve("days"));
      this.days = closing(new JournalDays(folder));
      final PresentFile present = closing(new PresentFile(directory.resolve("present.db")));
      final HistoryDays history = closing(new HistoryDays(folder));
      final long last = Math.max(days.last(), present.fact("folded"));
      final StoreIdentity identity =
          last > days.last() ? StoreIdentity.renew(database) : StoreIdentity.load(database);
      final Recovery recovery = new Recovery(days, history, present);

      final RecentKeys recent = new RecentKeys(folder, how.freshKeys());
      recovery.readKeys(recent, identity.seed());
      toClose.push(() -> recent.close(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
      final KeyCheck keys = new KeyCheck(recent, days, identity.seed());
      final DiskRoom room = new DiskRoom(directory, how.diskFloor());
      final Erasures erasures = new Erasures(database);
      final Hashes hashes = new Hashes(identity.seed());

      final Unfolded unfolded = new Unfolded(how.unfoldedBytes());
      final FarAheadRows farAhead = new FarAheadRows(present);
      final SendStates sendStates = new SendStates(unfolded, history, present);
      final JobBodies bodies = new JobBodies(unfolded, days, erasures, farAhead, sendStates);
      final UnreadCounts counts = new UnreadCounts(hashes);
      final SqliteWaitingRoom waitingRoom =
          new SqliteWaitingRoom(new WaitingRows(present.reader()));
      this.projector =
          new Projector(
              unfolded,
              days,
              history,
              present,
              waitingRoom,
              hashes,
              farAhead,
              how.foldEvery(),
              recovery.safe());
      recovery.foldTail(unfolded, waitingRoom, this.projector);
      farAhead.count();
      startThread("journal-folder", this.projector, this.projector::close);

      final WriterQueue queue = new WriterQueue();
      final JournalWriter writer =
          new JournalWriter(
              queue,
              days,
              keys,
              identity.seed(),
              room,
              unfolded,
              group -> {
                unfolded.add(group);
                waitingRoom.noted(group);
                farAhead.noted(group);
                counts.noted(group);
              },
              clock,
              last);
      this.secrets = new SqliteSecrets(database, master);
      this.sealed = new SqliteSealedSecrets(database, master);
      this.maintenance =
          new Maintenance(
              days,
              history,
              present,
              database,
              this.secrets,
              recent,
              room,
              writer.commitLock(),
              how,
              clock,
              calm);
      this.maintenance.once();
      startThread("journal-maintenance", this.maintenance, this.maintenance::close);
      final Runnable end = startThread("journal-writer", writer, queue::close);

      this.journal =
          new SqliteJournal(
              queue,
              writer,
              bodies,
              days,
              keys,
              identity,
              room,
              clock,
              new UnfinishedEvents(present, bodies),
              end);
      this.inbox =
          new SqliteInbox(
              unfolded,
              history,
              present,
              days,
              bodies,
              erasures,
              counts,
              hashes,
              identity.epoch(),
              writer::lastSequence,
              clock);
      this.trail = new SqliteTrail(unfolded, history, present, days, erasures, hashes, sendStates);
      this.sends = new SqliteSendLog(sendStates, present, bodies, farAhead);
      this.calls = new SqliteCalls(unfolded, history, bodies, hashes);
      this.waiting = waitingRoom;
      this.settings = new SqliteSettings(database);
      this.registry =
          new SqliteRegistry(
              database,
              erasures,
              writer::lastSequence,
              how.nameRest(),
              settings -> {
                this.secrets.keysChanged();
                settings.forEach(this.settings::tell);
              });
      this.secrets.onCredentialChange(this.registry::credentialsChanged);
      this.registry.onChange(change -> {
        if (change instanceof Registry.Change.UserChanged(var user)) {
          counts.forget(user);
        }
      });
      this.clock = new SqliteClockLog(database);
      this.starts = new SqliteStartLog(database);
      done = true;
    } catch (SQLException e) {
      throw Database.failed(directory, e);
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /// Starts a thread that ends, and is waited for, when the store closes or the result runs.
  private Runnable startThread(final String name, final Runnable work, final Runnable stop) {
    final Thread thread = VitalThread.of(name, work);
    thread.start();
    final Runnable end =
        () -> {
          stop.run();
          join(thread);
        };
    toClose.push(end::run);
    return end;
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

  /// Lets the projections catch up with what is committed.
  void project() {
    projector.foldAll();
  }

  void limitJournalPages(final long most) {
    days.limitPages(most);
  }

  /// Does at once what the maintenance thread does now and then.
  void maintain() {
    try {
      maintenance.once();
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  EventJournal journal() {
    return journal;
  }

  Inbox inbox() {
    return inbox;
  }

  TrailStore trail() {
    return trail;
  }

  SendLog sends() {
    return sends;
  }

  WaitingRoom waiting() {
    return waiting;
  }

  CallLog calls() {
    return calls;
  }

  Registry registry() {
    return registry;
  }

  SettingsStore settings() {
    return settings;
  }

  ClockLog clock() {
    return clock;
  }

  StartLog starts() {
    return starts;
  }

  SecretStore secrets() {
    return secrets;
  }

  SealedSecrets sealed() {
    return sealed;
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
