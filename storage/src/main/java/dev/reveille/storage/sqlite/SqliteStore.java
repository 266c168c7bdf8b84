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
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.WaitingRoom;
import java.nio.file.Path;
import java.time.InstantSource;

/// All stores of a server on SQLite, in one data directory. Only one server at a time can open it:
/// [#open] throws [dev.reveille.routing.port.StoreException] for the second, and when a file cannot
/// be read. Opening and [#close] block on the disk, as long as the projections are behind.
///
/// ```java
/// try (var store = SqliteStore.open(directory, StoreSettings.defaults(), InstantSource.system())) {
///   store.journal().append(…);
/// }
/// ```
public final class SqliteStore implements Stores {
  private final Engine engine;

  private SqliteStore(final Engine engine) {
    this.engine = engine;
  }

  /// Opens the directory, makes it when missing, and reads what a former run left undone.
  ///
  /// @throws StoreException with a remedy when it is in use, damaged, of a newer format, or locked
  ///   by another master key
  public static SqliteStore open(
      final Path directory, final StoreSettings settings, final InstantSource clock) {
    return open(directory, settings, clock, clock);
  }

  /// The same with a clock of its own for the removal of what is old, which follows a step of the
  /// system's clock only after a day.
  public static SqliteStore open(
      final Path directory,
      final StoreSettings settings,
      final InstantSource clock,
      final InstantSource calm) {
    return new SqliteStore(Engine.start(directory, settings, clock, calm));
  }

  @Override
  public EventJournal journal() {
    return engine.journal();
  }

  @Override
  public Inbox inbox() {
    return engine.inbox();
  }

  @Override
  public TrailStore trail() {
    return engine.trail();
  }

  @Override
  public SendLog sends() {
    return engine.sends();
  }

  @Override
  public WaitingRoom waiting() {
    return engine.waiting();
  }

  @Override
  public CallLog calls() {
    return engine.calls();
  }

  @Override
  public Registry registry() {
    return engine.registry();
  }

  @Override
  public SettingsStore settings() {
    return engine.settings();
  }

  @Override
  public SecretStore secrets() {
    return engine.secrets();
  }

  @Override
  public SealedSecrets sealed() {
    return engine.sealed();
  }

  @Override
  public HubRegistrations hubs() {
    return engine.hubs();
  }

  @Override
  public HubJobs hubJobs() {
    return engine.hubJobs();
  }

  @Override
  public OpenReports openReports() {
    return engine.openReports();
  }

  @Override
  public Handles handles() {
    return engine.handles();
  }

  @Override
  public ClockLog clock() {
    return engine.clock();
  }

  @Override
  public OrganisationDomains domains() {
    return engine.domains();
  }

  @Override
  public UserPasswords passwords() {
    return engine.passwords();
  }

  @Override
  public StartLog starts() {
    return engine.starts();
  }

  /// Lets the projections catch up; for tests.
  void project() {
    engine.project();
  }

  /// Does at once what is otherwise done now and then; for tests.
  void maintain() {
    engine.maintain();
  }

  /// Makes the disk seem full; for tests.
  void limitJournalPages(final long most) {
    engine.limitJournalPages(most);
  }

  /// Commits what is queued, finishes the projections, and frees the directory.
  @Override
  public void close() {
    engine.close();
  }
}
