package dev.reveille.storage.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// The opened files of one store. They are opened in this order: the lock of the directory, the
/// main database with the check of the master key, the journal, its projections, and the keys of
/// recent events.
///
/// @param last the newest sequence that was given out
/// @param recovery up to where the projections hold what the journal says
/// @param recent the keys that were accepted, read up to the journal's end
record StoreFiles(
    MainDatabase database,
    MasterKey master,
    JournalDays days,
    PresentFile present,
    HistoryDays history,
    StoreIdentity identity,
    long last,
    Recovery recovery,
    RecentKeys recent) {

  /// @param parts closes what is opened here, also when the rest cannot be opened
  /// @throws dev.reveille.routing.port.StoreException when the directory is in use, or the master
  ///   key is another one
  static StoreFiles open(
      final Path directory,
      final StoreSettings how,
      final InstantSource clock,
      final OpenParts parts)
      throws IOException, SQLException {
    parts.opened(DirectoryLock.take(directory));
    final MainDatabase database =
        parts.opened(new MainDatabase(directory.resolve("reveille.db"), clock));
    final MasterKey master = MasterKey.load(directory, how, !StoreIdentity.needsKey(database));
    StoreIdentity.checkKey(database, master);
    final Path folder = OwnerOnly.folder(directory.resolve("days"));
    final JournalDays days = parts.opened(new JournalDays(folder));
    final PresentFile present = parts.opened(new PresentFile(directory.resolve("present.db")));
    final HistoryDays history = parts.opened(new HistoryDays(folder));
    final long last = Math.max(days.last(), present.fact("folded"));
    final StoreIdentity identity =
        last > days.last() ? StoreIdentity.renew(database) : StoreIdentity.load(database);
    final Recovery recovery = new Recovery(days, history, present);
    final RecentKeys recent = new RecentKeys(folder, how.freshKeys());
    recovery.readKeys(recent, identity.seed());
    parts.opened(
        (AutoCloseable) () -> recent.close(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
    return new StoreFiles(
        database, master, days, present, history, identity, last, recovery, recent);
  }
}
