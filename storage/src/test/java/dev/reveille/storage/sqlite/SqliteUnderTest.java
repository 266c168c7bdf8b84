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
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.StoreUnderTest;
import dev.reveille.routing.port.TestClock;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.WaitingRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A store in a directory of its own for each test. Few keys stay in memory and nothing is folded
/// unless asked, so that small tests reach the files.
final class SqliteUnderTest implements StoreUnderTest, BeforeEachCallback, AfterEachCallback {
  static final StoreSettings SETTINGS =
      StoreSettings.defaults().withDiskFloor(0).withFreshKeys(16).withFoldEvery(Duration.ofDays(1));

  private final TestClock clock = new TestClock(Samples.NOW);
  private Path directory = Path.of("");
  private SqliteStore store;

  @SuppressWarnings("NullAway.Init") // opened before each test
  SqliteUnderTest() {}

  @Override
  public void beforeEach(final ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("reveille-store");
    clock.set(Samples.NOW);
    open();
  }

  @Override
  public void afterEach(final ExtensionContext context) throws IOException {
    store.close();
    delete(directory);
  }

  static void delete(final Path directory) throws IOException {
    final List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (final Path file : all) {
      Files.delete(file);
    }
  }

  Path directory() {
    return directory;
  }

  SqliteStore sqlite() {
    return store;
  }

  void open() {
    open(SETTINGS);
  }

  void open(final StoreSettings settings) {
    store = SqliteStore.open(directory, settings, clock);
  }

  @Override
  public void restart() {
    store.close();
    open();
  }

  @Override
  public void project() {
    store.project();
  }

  @Override
  public Duration retention() {
    return Duration.ofDays(SETTINGS.retentionDays());
  }

  @Override
  public TestClock clock() {
    return clock;
  }

  @Override
  public EventJournal journal() {
    return store.journal();
  }

  @Override
  public Inbox inbox() {
    return store.inbox();
  }

  @Override
  public TrailStore trail() {
    return store.trail();
  }

  @Override
  public SendLog sends() {
    return store.sends();
  }

  @Override
  public WaitingRoom waiting() {
    return store.waiting();
  }

  @Override
  public CallLog calls() {
    return store.calls();
  }

  @Override
  public Registry registry() {
    return store.registry();
  }

  @Override
  public SettingsStore settings() {
    return store.settings();
  }

  @Override
  public OrganisationDomains domains() {
    return store.domains();
  }

  @Override
  public OpenReports openReports() {
    return store.openReports();
  }

  @Override
  public UserPasswords passwords() {
    return store.passwords();
  }

  @Override
  public StartLog startLog() {
    return store.starts();
  }

  @Override
  public ClockLog clockLog() {
    return store.clock();
  }

  @Override
  public SecretStore secrets() {
    return store.secrets();
  }

  @Override
  public SealedSecrets sealed() {
    return store.sealed();
  }

  @Override
  public HubRegistrations hubs() {
    return store.hubs();
  }

  @Override
  public HubJobs hubJobs() {
    return store.hubJobs();
  }

  @Override
  public Handles handles() {
    return store.handles();
  }
}
