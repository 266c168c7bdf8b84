package dev.reveille.routing;

import dev.reveille.model.Installation;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Takes pushes to addresses that belong to no user, and tells how far each has come. They are kept
/// like events: stored before they are answered, tried again, with a trail.
///
/// Thread-safe.
public final class Sends {
  private final Intake intake;
  private final EventJournal journal;
  private final SendLog log;
  private final TrailStore trail;
  private final Dispatcher dispatcher;
  private final Directory directory;
  private final PushSwitches switches;
  private final Senders senders;

  Sends(
      final Intake intake,
      final EventJournal journal,
      final SendLog log,
      final TrailStore trail,
      final Dispatcher dispatcher,
      final Directory directory,
      final PushSwitches switches,
      final Senders senders) {
    this.intake = intake;
    this.journal = journal;
    this.log = log;
    this.trail = trail;
    this.dispatcher = dispatcher;
    this.directory = directory;
    this.switches = switches;
    this.senders = senders;
  }

  /// Takes a send. Never blocks.
  ///
  /// @param contentHash of what the caller wrote: the same key with the same hash is a repeat
  public void submit(final Send send, final long contentHash, final Intake.Receipt receipt) {
    intake.submit(send, contentHash, receipt);
  }

  /// How far a send has come; empty for what is no send. May read the disk.
  public Optional<Progress> progress(final long send) {
    return log.progress(send);
  }

  /// How its targets were settled so far, and why; empty for what is no send. May read the disk.
  public List<SendLog.Settled> settled(final long send) {
    return log.settled(send);
  }

  /// How many of its targets wait, and when one was settled last; nothing for what is no send. May
  /// read the disk.
  public SendLog.Remainder remainder(final long send) {
    return log.remainder(send);
  }

  /// The send itself; empty for what is no send. May read the disk.
  public Optional<StoredJob> find(final long send) {
    return journal.find(send).filter(stored -> !stored.isEvent());
  }

  /// The trail of one target.
  ///
  /// @param number of the target in the send's audience
  /// @param service to which its address belongs
  /// @param template the name of its own template, in whose words it was told; "" where all targets
  ///   are told the same
  public record TargetStory(
      long number,
      TargetKey target,
      String service,
      String template,
      List<Try> tries,
      boolean settled) {}

  /// What became of targets of a send, by their numbers. Reads the disk; its cost grows with the
  /// send, what it holds does not.
  ///
  /// @param after only those with a higher number
  /// @param most how many
  public List<TargetStory> targets(final long send, final long after, final int most) {
    return new TargetStories(trail).page(send, after, most);
  }

  /// What became of some targets of a send, by their numbers; those of which no line speaks are not
  /// among them. Reads the disk; its cost grows with the send.
  public List<TargetStory> targets(final long send, final Set<TargetKey> which) {
    return which.isEmpty() ? List.of() : new TargetStories(trail).of(send, which);
  }

  /// What became of the first targets of a send, once so many are settled or the time is over.
  /// Blocks; looks again only when there is news.
  ///
  /// @param most how many
  /// @param settled how many of them are waited for
  public List<TargetStory> awaitTargets(
      final long send, final int most, final int settled, final Duration longest)
      throws InterruptedException {
    final var news = new Semaphore(0);
    final Runnable told = news::release;
    final long until = System.nanoTime() + longest.toNanos();
    dispatcher.watch(send, told);
    try {
      while (true) {
        final boolean isLast = !news.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        news.drainPermits();
        final var stories = targets(send, 0, most);
        if (isLast || stories.stream().filter(TargetStory::settled).count() >= settled) {
          return stories;
        }
      }
    } finally {
      dispatcher.unwatch(send, told);
    }
  }

  /// What became of one target; empty when no line speaks of it. Reads the disk.
  public Optional<TargetStory> target(final long send, final TargetKey target) {
    return new TargetStories(trail).of(send, target);
  }

  /// From now on no further address gets a push. Those under way end as they end.
  ///
  /// @param kept told when that is on disk, on the journal's thread: must be quick and must not
  ///   block. Not told when the store cannot commit
  public void cancel(final long send, final Runnable kept) {
    dispatcher.cancel(send, kept);
  }

  /// Why nothing could leave for an address of an installation; empty when something can. May read
  /// the disk.
  public Optional<Reason> whyNot(final Installation to, final PushAddress.Direct address) {
    return whyNot(to.organisation(), siteOf(to), address);
  }

  /// The same for an address that belongs to no installation.
  public Optional<Reason> whyNot(
      final OrganisationId organisation, final PushAddress.Direct address) {
    return whyNot(organisation, "", address);
  }

  private Optional<Reason> whyNot(
      final OrganisationId organisation, final String site, final PushAddress.Direct address) {
    if (!senders.has(address.sender())) {
      return Optional.of(Reason.SERVICE_NOT_BUILT_IN);
    }
    return switches.on(organisation, site).contains(address.service())
        ? Optional.empty()
        : Optional.of(Reason.PUSH_SWITCHED_OFF);
  }

  private String siteOf(final Installation installation) {
    return installation.users().stream()
        .findFirst()
        .flatMap(directory::person)
        .map(person -> person.user().site())
        .orElse("");
  }

  /// The key of an address of which nothing else is known.
  public static TargetKey keyOf(final Installation owner, final PushAddress.Direct address) {
    return keyOf(owner.organisation(), address);
  }

  /// The same for an address that belongs to no installation.
  public static TargetKey keyOf(
      final OrganisationId organisation, final PushAddress.Direct address) {
    return TargetKey.ofAddress(
        organisation, address.app(), address.service(), address.token().value());
  }
}
