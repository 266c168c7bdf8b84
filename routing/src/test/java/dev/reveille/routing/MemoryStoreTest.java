package dev.reveille.routing;

import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.CallLogContract;
import dev.reveille.routing.port.ClockLog;
import dev.reveille.routing.port.ClockLogContract;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournalContract;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubBatchesContract;
import dev.reveille.routing.port.HubFormerContract;
import dev.reveille.routing.port.HubFormsContract;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubJobsContract;
import dev.reveille.routing.port.HubListsContract;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.HubRegistrationsContract;
import dev.reveille.routing.port.HubTargetsContract;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.MemoryHubJobs;
import dev.reveille.routing.port.MemoryHubRegistrations;
import dev.reveille.routing.port.MemoryOrganisationDomains;
import dev.reveille.routing.port.MemorySealedSecrets;
import dev.reveille.routing.port.MemoryUserPasswords;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.OrganisationDomainsContract;
import dev.reveille.routing.port.PushAddressContract;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SealedSecretsContract;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLogContract;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStoreContract;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.StartLogContract;
import dev.reveille.routing.port.StoreUnderTest;
import dev.reveille.routing.port.TestClock;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.UserPasswordsContract;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WaitingRoomContract;
import java.time.Duration;

/// The store of our dialogues fulfils the contracts of the real ones, so the dialogues mean
/// something.
class MemoryStoreTest
    implements EventJournalContract,
        WaitingRoomContract,
        CallLogContract,
        SendLogContract,
        ClockLogContract,
        StartLogContract,
        SealedSecretsContract,
        OrganisationDomainsContract,
        UserPasswordsContract,
        HubRegistrationsContract,
        HubFormerContract,
        HubFormsContract,
        HubListsContract,
        HubTargetsContract,
        HubBatchesContract,
        HubJobsContract,
        PushAddressContract,
        SettingsStoreContract {
  private final StoreUnderTest store = new InMemory();

  @Override
  public StoreUnderTest store() {
    return store;
  }

  private static final class InMemory implements StoreUnderTest {
    private final TestClock clock = new TestClock(Samples.NOW);
    private final MemoryStore memory = new MemoryStore(clock);
    private final MemoryRegistry registry = new MemoryRegistry(() -> {}, clock);
    private final MemorySealedSecrets sealed = new MemorySealedSecrets();
    private final MemoryHubRegistrations hubs = new MemoryHubRegistrations(clock);
    private final MemoryHubJobs hubJobs = new MemoryHubJobs();
    private final MemorySettings settings = new MemorySettings(() -> {}, clock);

    private final MemoryOrganisationDomains domains = new MemoryOrganisationDomains();
    private final MemoryUserPasswords passwords = new MemoryUserPasswords(registry, domains, clock);

    InMemory() {
      memory.commitsAtOnce = true;
      memory.remembersStarts = true;
    }

    @Override
    public EventJournal journal() {
      return memory.journal();
    }

    @Override
    public Inbox inbox() {
      return memory.inbox();
    }

    @Override
    public TrailStore trail() {
      return memory.trail();
    }

    @Override
    public SendLog sends() {
      return memory.sends();
    }

    @Override
    public WaitingRoom waiting() {
      return memory.waiting();
    }

    @Override
    public CallLog calls() {
      return memory.calls();
    }

    @Override
    public Registry registry() {
      return registry;
    }

    @Override
    public SettingsStore settings() {
      return settings;
    }

    @Override
    public SecretStore secrets() {
      return RoutingFixture.unasked(SecretStore.class);
    }

    @Override
    public SealedSecrets sealed() {
      return sealed;
    }

    @Override
    public HubRegistrations hubs() {
      return hubs;
    }

    @Override
    public HubJobs hubJobs() {
      return hubJobs;
    }

    @Override
    public OrganisationDomains domains() {
      return domains;
    }

    @Override
    public UserPasswords passwords() {
      return passwords;
    }

    @Override
    public OpenReports openReports() {
      return RoutingFixture.unasked(OpenReports.class);
    }

    @Override
    public Handles handles() {
      return RoutingFixture.unasked(Handles.class);
    }

    @Override
    public StartLog startLog() {
      return memory.starts;
    }

    @Override
    public ClockLog clockLog() {
      return memory.clock();
    }

    @Override
    public TestClock clock() {
      return clock;
    }

    @Override
    public void restart() {
      memory.commit();
      memory.crash();
    }

    @Override
    public void project() {}

    @Override
    public Duration retention() {
      return MemoryStore.RETENTION;
    }
  }
}
