package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.EventIds;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The front of this module: what protocols hand events to and ask questions of.
///
/// Build it, let the listeners know it, then [#resume] before the first event is taken in.
public final class Routing implements AutoCloseable {

  /// A line of rows that waits for one app's own settings has this part of the waiting room.
  private static final int LINES_SHARE = 8;

  /// Operators are told for so long of events that were given up.
  public static final Duration GIVEN_UP_IS_TOLD = Duration.ofDays(7);

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
  private final Counters counters = new Counters();
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
    this.admission =
        new Admission(
            stores.journal(),
            stores.waiting(),
            new Admission.Limits(
                options.mostInHeap(), options.urgentReserve(), options.mostWaiting()));
    final var room = new RingingRoom(options.mostRinging(), options.mostRingingPerKey());
    final var book = new CallBook(room);
    final var farAhead = new FarAhead(stores.sends(), SendLog.MOST_BYTES_OF_ALL);
    this.intake = new Intake(stores.journal(), admission, farAhead, book, clock);
    final var watchers = new CallWatchers(threads.ofWatchers());
    this.calls = new Calls(intake, stores.calls(), book, watchers, clock);
    final var silent = new SilentCalls(calls, stores.trail(), threads);
    final var trail = new Trail(stores.journal(), silent::whenKept, clock);
    final var pending =
        new PendingRows(
            stores.waiting(), trail, Math.max(1, options.mostWaiting() / LINES_SHARE), clock);
    final var breakers = new CircuitBreakers(senders);
    final var mailbox = new Mailbox<DispatcherInput>();
    final var styles = new NotificationStyles(stores.settings(), directory, stores.registry());
    final var switches = new Switches(stores.settings());
    final var routingInput = new RoutingInput(directory, switches, live);
    final var ofSends =
        new SendLookups(
            stores.trail(),
            stores.sends(),
            audiences,
            threads,
            mailbox,
            stores.journal().lastSequence());
    final var lookups =
        new Lookups(
            stores.journal(),
            stores.inbox(),
            stores.trail(),
            ofSends,
            directory,
            routingInput,
            styles,
            live,
            threads,
            mailbox,
            clock,
            counters);
    final var ids = new EventIds(stores.journal().epoch(), stores.journal().idKey());
    final var departures =
        new Departures(
            senders,
            directory,
            calls,
            stores.inbox(),
            styles,
            lookups,
            trail,
            breakers,
            mailbox,
            ids,
            counters);
    final var addresses = new Addresses(stores.registry(), threads.ofVerdicts(), mailbox, counters);
    final var pushing =
        new Pushing(senders, addresses, departures, pending, trail, breakers, clock, counters);
    final var delivery =
        new Delivery(
            live,
            calls,
            pushing,
            departures,
            new Load(departures, options.mostInFlight()),
            new Transit(pending, lookups, pushing, trail, counters),
            pending,
            lookups,
            trail,
            options.patience(),
            clock,
            mailbox,
            counters);
    stores
        .registry()
        .onChange(change -> {
          switch (change) {
            case Registry.Change.AppChanged(var app) ->
                mailbox.put(new DispatcherInput.AppChanged(app));
            case Registry.Change.InstallationChanged(var device, var users) -> {
              final var ringing = calls.ringingFor(users);
              if (!ringing.isEmpty()) {
                mailbox.put(new DispatcherInput.CameDuringRing(device, ringing));
              }
            }
            case Registry.Change.UserChanged _ -> {}
          }
        });
    senders.onChange(id -> mailbox.put(new DispatcherInput.SendersChanged(id)));
    final var ringing = new RingingNow(calls, clock);
    final var router = new Router(options.patience());
    this.dryRun = new DryRun(routingInput, calls, stores.journal(), live, router, clock);
    final var marks = new RecentMarks();
    final var sendFanOut =
        new SendFanOut(ofSends, delivery, pending, trail, admission, mailbox, ids, clock, counters);
    final var eventFanOut =
        new EventFanOut(
            routingInput,
            live,
            calls,
            new RingCounts(),
            ringing,
            router,
            delivery,
            marks,
            pending,
            sendFanOut,
            trail,
            clock,
            counters);
    final var dueWork = new DueWork(pending, lookups, eventFanOut, delivery, breakers, counters);
    final var scheduler =
        new Scheduler(
            dueWork, lookups, eventFanOut, sendFanOut, delivery, calls, admission, trail, counters);
    final var start = new CarefulStart(stores.starts(), threads, mailbox, delivery);
    final var steps =
        new ClockSteps(
            clock,
            stores.clock(),
            threads.ofVerdicts(),
            mailbox,
            List.of(breakers, addresses, delivery, scheduler, sendFanOut, dueWork, calls, start));
    this.dispatcher =
        new Dispatcher(
            stores.journal(),
            dueWork,
            scheduler,
            sendFanOut,
            stores.sends(),
            delivery,
            marks,
            addresses,
            calls,
            ringing,
            trail,
            mailbox,
            clock,
            steps,
            start,
            counters);
    this.sends =
        new Sends(
            intake,
            stores.journal(),
            stores.sends(),
            stores.trail(),
            dispatcher,
            directory,
            switches,
            senders);
    this.relayReports = new RelayReports(mailbox);
    this.records = new Records(ids, stores.journal(), stores.trail(), delivery::underWay);
    this.inboxes = new Inboxes(stores.inbox(), stores.journal(), dispatcher, clock);
    this.lowered = options.lowered();
    this.held =
        List.of(
            room.held(), new LimitUsage(Admission.NAME, this::bytesInFlight, admission::refused));
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
