package dev.reveille.routing;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Event;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.Device.Seen;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.LiveRoutes;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.routing.presentation.Presentation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads from the stores what the dispatcher's thread needs and memory does not hold, on
/// [LookupThreads], and hands it over as a [DispatcherInput]. Persons, switches, apps,
/// presentations and badges are read through their caches; the answer carries them too, because a
/// cache may drop them before the answer is used.
///
/// Each question has exactly one answer, also when the stores fail. To ask never blocks; questions
/// come from the dispatcher's thread.
final class Lookups {
  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);

  private final EventJournal journal;
  private final Inbox inbox;
  private final TrailStore trail;
  private final SendLookups sends;
  private final Directory directory;
  private final PushSwitches switches;
  private final RoutingInput routingInput;
  private final RingHistory rings;
  private final NotificationStyles styles;
  private final LiveRoutes live;
  private final LookupThreads threads;
  private final Mailbox<DispatcherInput> mailbox;
  private final InstantSource clock;
  private final Counters counters;

  /// Events up to this one were accepted by a former run.
  private final long lastOfFormerRun;

  Lookups(
      final EventJournal journal,
      final Inbox inbox,
      final TrailStore trail,
      final SendLookups sends,
      final Directory directory,
      final PushSwitches switches,
      final RoutingInput routingInput,
      final NotificationStyles styles,
      final LiveRoutes live,
      final LookupThreads threads,
      final Mailbox<DispatcherInput> mailbox,
      final InstantSource clock,
      final Counters counters) {
    this.journal = journal;
    this.inbox = inbox;
    this.trail = trail;
    this.sends = sends;
    this.directory = directory;
    this.switches = switches;
    this.routingInput = routingInput;
    this.rings = new RingHistory(journal, trail);
    this.styles = styles;
    this.live = live;
    this.threads = threads;
    this.mailbox = mailbox;
    this.clock = clock;
    this.counters = counters;
    this.lastOfFormerRun = journal.lastSequence();
  }

  // ---- events ---------------------------------------------------------------------------------

  /// Reads for an event; the answer is [DispatcherInput.LookedUp] or
  /// [DispatcherInput.LookUpFailed].
  void ask(final PendingEvent event) {
    event.lookUps++;
    threads
        .of(event.lane())
        .execute(() -> {
          try {
            mailbox.put(event.lane(), new DispatcherInput.LookedUp(event, read(event)));
          } catch (final RuntimeException fault) {
            mailbox.put(event.lane(), new DispatcherInput.LookUpFailed(event, fault));
          } catch (final Error fault) { // without an answer its users would wait for ever
            final var failed =
                new IllegalStateException("the look-up ended with an exception", fault);
            mailbox.put(event.lane(), new DispatcherInput.LookUpFailed(event, failed));
            throw fault;
          }
        });
  }

  private EventInput read(final PendingEvent event) {
    final var stored = event.stored;
    final long version = routingInput.version();
    final var recipients = new ArrayList<Optional<Recipient>>(stored.event().recipients().size());
    final var calls = new ArrayList<RingHistory.Calls>(0);
    final Map<InstallationId, Seen> seen = new HashMap<>(0);
    directory.remember(stored.event().recipients());
    for (final var user : stored.event().recipients()) {
      final var recipient = routingInput.read(user);
      recipients.add(recipient);
      if (recipient.isPresent()) {
        history(stored, recipient.get(), calls);
        for (final var installation : recipient.get().person().installations()) {
          warm(stored.event(), installation, user);
          if (event.isOld()) {
            seen.merge(installation.id(), seen(stored, installation.id(), user), Lookups::ofAll);
          }
        }
      }
    }
    final var pushHistory =
        event.recovered
            ? PushHistory.of(trail, stored.sequence())
            : Map.<TargetKey, PushHistory>of();
    return new EventInput(version, recipients, calls, seen, pushHistory);
  }

  private void history(
      final StoredJob stored, final Recipient recipient, final List<RingHistory.Calls> into) {
    final var user = recipient.person().user();
    final var from = RingCounts.historyFrom(stored, user, clock.instant());
    if (from == null) {
      return;
    }
    try {
      into.add(rings.read(user.id(), from, stored.sequence()));
    } catch (final RuntimeException fault) { // a count that cannot be read must not stop a ring
      counters.faults.increment();
      LOG.error("the ring limit for event {} could not be looked at", stored.sequence(), fault);
      into.add(new RingHistory.Calls(user.id(), from, List.of()));
    }
  }

  /// A device that several recipients share has seen what all of them have seen.
  private static Seen ofAll(final Seen one, final Seen other) {
    return other == Seen.NOT ? other : one;
  }

  /// Whether an entry that waited was seen in the meantime.
  private Seen seen(final StoredJob stored, final InstallationId device, final UserId user) {
    return switch (stored.event().eventClass()) {
      case MESSAGE, ALERT, CHANGE -> {
        if (inbox.cursor(user, device).sequence() >= stored.sequence()) {
          yield Seen.HERE;
        }
        yield isReadElsewhere(stored, user) ? Seen.ELSEWHERE : Seen.NOT;
      }
      case CALL, CALL_END, SILENT -> Seen.NOT; // these are not in the inbox, or not to be read
    };
  }

  private boolean isReadElsewhere(final StoredJob stored, final UserId user) {
    return stored.event() instanceof Event.Message message
        && inbox.readUpTo(user, message.in()) >= stored.sequence();
  }

  /// Brings into memory what a push to this installation will need, if one is likely: a push that
  /// finds it missing asks once more.
  private void warm(final Event event, final Installation installation, final UserId user) {
    if (installation.addresses().isEmpty()) {
      return;
    }
    for (final var address : installation.addresses()) {
      switch (address) {
        case PushAddress.Direct direct -> presentation(direct.app());
      }
    }
    if (Departures.showsBadge(event) && !live.of(installation.id()).channelOpen()) {
      try {
        inbox.unread(user);
      } catch (final RuntimeException fault) { // the push asks once more, and tells it
        LOG.debug("a badge could not be counted beforehand", fault);
      }
    }
  }

  /// Without it events show themselves plainly.
  private Optional<Presentation> presentation(final AppId app) {
    try {
      return styles.of(app);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("the presentation of app {} could not be read", app, fault);
      return Optional.empty();
    }
  }

  /// A number that cannot be read must not hold up the push.
  private int badge(final UserId user) {
    try {
      return inbox.unread(user);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("a badge could not be counted", fault);
      return PushInput.UNKNOWN;
    }
  }

  // ---- rows -----------------------------------------------------------------------------------

  /// Claims rows and reads what they need; the answer is [DispatcherInput.RowsFound]. A call does
  /// not wait until the messages of its claim are read: [DispatcherInput.UrgentRowsFound] comes
  /// before.
  void ask(final PendingRows.Claim claim) {
    threads
        .ofRows()
        .execute(() -> {
          final var claimed = claim.take();
          final var read = new ClaimCache();
          final var urgent = claimed.moments(row -> row.lane() == Lane.URGENT);
          if (!urgent.isEmpty()) {
            mailbox.putUrgent(new DispatcherInput.UrgentRowsFound(inputs(urgent, read)));
          }
          mailbox.put(
              new DispatcherInput.RowsFound(
                  new DueWork.Found(
                      moments(claimed, read),
                      claimed.behind().entrySet().stream()
                          .map(line ->
                              new DueWork.FromLine(line.getKey(), inputs(line.getValue(), read)))
                          .toList(),
                      claimed.breakers(),
                      claimed.nextDue(),
                      claimed.fault())));
        });
  }

  /// Reads once more what a claimed row needs; the answer is [DispatcherInput.RowReadAgain].
  void askAgain(final DueWork.Arrived row) {
    threads
        .ofRows()
        .execute(() -> {
          final var input = input(row.input().row(), new ClaimCache());
          mailbox.put(input.row().lane(), new DispatcherInput.RowReadAgain(row.readAgain(input)));
        });
  }

  private List<RowInput> moments(final PendingRows.Claimed claimed, final ClaimCache read) {
    final var all =
        new ArrayList<>(inputs(claimed.moments(row -> row.lane() != Lane.URGENT), read));
    claimed.surplus().forEach(row -> all.add(new RowInput.Gone(row, Reason.LINE_TOO_LONG)));
    return all;
  }

  /// @param read for the claim so far
  private List<RowInput> inputs(final List<Waiting> rows, final ClaimCache read) {
    return rows.stream().map(row -> input(row, read)).toList();
  }

  private RowInput input(final Waiting row, final ClaimCache read) {
    try {
      final long version = routingInput.version();
      final var stored = journal.find(row.event()).orElse(null);
      if (stored == null) {
        return new RowInput.Gone(row, Reason.TOO_LATE_TO_ALERT);
      }
      if (stored.job() instanceof final Send send) {
        return sends.input(row, stored, send, read, () -> pushHistory(row, read));
      }
      final var device = row.target().installation().orElse(null);
      if (device == null) { // a newer version wrote it
        return new RowInput.Gone(row, Reason.SERVICE_NOT_BUILT_IN);
      }
      Seen seen = Seen.NOT;
      Installation installation = null;
      final var owners = new ArrayList<Recipient>(1);
      final var calls = new ArrayList<RingHistory.Calls>(0);
      for (final var user : usersOf(device, stored)) {
        final var recipient = routingInput.read(user).orElse(null);
        final var found = recipient == null ? null : find(recipient, device);
        if (recipient != null && found != null) {
          installation = found;
          owners.add(recipient);
          history(stored, recipient, calls);
          warm(stored.event(), found, user);
          final var byUser = seen(stored, device, user);
          seen = owners.size() == 1 ? byUser : ofAll(seen, byUser);
        }
      }
      if (installation == null) {
        return new RowInput.Gone(row, Reason.SIGNED_OUT);
      }
      return new RowInput.Here(
          row, version, stored, installation, owners, calls, seen, pushHistory(row, read));
    } catch (final RuntimeException | Error fault) { // the row is claimed: else it would be lost
      counters.faults.increment();
      LOG.error("event {} could not be taken up for {}", row.event(), row.target(), fault);
      return new RowInput.Unreadable(row);
    }
  }

  private static @Nullable Installation find(
      final Recipient recipient, final InstallationId device) {
    for (final var installation : recipient.person().installations()) {
      if (installation.id().equals(device)) {
        return installation;
      }
    }
    return null;
  }

  /// The recipients to whom a device belongs. Of a thousand recipients most do not, so the registry
  /// is asked; of one there is nothing to ask.
  private List<UserId> usersOf(final InstallationId device, final StoredJob stored) {
    final var recipients = stored.event().recipients();
    return recipients.size() == 1
        ? recipients
        : directory.usersOf(device).stream().filter(recipients::contains).toList();
  }

  /// A row of this run says itself how often it was tried, unless a try was uncertain; of a former
  /// run's row the last try may have left without the row knowing it.
  private PushHistory pushHistory(final Waiting row, final ClaimCache read) {
    return row.event() <= lastOfFormerRun || Pushing.isUncertain(row.why())
        ? read.tries
            .computeIfAbsent(row.event(), event -> PushHistory.of(trail, event))
            .getOrDefault(row.target(), PushHistory.NOTHING_KNOWN)
        : PushHistory.NOTHING_KNOWN;
  }

  // ---- single pushes and receipts -------------------------------------------------------------

  /// Reads what a push that is about to leave needs; the answer is [DispatcherInput.PushInputRead].
  ///
  /// @param fallsBack the push takes over from a live delivery, so the message may be read
  ///   elsewhere
  void ask(
      final WorkKey work,
      final Lane lane,
      final StoredJob stored,
      final UserId user,
      final AppId app,
      final boolean fallsBack) {
    threads
        .of(lane)
        .execute(() -> {
          var input = PushInput.NOTHING_KNOWN; // what goes on after an Error
          try {
            input =
                new PushInput(
                    Departures.showsBadge(stored.event()) ? badge(user) : PushInput.UNKNOWN,
                    presentation(app),
                    fallsBack && isReadElsewhereOrUnknown(stored, user),
                    credentials(app));
          } finally {
            mailbox.put(lane, new DispatcherInput.PushInputRead(work, input));
          }
        });
  }

  /// The same for an address of a send, of which only the app's credentials are asked, and of one
  /// of a hub whether its push service is switched off.
  void ask(
      final WorkKey work,
      final Lane lane,
      final TargetJob.ForAddress of,
      final PushAddress.Direct to) {
    threads
        .of(lane)
        .execute(() -> {
          var input = PushInput.NOTHING_KNOWN;
          try {
            input =
                PushInput.ofSend(
                    credentials(to.app()), of.isOfHub() && isOff(of.organisation(), to.service()));
          } finally {
            mailbox.put(lane, new DispatcherInput.PushInputRead(work, input));
          }
        });
  }

  /// What cannot be read holds no push up.
  private boolean isOff(final OrganisationId organisation, final PushService service) {
    try {
      return switches.offForHubs(organisation).contains(service);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("the switches of {} could not be read", organisation, fault);
      return false;
    }
  }

  private long credentials(final AppId app) {
    try {
      return directory.app(app).map(App::credentials).orElse(App.UNKNOWN_CREDENTIALS);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("app {} could not be read", app, fault);
      return App.UNKNOWN_CREDENTIALS;
    }
  }

  /// Rather one alert too many: what cannot be read counts as unread.
  private boolean isReadElsewhereOrUnknown(final StoredJob stored, final UserId user) {
    try {
      return isReadElsewhere(stored, user);
    } catch (final RuntimeException fault) {
      counters.faults.increment();
      LOG.error("could not find out whether event {} was read", stored.sequence(), fault);
      return false;
    }
  }

  /// Looks for the row of a push of which a relay reported; the answer is
  /// [DispatcherInput.ReportedRowFound], unless the store cannot be read.
  void ask(final PendingRows pending, final RelayReport report) {
    threads
        .of(Lane.NORMAL)
        .execute(() -> {
          try {
            mailbox.put(
                new DispatcherInput.ReportedRowFound(report, pending.onDisk(report.work())));
          } catch (final RuntimeException fault) { // not confirmed: the relay reports again
            counters.faults.increment();
            LOG.error("the row of event {} could not be read", report.work().job(), fault);
          }
        });
  }

  /// Looks whether a row waits for what a device said; the answer is [DispatcherInput.RowLookedUp].
  void ask(final PendingRows pending, final WorkKey work, final Try receipt) {
    threads
        .of(Lane.NORMAL)
        .execute(() -> {
          boolean waits = false;
          try {
            waits = pending.onDisk(work).isPresent();
          } catch (final RuntimeException fault) {
            counters.faults.increment();
            LOG.error("could not find out whether event {} is still deferred", work.job(), fault);
          } finally { // after an Error as well: an app waits for the answer
            mailbox.put(new DispatcherInput.RowLookedUp(work, receipt, waits));
          }
        });
  }
}
