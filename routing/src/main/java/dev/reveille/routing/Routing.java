package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The front of this module: protocols hand in events here and ask about calls, inboxes, trails and
/// limits.
///
/// Build it, pass it to the listeners, then call [#resume] before the first event is taken in.
/// Thread-safe. [#resume] blocks on the disk until what the last run left is taken up. [#close]
/// waits up to 10 seconds for the dispatcher and does not close the stores.
public final class Routing implements AutoCloseable {

  /// Operators are told for so long of events that were given up.
  public static final Duration GIVEN_UP_IS_TOLD = TimeScale.divide(Duration.ofDays(7));

  private final Stores stores;
  private final LiveRoutes live;
  private final ServerClock clock;
  private final Directory directory;
  private final Admission admission;
  private final Intake intake;
  private final Calls calls;
  private final DryRun dryRun;
  private final Sends sends;
  private final RelayReports relayReports;
  private final Dispatcher dispatcher;
  private final LookupThreads threads;
  private final Counters counters;
  private final Records records;
  private final Inboxes inboxes;
  private final List<LimitUsage> held;
  private final List<RoutingOptions.Lowered> lowered;

  public Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Senders senders,
      final RoutingOptions options,
      final ServerClock clock) {
    this(stores, directory, live, senders, Audiences.NONE, options, clock);
  }

  /// @param audiences of sends that do not name their addresses themselves
  public Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Senders senders,
      final Audiences audiences,
      final RoutingOptions options,
      final ServerClock clock) {
    this(stores, directory, live, senders, audiences, options, clock, LookupThreads.start());
  }

  /// @param threads that read the stores for the dispatcher; closed with this
  Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Senders senders,
      final Audiences audiences,
      final RoutingOptions options,
      final ServerClock clock,
      final LookupThreads threads) {
    this.threads = threads;
    this.stores = stores;
    this.live = live;
    this.clock = clock;
    this.directory = directory;
    final var parts =
        RoutingParts.of(
            new RoutingParts.Given(
                stores, directory, live, senders, audiences, options, clock, threads));
    this.counters = parts.shared().counters();
    this.admission = parts.accepting().admission();
    this.intake = parts.accepting().intake();
    this.calls = parts.accepting().calls();
    this.dryRun = parts.dispatching().dryRun();
    this.dispatcher = parts.dispatching().dispatcher();
    this.sends =
        new Sends(
            intake,
            stores.journal(),
            stores.sends(),
            stores.trail(),
            dispatcher,
            directory,
            parts.knowing().switches(),
            senders);
    this.relayReports = new RelayReports(parts.shared().mailbox());
    this.records =
        new Records(
            parts.knowing().ids(),
            stores.journal(),
            stores.trail(),
            parts.delivering().delivery()::underWay);
    this.inboxes = new Inboxes(stores.inbox(), stores.journal(), dispatcher, clock);
    this.lowered = options.lowered();
    this.held =
        List.of(
            parts.accepting().room().held(),
            new LimitUsage(Admission.NAME, this::bytesInFlight, admission::refused));
    stores.journal().onCommit(dispatcher::committed);
  }

  /// Takes up what the last run accepted and did not finish, and starts to work.
  public void resume() {
    dispatcher.resume();
  }

  /// Credits of events let in and not yet dispatched.
  public long backlog() {
    return admission.taken();
  }

  public Intake intake() {
    return intake;
  }

  /// Pushes to addresses that belong to no user.
  public Sends sends() {
    return sends;
  }

  /// What relays say became of pushes that they took.
  public RelayReports relayReports() {
    return relayReports;
  }

  /// What would become of an event.
  public DryRun dryRun() {
    return dryRun;
  }

  public Calls calls() {
    return calls;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  /// A user declined a call on one device only: its ring ends there, the others ring on.
  ///
  /// @param call the sequence of the call's event
  /// @param kept as in [Inboxes#mark]
  public void declinedHere(final InstallationId device, final long call, final Runnable kept) {
    dispatcher.declinedHere(device, call, kept);
  }

  public Directory directory() {
    return directory;
  }

  /// What was accepted, and what became of it.
  public Records records() {
    return records;
  }

  /// What waits for users to download.
  public Inboxes inboxes() {
    return inboxes;
  }

  /// Deliveries under way in memory.
  public int inFlight() {
    return dispatcher.inFlight();
  }

  private long bytesInFlight() {
    return (backlog() + inFlight()) * RoutingOptions.BYTES_PER_CREDIT;
  }

  /// How much of each limit is used.
  public List<LimitUsage> held() {
    return held;
  }

  /// Deliveries that wait as rows.
  public long waiting() {
    return stores.waiting().size();
  }

  /// The last committed sequence, 0 when there is none.
  public long lastSequence() {
    return stores.journal().lastSequence();
  }

  /// Bytes that may still be written before the disk floor.
  public long roomLeft() {
    return stores.journal().roomLeft();
  }

  /// Limits that were configured and do not fit into the heap.
  public List<RoutingOptions.Lowered> loweredLimits() {
    return lowered;
  }

  /// Events of the organisation that were given up in the last days because starts crashed while
  /// they worked on them. May read the disk.
  public Optional<StartLog.GivenUp> givenUp(final OrganisationId organisation) {
    return stores.starts().givenUp(organisation, clock.instant().minus(GIVEN_UP_IS_TOLD));
  }

  public Counters counters() {
    return counters;
  }

  public ServerClock clock() {
    return clock;
  }

  /// The most reachable of the user's installations counts: Away when none is in the foreground.
  /// May read the disk.
  public UserPresence presence(final UserId user) {
    final var person = directory.person(user);
    if (person.isEmpty() || person.get().installations().isEmpty()) {
      return UserPresence.OFFLINE;
    }
    final boolean someInForeground =
        person.get().installations().stream()
            .map(installation -> live.of(installation.id()))
            .anyMatch(
                liveState -> liveState.channelOpen() && liveState.state() == AppState.FOREGROUND);
    return someInForeground ? UserPresence.AVAILABLE : UserPresence.AWAY;
  }

  /// Stops dispatching; the stores are closed by their owner.
  @Override
  public void close() {
    dispatcher.close();
    threads.close();
    dispatcher.endsInOrder();
  }
}
