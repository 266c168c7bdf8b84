package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.ClockLog;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.storage.codec.NewerFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;

/// Opens the parts of the store in order and closes them in reverse.
///
/// ```
///   StoreFiles ─► StoreMemory ─► Projector folds what a former run did not ─► JournalWriter
///                                                                                  │
///   ports: SqliteJournal, SqliteInbox, SqliteTrail, SqliteRegistry, …  ◄───────────┘
/// ```
final class Engine implements AutoCloseable {
  private final OpenParts parts;
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
  private final HubRegistrations hubs;
  private final HubJobs hubJobs;
  private final SqliteOrganisationDomains domains;
  private final UserPasswords passwords;
  private final Handles handles;
  private final OpenReports openReports;

  static Engine start(
      final Path directory,
      final StoreSettings settings,
      final InstantSource clock,
      final InstantSource calm) {
    final OpenParts parts = new OpenParts();
    boolean done = false;
    try {
      final StoreFiles files = StoreFiles.open(directory, settings, clock, parts);
      final Engine engine = new Engine(parts, files, directory, settings, clock, calm);
      done = true;
      return engine;
    } catch (IOException e) {
      throw new StoreException(
          directory + " cannot be used: " + e + ".", "Check the disk and the rights.", e);
    } catch (NewerFormatException e) {
      throw new StoreException(
          directory + " was written by a newer version: " + e.getMessage() + ".",
          "Start the version that wrote it, or a newer one.",
          e);
    } catch (SQLException e) {
      throw Database.failed(directory, e);
    } finally {
      if (!done) {
        parts.close();
      }
    }
  }

  /// @param calm the clock of the removal of what is old
  private Engine(
      final OpenParts parts,
      final StoreFiles files,
      final Path directory,
      final StoreSettings how,
      final InstantSource clock,
      final InstantSource calm)
      throws IOException, SQLException {
    this.parts = parts;
    this.days = files.days();
    final StoreMemory memory = StoreMemory.of(files, how);
    this.waiting = memory.waiting();
    this.projector = projector(files, memory, how);
    files.recovery().foldTail(memory.unfolded(), waiting, projector);
    memory.farAhead().count();
    parts.startThread("journal-folder", projector, projector::close);

    final WriterQueue queue = new WriterQueue();
    final DuplicateCheck keys = new DuplicateCheck(files.recent(), days, files.identity().seed());
    final DiskRoom room = new DiskRoom(directory, how.diskFloor());
    final JournalWriter writer = writer(files, memory, queue, keys, room, clock);
    this.secrets = new SqliteSecrets(files.database(), files.master());
    this.sealed = new SqliteSealedSecrets(files.database(), files.master());
    this.hubs = new SqliteHubRegistrations(files.database());
    this.hubJobs = new SqliteHubJobs(files.database(), files.master());
    this.domains = new SqliteOrganisationDomains(files.database());
    this.passwords = new SqliteUserPasswords(files.database(), files.master(), domains);
    this.handles = new SqliteHandles(files.database());
    this.openReports = new SqliteOpenReports(files.database());
    this.maintenance = maintenance(files, secrets, room, writer, how, clock, calm);
    maintenance.once();
    parts.startThread("journal-maintenance", maintenance, maintenance::close);
    final Runnable end = parts.startThread("journal-writer", writer, queue::close);

    this.journal = journal(files, memory, queue, writer, keys, room, clock, end);
    this.inbox = inbox(files, memory, writer, clock);
    this.trail = trail(files, memory);
    this.sends =
        new SqliteSendLog(memory.sends(), files.present(), memory.bodies(), memory.farAhead());
    this.calls = new SqliteCalls(ReadSources.of(files, memory), memory.bodies());
    this.settings = new SqliteSettings(files.database());
    this.registry = registry(files, memory, writer, how, secrets, settings, domains);
    this.clock = new SqliteClockLog(files.database());
    this.starts = new SqliteStartLog(files.database());
  }

  private static Projector projector(
      final StoreFiles files, final StoreMemory memory, final StoreSettings how) {
    return new Projector(
        ReadSources.of(files, memory),
        memory.waiting(),
        memory.farAhead(),
        how.foldEvery(),
        files.recovery().safe());
  }

  private static JournalWriter writer(
      final StoreFiles files,
      final StoreMemory memory,
      final WriterQueue queue,
      final DuplicateCheck keys,
      final DiskRoom room,
      final InstantSource clock) {
    return new JournalWriter(
        queue,
        files.days(),
        keys,
        files.identity().seed(),
        room,
        memory.unfolded(),
        memory::committed,
        clock,
        files.last());
  }

  private static Maintenance maintenance(
      final StoreFiles files,
      final SqliteSecrets secrets,
      final DiskRoom room,
      final JournalWriter writer,
      final StoreSettings how,
      final InstantSource clock,
      final InstantSource calm) {
    return new Maintenance(
        files.days(),
        files.history(),
        files.present(),
        files.database(),
        secrets,
        files.recent(),
        room,
        writer.commitLock(),
        how,
        clock,
        calm);
  }

  /// @param end stops the writer and waits for it
  private static SqliteJournal journal(
      final StoreFiles files,
      final StoreMemory memory,
      final WriterQueue queue,
      final JournalWriter writer,
      final DuplicateCheck keys,
      final DiskRoom room,
      final InstantSource clock,
      final Runnable end) {
    return new SqliteJournal(
        queue,
        writer,
        memory.bodies(),
        files.days(),
        keys,
        files.identity(),
        room,
        clock,
        new UnfinishedEvents(files.present(), memory.bodies()),
        end);
  }

  private static SqliteInbox inbox(
      final StoreFiles files,
      final StoreMemory memory,
      final JournalWriter writer,
      final InstantSource clock) {
    return new SqliteInbox(
        ReadSources.of(files, memory),
        memory.bodies(),
        memory.counts(),
        files.identity().epoch(),
        writer::lastSequence,
        clock);
  }

  private static SqliteTrail trail(final StoreFiles files, final StoreMemory memory) {
    return new SqliteTrail(ReadSources.of(files, memory), memory.sends());
  }

  /// What a change of the registry means for secrets, settings, domains and counts is told to them.
  private static SqliteRegistry registry(
      final StoreFiles files,
      final StoreMemory memory,
      final JournalWriter writer,
      final StoreSettings how,
      final SqliteSecrets secrets,
      final SqliteSettings settings,
      final SqliteOrganisationDomains domains) {
    final SqliteRegistry registry =
        new SqliteRegistry(
            files.database(),
            memory.erasures(),
            writer::lastSequence,
            how.nameRest(),
            removed -> {
              secrets.keysChanged();
              domains.readAgain();
              removed.forEach(settings::tell);
            });
    secrets.onCredentialChange(registry::credentialsChanged);
    registry.onChange(change -> {
      if (change instanceof Registry.Change.UserChanged(var user)) {
        memory.counts().forget(user);
      }
    });
    return registry;
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

  OrganisationDomains domains() {
    return domains;
  }

  UserPasswords passwords() {
    return passwords;
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

  HubRegistrations hubs() {
    return hubs;
  }

  HubJobs hubJobs() {
    return hubJobs;
  }

  OpenReports openReports() {
    return openReports;
  }

  Handles handles() {
    return handles;
  }

  @Override
  public void close() {
    parts.close();
  }
}
