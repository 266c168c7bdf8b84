package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.EventIds;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StartLog;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The heart as one thing: what protocols hand events to and ask questions of.
///
/// Build it, let the listeners know it, then [#resume] before the first event is taken in.
public final class Routing implements AutoCloseable {

  /// A line of rows that waits for one app's own settings has this part of the waiting room.
  private static final int LINES_SHARE = 8;

  /// Operators are told for so long of events that were given up.
  public static final Duration GIVEN_UP_IS_TOLD = Duration.ofDays(7);

  /// @param patience how long a live delivery waits for its acknowledgement
  /// @param mostInHeap events let in and not yet dispatched
  /// @param urgentReserve how many more calls and call ends are let in
  /// @param mostInFlight deliveries in memory before the less urgent ones wait as rows
  /// @param mostWaiting rows before only calls and call ends are let in
  /// @param mostRinging units of [#BYTES_PER_UNIT] for calls that ring or ended a moment ago: one
  ///   per recipient, and [#UNITS_PER_CALL] per call
  /// @param mostRingingPerKey the same for calls that were handed in with one key
  public record Options(
      Duration patience,
      int mostInHeap,
      int urgentReserve,
      int mostInFlight,
      long mostWaiting,
      long mostRinging,
      long mostRingingPerKey,
      List<Lowered> lowered) {
    /// What a recipient of a call in memory is counted with.
    public static final int BYTES_PER_UNIT = RingingRoom.BYTES_PER_UNIT;

    /// What a call is counted with beside its recipients.
    public static final int UNITS_PER_CALL = RingingRoom.UNITS_PER_CALL;

    /// Heap that one credit stands for: an event of the usual size that was let in, or its delivery
    /// to one device under way.
    public static final int BYTES_PER_CREDIT = 2_048;

    public static final Options DEFAULT =
        new Options(
            Duration.ofSeconds(2),
            20_000,
            5_000,
            50_000,
            5_000_000,
            4_000_000,
            1_000_000,
            List.of());

    public Options withPatience(final Duration other) {
      return new Options(
          other,
          mostInHeap,
          urgentReserve,
          mostInFlight,
          mostWaiting,
          mostRinging,
          mostRingingPerKey,
          lowered);
    }

    /// The share of the heap that calls may take.
    ///
    /// @param bytes over all
    /// @param bytesPerKey of the calls that one key handed in
    public Options withRinging(final long bytes, final long bytesPerKey) {
      return new Options(
          patience,
          mostInHeap,
          urgentReserve,
          mostInFlight,
          mostWaiting,
          bytes / BYTES_PER_UNIT,
          bytesPerKey / BYTES_PER_UNIT,
          lowered);
    }

    /// A limit that was configured and does not fit into the heap.
    public record Lowered(String setting, long configured, long inForce) {}

    /// Lowers what may be under way to what these bytes of heap hold: half for events let in, half
    /// for deliveries. What that lowers is told in [#lowered], unless it is nothing but the
    /// default.
    public Options within(final long bytes) {
      final int credits = (int) Math.clamp(bytes / 2 / BYTES_PER_CREDIT, 64, Integer.MAX_VALUE / 4);
      final int urgent = Math.min(urgentReserve, credits / 5);
      final int events = Math.min(mostInHeap, credits - urgent);
      final int deliveries = Math.min(mostInFlight, credits - credits / 5);
      final var all = new ArrayList<Lowered>();
      note(all, "routing.most-in-heap", mostInHeap, DEFAULT.mostInHeap, events);
      note(all, "routing.urgent-reserve", urgentReserve, DEFAULT.urgentReserve, urgent);
      note(all, "routing.most-in-flight", mostInFlight, DEFAULT.mostInFlight, deliveries);
      return new Options(
          patience,
          events,
          urgent,
          deliveries,
          mostWaiting,
          mostRinging,
          mostRingingPerKey,
          List.copyOf(all));
    }

    private static void note(
        final List<Lowered> all,
        final String setting,
        final int configured,
        final int usual,
        final int inForce) {
      if (inForce < configured && configured != usual) {
        all.add(new Lowered(setting, configured, inForce));
      }
    }

    /// @param events let in and not yet dispatched
    /// @param urgent how many more calls and call ends are let in
    public Options withInHeap(final int events, final int urgent) {
      return new Options(
          patience,
          events,
          urgent,
          mostInFlight,
          mostWaiting,
          mostRinging,
          mostRingingPerKey,
          lowered);
    }

    public Options withInFlight(final int deliveries) {
      return new Options(
          patience,
          mostInHeap,
          urgentReserve,
          deliveries,
          mostWaiting,
          mostRinging,
          mostRingingPerKey,
          lowered);
    }

    public Options withWaiting(final long rows) {
      return new Options(
          patience,
          mostInHeap,
          urgentReserve,
          mostInFlight,
          rows,
          mostRinging,
          mostRingingPerKey,
          lowered);
    }
  }

  private final Stores stores;
  private final LiveRoutes live;
  private final ServerClock clock;
  private final Directory directory;
  private final Admission admission;
  private final Intake intake;
  private final Calls calls;
  private final Rehearsal rehearsal;
  private final LonePushes lonePushes;
  private final Dispatcher dispatcher;
  private final LookupThreads threads;
  private final Counters counters = new Counters();
  private final Records records;
  private final Inboxes inboxes;
  private final List<Held> held;
  private final List<Options.Lowered> lowered;

  public Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Senders senders,
      final Options options,
      final ServerClock clock) {
    this(stores, directory, live, senders, options, clock, LookupThreads.start());
  }

  /// @param threads that read the stores for the dispatcher; closed with the heart
  Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Senders senders,
      final Options options,
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
    this.intake = new Intake(stores.journal(), admission, book, clock);
    final var watchers = new CallWatchers(threads.ofWatchers());
    this.calls = new Calls(intake, stores.calls(), book, watchers, clock);
    final var silent = new SilentCalls(calls, stores.trail(), threads);
    final var trail = new Trail(stores.journal(), silent::whenKept);
    final var rows =
        new Rows(stores.waiting(), trail, Math.max(1, options.mostWaiting() / LINES_SHARE), clock);
    final var gates = new Gates(senders);
    final var mailbox = new Mailbox<Letter>();
    final var looks = new Looks(stores.settings(), directory, stores.registry());
    final var switches = new Switches(stores.settings());
    final var circumstances = new Circumstances(directory, switches, live);
    final var lookups =
        new Lookups(
            stores.journal(),
            stores.inbox(),
            stores.trail(),
            directory,
            circumstances,
            looks,
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
            looks,
            lookups,
            trail,
            gates,
            mailbox,
            ids,
            counters);
    final var addresses = new Addresses(stores.registry(), threads.ofVerdicts(), mailbox, counters);
    final var delivery =
        new Delivery(
            live,
            calls,
            new Pushing(senders, addresses, departures, rows, trail, gates, clock, counters),
            departures,
            rows,
            lookups,
            trail,
            new Delivery.Limits(options.patience(), options.mostInFlight()),
            clock,
            mailbox,
            counters);
    stores
        .registry()
        .onChange(change -> {
          switch (change) {
            case Registry.Change.AppChanged(var app) -> mailbox.put(new Letter.AppChanged(app));
            case Registry.Change.InstallationChanged(var device, var users) -> {
              final var ringing = calls.ringingFor(users);
              if (!ringing.isEmpty()) {
                mailbox.put(new Letter.CameDuringRing(device, ringing));
              }
            }
            case Registry.Change.UserChanged _ -> {}
          }
        });
    senders.onChange(id -> mailbox.put(new Letter.SendersChanged(id)));
    final var ringing = new RingingNow(calls, clock);
    this.lonePushes = new LonePushes(directory, switches, senders, clock);
    final var router = new Router(options.patience());
    this.rehearsal = new Rehearsal(circumstances, calls, stores.journal(), live, router, clock);
    final var marks = new MarksSaid();
    final var fanout =
        new Fanout(
            circumstances,
            live,
            calls,
            new RingCounts(),
            ringing,
            router,
            delivery,
            marks,
            rows,
            trail,
            clock,
            counters);
    final var returns = new Returns(rows, lookups, fanout, delivery, gates, counters);
    final var scheduler =
        new Scheduler(returns, lookups, fanout, delivery, calls, admission, trail, counters);
    final var start =
        new CarefulStart(stores.starts(), threads, mailbox, scheduler, delivery, trail);
    final var steps =
        new ClockSteps(
            clock,
            stores.clock(),
            threads.ofVerdicts(),
            mailbox,
            List.of(gates, addresses, delivery, scheduler, returns, calls, start));
    this.dispatcher =
        new Dispatcher(
            stores.journal(),
            returns,
            scheduler,
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
    this.records = new Records(ids, stores.journal(), stores.trail(), delivery::underWay);
    this.inboxes = new Inboxes(stores.inbox(), stores.journal(), dispatcher, clock);
    this.lowered = options.lowered();
    this.held =
        List.of(room.held(), new Held(Admission.NAME, this::bytesInFlight, admission::refused));
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

  /// Pushes that belong to no event.
  public LonePushes lonePushes() {
    return lonePushes;
  }

  /// What would become of an event.
  public Rehearsal rehearsal() {
    return rehearsal;
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
    return (backlog() + inFlight()) * Options.BYTES_PER_CREDIT;
  }

  /// What peers make the heart hold, by bound.
  public List<Held> held() {
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
  public List<Options.Lowered> loweredLimits() {
    return lowered;
  }

  /// Events of the organisation that were given up in the last days because starts fell while they
  /// worked on them. May read the disk.
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
            .anyMatch(sight -> sight.channelOpen() && sight.state() == AppState.FOREGROUND);
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
