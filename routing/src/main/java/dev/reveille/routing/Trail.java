package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the trail of events: what was known, decided, tried and answered, per target. Lines are
/// gathered during a turn of the dispatcher and given to the journal together; they are on disk
/// with its next commit.
///
/// Belongs to the dispatcher's thread.
final class Trail {
  private static final Logger LOG = LoggerFactory.getLogger(Trail.class);

  /// The receipt when none is wanted.
  static final Runnable UNASKED = () -> {};

  private static final String LIVE = "live";

  private final EventJournal journal;

  /// Asked of each event that has a new line: what to run when that is on disk, or [#UNASKED].
  private final LongFunction<Runnable> whenKept;

  private final InstantSource clock;

  private List<Note> lines = new ArrayList<>();

  /// What became of targets of sends in this turn, by the send.
  private final Map<Long, List<TrailEntry.OfTarget>> targets = new LinkedHashMap<>();

  private List<Runnable> receipts = new ArrayList<>();

  /// What to run when there is news of a send's targets on disk, by the send.
  private final Map<Long, List<Runnable>> watchers = new HashMap<>();

  Trail(
      final EventJournal journal,
      final LongFunction<Runnable> whenKept,
      final InstantSource clock) {
    this.journal = journal;
    this.whenKept = whenKept;
    this.clock = clock;
  }

  /// Tells what is new about a piece of work, if anything is. The first line of a target also says
  /// what was known and decided.
  void tell(final Work work, final Instant at, final boolean settled) {
    switch (work.targetJob) {
      case TargetJob.ForDevice device -> {
        if (!work.opened) {
          work.opened = true;
          lines.add(new Note.TrailLine(device.opening(work.key, work.untold, settled)));
        } else {
          tellMore(work, "", at, settled);
        }
        tellWhenKept(whenKept.apply(work.key.job()));
      }
      case TargetJob.ForAddress address -> {
        tellWatchers(work.key.job());
        if (address.page() == null) {
          tellMore(work, address.service(), at, settled);
        } else if (settled || !work.untold.isEmpty()) {
          targets
              .computeIfAbsent(work.key.job(), _ -> new ArrayList<>())
              .add(address.line(work.untold, settled, work.parked));
          if (work.parked) {
            tellOfTargets(work.key.job()); // right behind its row
          }
        }
      }
    }
    work.untold.clear();
  }

  private void tellMore(
      final Work work, final String service, final Instant at, final boolean settled) {
    if (settled || !work.untold.isEmpty()) {
      lines.add(
          new Note.TrailLine(
              new TrailEntry.Later(
                  work.key.job(), work.key.target(), service, at, work.untold, settled)));
    }
  }

  /// A send has come so far; stands behind the lines of its targets.
  void advanced(final Note.Advanced note) {
    tellOfTargets(note.send());
    lines.add(note);
  }

  /// What was gathered of a send's targets becomes one line.
  private void tellOfTargets(final long send) {
    final var told = targets.remove(send);
    if (told != null) {
      lines.add(new Note.TrailLine(new TrailEntry.Targets(send, clock.instant(), told)));
    }
  }

  /// A device to which there is no way yet came while a call rang. The live channel tells calls as
  /// state when it opens, so nothing is left to do here.
  void announced(final TargetJob.ForDevice device, final Instant at) {
    lines.add(
        new Note.TrailLine(
            new TrailEntry.Opening(
                device.stored().sequence(),
                device.devices(),
                device.user(),
                device.installation().id().target(),
                at,
                device.known(),
                LIVE,
                Reason.REGISTERED_DURING_RING,
                List.of(),
                true)));
  }

  void noDevice(
      final long event, final int devices, final UserId user, final Instant at, final Reason why) {
    lines.add(new Note.TrailLine(new TrailEntry.NoDevice(event, devices, user, at, why)));
  }

  /// Says why an event is not dispatched yet; it stays unfinished.
  void notYet(final PendingEvent event, final Reason why, final Instant now) {
    final int devices = event.done.size() + 1; // at least one is owed the event
    event
        .firstRecipient()
        .ifPresent(user -> noDevice(event.stored.sequence(), devices, user, now, why));
  }

  /// A line about a device of which nothing is under way in memory, such as a receipt.
  void later(final long event, final TargetKey target, final Try line, final boolean settled) {
    later(event, target, List.of(line), line.at(), settled);
  }

  /// The same for several lines.
  void later(
      final long event,
      final TargetKey target,
      final List<Try> tries,
      final Instant at,
      final boolean settled) {
    lines.add(new Note.TrailLine(new TrailEntry.Later(event, target, at, tries, settled)));
    tellWhenKept(whenKept.apply(event));
    tellWatchers(event);
  }

  /// From now on `told` is run each time when there is news of the send's targets on disk; first
  /// when everything is on disk that was noted before.
  void watch(final long send, final Runnable told) {
    watchers.computeIfAbsent(send, _ -> new ArrayList<>(1)).add(told);
    tellWhenKept(told);
  }

  void unwatch(final long send, final Runnable told) {
    watchers.computeIfPresent(
        send,
        (_, all) -> {
          all.remove(told);
          return all.isEmpty() ? null : all;
        });
  }

  private void tellWatchers(final long send) {
    if (!watchers.isEmpty()) {
      watchers.getOrDefault(send, List.of()).forEach(this::tellWhenKept);
    }
  }

  void note(final Note note) {
    lines.add(note);
  }

  /// Tells `kept` when everything noted up to the end of this turn is on disk; on the journal's
  /// thread.
  void tellWhenKept(final Runnable kept) {
    if (kept != UNASKED) {
      receipts.add(kept);
    }
  }

  /// A fault in one receipt must not stop the others.
  private static void tell(final List<Runnable> receipts) {
    for (final var kept : receipts) {
      try {
        kept.run();
      } catch (final RuntimeException fault) {
        LOG.error("a receipt could not be told", fault);
      }
    }
  }

  /// Hands what was gathered to the journal.
  void flush() {
    List.copyOf(targets.keySet()).forEach(this::tellOfTargets);
    if (!receipts.isEmpty()) {
      final var told = receipts;
      journal.noteDurably(lines, () -> tell(told));
      receipts = new ArrayList<>();
      lines = new ArrayList<>();
    } else if (!lines.isEmpty()) {
      journal.note(lines);
      lines = new ArrayList<>();
    }
  }
}
