package dev.reveille.bench.breaks;

import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.ForwardingJournal;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.TrailStore;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// A journal that hands everything on; a break overrides what it breaks.
class WrappedJournal extends ForwardingJournal {
  WrappedJournal(final EventJournal journal) {
    super(journal);
  }

  /// The stores with another journal.
  static Stores in(final Stores stores, final EventJournal journal) {
    return new Wrapped(stores, journal, stores.trail(), stores.sends());
  }

  /// The stores with another way to take submissions in.
  ///
  /// @param append gets the journal of the stores and what is handed in
  static Stores appending(
      final Stores stores, final BiConsumer<EventJournal, List<Submission>> append) {
    return in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void append(final List<Submission> submissions) {
            append.accept(journal, submissions);
          }
        });
  }

  /// Hands on what a break does not take for itself.
  static void appendAllBut(
      final EventJournal journal, final List<Submission> all, final Predicate<Submission> taken) {
    final var left = all.stream().filter(taken.negate()).toList();
    if (!left.isEmpty()) {
      journal.append(left);
    }
  }

  /// The stores with another trail.
  static Stores in(final Stores stores, final TrailStore trail) {
    return new Wrapped(stores, stores.journal(), trail, stores.sends());
  }

  /// The stores with another log of sends.
  static Stores in(final Stores stores, final SendLog sends) {
    return new Wrapped(stores, stores.journal(), stores.trail(), sends);
  }

  /// Closes the stores that it was made of.
  private record Wrapped(Stores stores, EventJournal journal, TrailStore trail, SendLog sends)
      implements Stores {
    @Override
    public dev.reveille.routing.port.Inbox inbox() {
      return stores.inbox();
    }

    @Override
    public dev.reveille.routing.port.WaitingRoom waiting() {
      return stores.waiting();
    }

    @Override
    public dev.reveille.routing.port.CallLog calls() {
      return stores.calls();
    }

    @Override
    public dev.reveille.routing.port.Registry registry() {
      return stores.registry();
    }

    @Override
    public dev.reveille.routing.port.SettingsStore settings() {
      return stores.settings();
    }

    @Override
    public dev.reveille.routing.port.SecretStore secrets() {
      return stores.secrets();
    }

    @Override
    public dev.reveille.routing.port.SealedSecrets sealed() {
      return stores.sealed();
    }

    @Override
    public dev.reveille.routing.port.HubRegistrations hubs() {
      return stores.hubs();
    }

    @Override
    public dev.reveille.routing.port.HubJobs hubJobs() {
      return stores.hubJobs();
    }

    @Override
    public dev.reveille.routing.port.OrganisationDomains domains() {
      return stores.domains();
    }

    @Override
    public dev.reveille.routing.port.UserPasswords passwords() {
      return stores.passwords();
    }

    @Override
    public dev.reveille.routing.port.OpenReports openReports() {
      return stores.openReports();
    }

    @Override
    public dev.reveille.routing.port.Handles handles() {
      return stores.handles();
    }

    @Override
    public dev.reveille.routing.port.ClockLog clock() {
      return stores.clock();
    }

    @Override
    public dev.reveille.routing.port.StartLog starts() {
      return stores.starts();
    }

    @Override
    public void close() {
      journal.close();
      stores.close();
    }
  }
}
