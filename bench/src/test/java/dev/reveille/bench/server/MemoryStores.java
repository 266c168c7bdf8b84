package dev.reveille.bench.server;

import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.ClockLog;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.MemoryWaitingRoom;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.WaitingRoom;
import java.time.InstantSource;

/// Stores that keep nothing of what is accepted: events, trails, marks and waiting work live in
/// memory for [MemoryEvents#KEPT] and are gone with the process. Users, devices, settings and keys
/// stay where another store keeps them.
///
/// A server on these is what a durable server is compared with: the difference is what keeping
/// costs.
final class MemoryStores implements Stores {
  private final Stores lasting;
  private final MemoryEvents events;
  private final MemoryJournal journal;
  private final MemoryInbox inbox;
  private final MemoryWaitingRoom waiting = new MemoryWaitingRoom(() -> {});

  /// @param lasting keeps registry, settings and secrets; closed with these
  MemoryStores(final Stores lasting, final InstantSource clock) {
    this.lasting = lasting;
    this.events = new MemoryEvents(clock);
    this.inbox = new MemoryInbox(events, clock);
    this.journal = new MemoryJournal(events, waiting::noted);
  }

  @Override
  public EventJournal journal() {
    return journal;
  }

  @Override
  public Inbox inbox() {
    return inbox;
  }

  @Override
  public TrailStore trail() {
    return events;
  }

  @Override
  public SendLog sends() {
    return events.sends();
  }

  @Override
  public WaitingRoom waiting() {
    return waiting;
  }

  @Override
  public ClockLog clock() {
    return lasting.clock();
  }

  @Override
  public StartLog starts() {
    return lasting.starts();
  }

  @Override
  public CallLog calls() {
    return events;
  }

  @Override
  public Registry registry() {
    return lasting.registry();
  }

  @Override
  public SettingsStore settings() {
    return lasting.settings();
  }

  @Override
  public SecretStore secrets() {
    return lasting.secrets();
  }

  @Override
  public SealedSecrets sealed() {
    return lasting.sealed();
  }

  @Override
  public HubRegistrations hubs() {
    return lasting.hubs();
  }

  @Override
  public HubJobs hubJobs() {
    return lasting.hubJobs();
  }

  @Override
  public OrganisationDomains domains() {
    return lasting.domains();
  }

  @Override
  public UserPasswords passwords() {
    return lasting.passwords();
  }

  @Override
  public OpenReports openReports() {
    return lasting.openReports();
  }

  @Override
  public Handles handles() {
    return lasting.handles();
  }

  @Override
  public void close() {
    journal.close();
    lasting.close();
  }
}
