package dev.reveille.routing;

import dev.reveille.model.AppState;
import dev.reveille.model.Position;
import dev.reveille.model.PushService;
import dev.reveille.model.UserId;
import dev.reveille.model.UserPresence;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.PushSender;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// The heart as one thing: what protocols hand events to and ask questions of.
///
/// Build it, let the listeners know it, then [#resume] before the first event is taken in.
public final class Routing implements AutoCloseable {

  /// @param patience how long a live delivery waits for its acknowledgement
  /// @param mostInHeap events let in and not yet dispatched
  /// @param urgentReserve how many more calls and call ends are let in
  /// @param mostInFlight deliveries in memory before the less urgent ones wait as rows
  /// @param mostWaiting rows before only calls and call ends are let in
  public record Options(
      Duration patience, int mostInHeap, int urgentReserve, int mostInFlight, long mostWaiting) {
    public static final Options DEFAULT =
        new Options(Duration.ofSeconds(2), 20_000, 5_000, 50_000, 5_000_000);
  }

  private final Stores stores;
  private final LiveRoutes live;
  private final InstantSource clock;
  private final Directory directory;
  private final Admission admission;
  private final Intake intake;
  private final Calls calls;
  private final Rehearsal rehearsal;
  private final LonePushes lonePushes;
  private final Dispatcher dispatcher;
  private final Counters counters = new Counters();

  public Routing(
      final Stores stores,
      final Directory directory,
      final LiveRoutes live,
      final Map<PushService, PushSender> senders,
      final Options options,
      final InstantSource clock) {
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
    this.intake = new Intake(stores.journal(), admission, clock);
    this.calls = new Calls(intake, stores.calls(), clock);
    final var trail = new Trail(stores.journal());
    final var rows = new Rows(stores.waiting(), trail);
    final var gates = new Gates();
    final var mailbox = new Mailbox<Letter>();
    final var pushing =
        new Pushing(
            senders,
            calls,
            stores.inbox(),
            stores.registry(),
            new Looks(stores.settings(), directory, stores.registry()),
            rows,
            trail,
            mailbox,
            stores.journal().epoch(),
            gates,
            counters);
    final var delivery =
        new Delivery(
            live,
            calls,
            stores.inbox(),
            pushing,
            rows,
            trail,
            new Delivery.Limits(options.patience(), options.mostInFlight()),
            mailbox,
            counters);
    final var switches = new Switches(stores.settings());
    this.lonePushes = new LonePushes(directory, switches, senders, clock);
    final var circumstances = new Circumstances(directory, switches, live);
    final var router = new Router(options.patience());
    this.rehearsal = new Rehearsal(directory, circumstances, live, router, clock);
    final var fanout =
        new Fanout(
            stores.journal(),
            stores.inbox(),
            directory,
            circumstances,
            live,
            calls,
            new RingCounts(stores.journal(), stores.trail()),
            router,
            delivery,
            rows,
            trail,
            counters);
    this.dispatcher =
        new Dispatcher(
            stores.journal(),
            new Returns(rows, fanout, delivery, gates, counters),
            fanout,
            delivery,
            calls,
            admission,
            trail,
            mailbox,
            clock,
            counters);
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

  public Dispatcher dispatcher() {
    return dispatcher;
  }

  public Directory directory() {
    return directory;
  }

  public Stores stores() {
    return stores;
  }

  public Counters counters() {
    return counters;
  }

  public InstantSource clock() {
    return clock;
  }

  /// An event's public id.
  public String eventId(final long sequence) {
    return new Position(stores.journal().epoch(), sequence).toString();
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
  }
}
