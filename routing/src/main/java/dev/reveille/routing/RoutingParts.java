package dev.reveille.routing;

import dev.reveille.model.EventIds;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.Stores;
import java.util.List;

/// Builds the parts of [Routing] in the order in which an event meets them: it is accepted, what is
/// known of its recipients is read, it is delivered, and the dispatcher's thread drives all of it.
///
/// Called once, by the thread that builds [Routing]; nothing runs before [Dispatcher#resume].
record RoutingParts(
    Shared shared,
    Accepting accepting,
    Knowing knowing,
    Delivering delivering,
    Dispatching dispatching) {
  /// A line of rows that waits for one app's own settings has this part of the waiting room.
  private static final int LINES_SHARE = 8;

  /// What routing is built on.
  ///
  /// @param threads that read the stores for the dispatcher
  record Given(
      Stores stores,
      Directory directory,
      LiveRoutes live,
      Senders senders,
      Audiences audiences,
      RoutingOptions options,
      ServerClock clock,
      LookupThreads threads) {}

  /// What nearly every part has.
  ///
  /// @param mailbox the inputs of the dispatcher
  record Shared(Mailbox<DispatcherInput> mailbox, Counters counters, Trail trail) {}

  /// What decides whether an event is taken in, and what it does to calls.
  record Accepting(Admission admission, RingingRoom room, Intake intake, Calls calls) {
    static Accepting of(final Given given) {
      final var stores = given.stores();
      final var options = given.options();
      final var admission =
          new Admission(
              stores.journal(),
              stores.waiting(),
              new Admission.Limits(
                  options.mostInHeap(), options.urgentReserve(), options.mostWaiting()));
      final var room = new RingingRoom(options.mostRinging(), options.mostRingingPerKey());
      final var book = new ActiveCalls(room);
      final var farAhead = new ScheduledSendQuota(stores.sends(), SendLog.MOST_BYTES_OF_ALL);
      final var intake = new Intake(stores.journal(), admission, farAhead, book, given.clock());
      final var watchers = new CallWatchers(given.threads().ofWatchers());
      final var calls = new Calls(intake, stores.calls(), book, watchers, given.clock());
      return new Accepting(admission, room, intake, calls);
    }

    /// The trail, which also tells when a call that was declined "here" has fallen silent.
    Trail trail(final Given given) {
      final var silent = new DeclinedEverywhere(calls, given.stores().trail(), given.threads());
      return new Trail(given.stores().journal(), silent::whenKept, given.clock());
    }
  }

  /// What reads users, devices, settings and histories, from memory or on the look-up threads.
  record Knowing(
      RoutingInput input,
      PushSwitches switches,
      NotificationStyles styles,
      SendLookups ofSends,
      Lookups lookups,
      SendWording wording,
      EventIds ids) {
    static Knowing of(final Given given, final Shared shared) {
      final var stores = given.stores();
      final var styles =
          new NotificationStyles(stores.settings(), given.directory(), stores.registry());
      final var switches = new PushSwitches(stores.settings());
      final var input = new RoutingInput(given.directory(), switches, given.live());
      final var ids = new EventIds(stores.journal().epoch(), stores.journal().idKey());
      final var wording = new SendWording(ids, given.senders());
      final var ofSends =
          new SendLookups(
              stores.trail(),
              stores.sends(),
              given.audiences(),
              wording,
              given.directory(),
              switches,
              given.threads(),
              shared.mailbox(),
              stores.journal().lastSequence());
      final var lookups =
          new Lookups(
              stores.journal(),
              stores.inbox(),
              stores.trail(),
              ofSends,
              given.directory(),
              switches,
              input,
              styles,
              given.live(),
              given.threads(),
              shared.mailbox(),
              given.clock(),
              shared.counters());
      return new Knowing(input, switches, styles, ofSends, lookups, wording, ids);
    }
  }

  /// What sends frames and pushes, and keeps as rows what has to wait.
  record Delivering(
      PendingRows pending, CircuitBreakers breakers, Addresses addresses, Delivery delivery) {
    static Delivering of(
        final Given given, final Shared shared, final Accepting accepting, final Knowing knowing) {
      final var stores = given.stores();
      final var clock = given.clock();
      final var options = given.options();
      final var pending =
          new PendingRows(
              stores.waiting(),
              shared.trail(),
              Math.max(1, options.mostWaiting() / LINES_SHARE),
              clock);
      final var breakers = new CircuitBreakers(given.senders());
      final var departures = departures(given, shared, accepting, knowing, breakers);
      final var addresses =
          new Addresses(
              stores.registry(),
              given.audiences(),
              given.threads().ofVerdicts(),
              shared.mailbox(),
              shared.counters());
      final var pushing =
          new Pushing(
              given.senders(),
              addresses,
              departures,
              pending,
              shared.trail(),
              breakers,
              clock,
              shared.counters());
      final var transit =
          new RelayTracking(pending, knowing.lookups(), pushing, shared.trail(), shared.counters());
      final var delivery =
          new Delivery(
              given.live(),
              accepting.calls(),
              pushing,
              departures,
              new InFlightLimit(departures, options.mostInFlight()),
              transit,
              pending,
              knowing.lookups(),
              shared.trail(),
              options.patience(),
              clock,
              shared.mailbox(),
              shared.counters());
      return new Delivering(pending, breakers, addresses, delivery);
    }

    private static Departures departures(
        final Given given,
        final Shared shared,
        final Accepting accepting,
        final Knowing knowing,
        final CircuitBreakers breakers) {
      return new Departures(
          given.senders(),
          given.directory(),
          knowing.switches(),
          accepting.calls(),
          given.stores().inbox(),
          knowing.styles(),
          knowing.lookups(),
          shared.trail(),
          breakers,
          shared.mailbox(),
          knowing.ids(),
          shared.counters());
    }
  }

  /// What decides on the dispatcher's thread what is begun, and when.
  record Dispatching(DryRun dryRun, Dispatcher dispatcher) {
    static Dispatching of(
        final Given given,
        final Shared shared,
        final Accepting accepting,
        final Knowing knowing,
        final Delivering delivering) {
      final var ringing = new RingingDevices(accepting.calls(), given.clock());
      final var router = new Router(given.options().patience());
      final var marks = new RecentMarks();
      final var sends =
          new SendFanOut(
              knowing.ofSends(),
              delivering.delivery(),
              delivering.pending(),
              shared.trail(),
              accepting.admission(),
              shared.mailbox(),
              knowing.wording(),
              given.clock(),
              shared.counters());
      final var events =
          new EventFanOut(
              knowing.input(),
              given.live(),
              accepting.calls(),
              new RingCounts(),
              ringing,
              router,
              delivering.delivery(),
              marks,
              delivering.pending(),
              sends,
              shared.trail(),
              given.clock(),
              shared.counters());
      final var dryRun =
          new DryRun(
              knowing.input(),
              accepting.calls(),
              given.stores().journal(),
              given.live(),
              router,
              given.clock());
      final var turns = new Turns(events, sends, ringing, marks);
      return new Dispatching(
          dryRun, turns.dispatcher(given, shared, accepting, knowing, delivering));
    }
  }

  /// What the dispatcher works on in its turns.
  private record Turns(
      EventFanOut events, SendFanOut sends, RingingDevices ringing, RecentMarks marks) {
    Dispatcher dispatcher(
        final Given given,
        final Shared shared,
        final Accepting accepting,
        final Knowing knowing,
        final Delivering delivering) {
      final var stores = given.stores();
      final var delivery = delivering.delivery();
      final var calls = accepting.calls();
      final var dueWork =
          new DueWork(
              delivering.pending(),
              knowing.lookups(),
              events,
              delivery,
              delivering.breakers(),
              shared.counters());
      final var scheduler = scheduler(shared, accepting, knowing, dueWork, delivery);
      final var start =
          new CrashLoopGuard(stores.starts(), given.threads(), shared.mailbox(), delivery);
      final var steps =
          new ClockSteps(
              given.clock(),
              stores.clock(),
              given.threads().ofVerdicts(),
              shared.mailbox(),
              List.of(
                  delivering.breakers(),
                  delivering.addresses(),
                  delivery,
                  scheduler,
                  sends,
                  dueWork,
                  calls,
                  start));
      return new Dispatcher(
          stores.journal(),
          dueWork,
          scheduler,
          sends,
          stores.sends(),
          delivery,
          marks,
          delivering.addresses(),
          calls,
          ringing,
          shared.trail(),
          shared.mailbox(),
          given.clock(),
          steps,
          start,
          shared.counters());
    }

    private Scheduler scheduler(
        final Shared shared,
        final Accepting accepting,
        final Knowing knowing,
        final DueWork dueWork,
        final Delivery delivery) {
      return new Scheduler(
          dueWork,
          knowing.lookups(),
          events,
          sends,
          delivery,
          accepting.calls(),
          accepting.admission(),
          shared.trail(),
          shared.counters());
    }
  }

  static RoutingParts of(final Given given) {
    final var accepting = Accepting.of(given);
    final var shared = new Shared(new Mailbox<>(), new Counters(), accepting.trail(given));
    final var knowing = Knowing.of(given, shared);
    final var delivering = Delivering.of(given, shared, accepting, knowing);
    tellOfChanges(given, shared.mailbox(), accepting.calls());
    final var dispatching = Dispatching.of(given, shared, accepting, knowing, delivering);
    return new RoutingParts(shared, accepting, knowing, delivering, dispatching);
  }

  /// The dispatcher is told of changes of apps, devices and senders that may let something go on.
  private static void tellOfChanges(
      final Given given, final Mailbox<DispatcherInput> mailbox, final Calls calls) {
    given
        .stores()
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
    given.senders().onChange(id -> mailbox.put(new DispatcherInput.SendersChanged(id)));
  }
}
