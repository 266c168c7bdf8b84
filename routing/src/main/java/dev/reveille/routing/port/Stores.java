package dev.reveille.routing.port;

/// All stores of a server, opened before its other parts and closed after them. Where and how they
/// are opened is the implementation's matter. Each store is thread-safe; [#close] blocks until what
/// is queued is on disk.
public interface Stores extends AutoCloseable {
  EventJournal journal();

  Inbox inbox();

  TrailStore trail();

  SendLog sends();

  WaitingRoom waiting();

  CallLog calls();

  Registry registry();

  SettingsStore settings();

  SecretStore secrets();

  SealedSecrets sealed();

  HubRegistrations hubs();

  HubJobs hubJobs();

  Handles handles();

  OpenReports openReports();

  ClockLog clock();

  StartLog starts();

  OrganisationDomains domains();

  UserPasswords passwords();

  /// Commits what is queued and frees what the store holds.
  ///
  /// @throws StoreException when what is queued cannot be kept
  @Override
  void close();

  /// Stores of several owners put together: each part belongs to its owner, so [#close] closes none
  /// of them.
  record Parts(
      EventJournal journal,
      Inbox inbox,
      TrailStore trail,
      SendLog sends,
      WaitingRoom waiting,
      CallLog calls,
      Registry registry,
      SettingsStore settings,
      SecretStore secrets,
      SealedSecrets sealed,
      HubRegistrations hubs,
      HubJobs hubJobs,
      Handles handles,
      OpenReports openReports,
      ClockLog clock,
      StartLog starts,
      OrganisationDomains domains,
      UserPasswords passwords)
      implements Stores {
    /// The parts of a store, to put others in the place of some.
    public static Parts of(final Stores stores) {
      return new Parts(
          stores.journal(),
          stores.inbox(),
          stores.trail(),
          stores.sends(),
          stores.waiting(),
          stores.calls(),
          stores.registry(),
          stores.settings(),
          stores.secrets(),
          stores.sealed(),
          stores.hubs(),
          stores.hubJobs(),
          stores.handles(),
          stores.openReports(),
          stores.clock(),
          stores.starts(),
          stores.domains(),
          stores.passwords());
    }

    @Override
    public void close() {}
  }

  default Administration administration() {
    return new Administration(registry(), secrets(), settings(), domains(), passwords(), handles());
  }
}
