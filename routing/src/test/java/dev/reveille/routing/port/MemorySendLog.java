package dev.reveille.routing.port;

import dev.reveille.model.Audience;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// How far sends have come, in memory: what was noted is kept as it is, and counted when asked.
public final class MemorySendLog implements SendLog {
  private record One(StoredJob send, List<Note> notes) {}

  private final Map<Long, One> sends = new TreeMap<>();
  private final Runnable mayRead;
  private int asked;

  public MemorySendLog() {
    this(() -> {});
  }

  /// @param mayRead asked before each read, on the thread that reads
  public MemorySendLog(final Runnable mayRead) {
    this.mayRead = mayRead;
  }

  /// How often sends were asked for.
  public synchronized int asked() {
    return asked;
  }

  /// A job was accepted; events are none of ours.
  public synchronized void accepted(final StoredJob stored) {
    if (!stored.isEvent()) {
      sends.put(stored.sequence(), new One(stored, new ArrayList<>()));
    }
  }

  public synchronized void noted(final Note note) {
    final long send =
        switch (note) {
          case Note.Advanced advanced -> advanced.send();
          case Note.TrailLine(var line) -> line.event();
          case Note.Parked _, Note.Unparked _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> 0;
        };
    final var one = sends.get(send);
    if (one != null) {
      one.notes.add(note);
    }
  }

  @Override
  public synchronized Optional<Progress> progress(final long send) {
    mayRead.run();
    asked++;
    return Optional.ofNullable(sends.get(send)).map(one -> progress(one, new HashMap<>()));
  }

  @Override
  public synchronized List<Settled> settled(final long send) {
    final Map<String, Long> counts = new HashMap<>();
    Optional.ofNullable(sends.get(send)).ifPresent(one -> progress(one, counts));
    return Settled.all(counts);
  }

  @Override
  public synchronized Remainder remainder(final long send) {
    var left = Remainder.NONE;
    final var one = sends.get(send);
    for (final var note : one == null ? List.<Note>of() : one.notes) {
      if (note instanceof Note.TrailLine(var line)) {
        left = left.after(line);
      }
    }
    return left;
  }

  private static Progress progress(final One one, final Map<String, Long> outcomes) {
    long reached = 0;
    long begun = 0;
    long ofAnotherService = 0;
    var state = State.GOES_ON;
    for (final var note : one.notes) {
      switch (note) {
        case Note.Advanced advanced -> {
          reached = Math.max(reached, advanced.reached());
          begun = Math.max(begun, advanced.maybeBegun());
          ofAnotherService = Math.max(ofAnotherService, advanced.ofAnotherService());
          state = advanced.state().isAfter(state) ? advanced.state() : state;
        }
        case Note.TrailLine(TrailEntry.Targets targets) ->
            targets.targets().stream()
                .filter(TrailEntry.OfTarget::settled)
                .forEach(target -> count(outcomes, target.tries(), target.service()));
        case Note.TrailLine(TrailEntry.Later later) when later.settled() ->
            count(outcomes, later.tries(), later.service());
        default -> {}
      }
    }
    return new Progress(state, reached, begun, Settled.byOutcome(outcomes), ofAnotherService);
  }

  private static void count(
      final Map<String, Long> outcomes, final List<TrailEntry.Try> tries, final String service) {
    outcomes.merge(Settled.key(tries, service), 1L, Long::sum);
  }

  /// About as much as it takes on disk.
  @Override
  public long size(final Send send) {
    final long to =
        switch (send.to()) {
          case Audience.Addresses(var all) -> 128L * all.size();
          case Audience.Registered _ -> 32;
        };
    return to
        + switch (send.what()) {
          case SendContent.Neutral(_, _, _, var content) ->
              64 + content.title().length() + content.text().length();
          case SendContent.Native given -> 64 + given.body().length();
          case SendContent.Template template -> 64 + template.size();
          case SendContent.Relayed relayed -> 64 + relayed.size();
        };
  }

  @Override
  public synchronized long bytesFarAhead() {
    return sends.values().stream()
        .filter(one -> isFarAhead(one.send) && progress(one, new HashMap<>()).state().isOpen())
        .mapToLong(one -> size((Send) one.send.job()))
        .sum();
  }

  private static boolean isFarAhead(final StoredJob stored) {
    return SendLog.isFarAhead((Send) stored.job(), stored.at());
  }

  /// As a journal shows it: nothing is said any more by what lay far ahead and was cancelled.
  public synchronized StoredJob visible(final StoredJob stored) {
    final var one = sends.get(stored.sequence());
    return one != null
            && isFarAhead(stored)
            && progress(one, new HashMap<>()).state() == State.CANCELLED
        ? SendLog.withoutContent(stored)
        : stored;
  }

  @Override
  public synchronized List<Unfinished> unfinished() {
    final List<Unfinished> open = new ArrayList<>();
    for (final var one : sends.values()) {
      final var progress = progress(one, new HashMap<>());
      if (progress.state() == State.GOES_ON) {
        open.add(
            new Unfinished(
                one.send,
                progress.reached(),
                progress.maybeBegun(),
                done(one, progress.reached()),
                progress.ofAnotherService()));
      }
    }
    return open;
  }

  private static Set<Long> done(final One one, final long reached) {
    final Set<Long> done = new TreeSet<>();
    for (final var note : one.notes) {
      if (note instanceof Note.TrailLine(TrailEntry.Targets(_, _, var targets))) {
        targets.stream()
            .filter(target -> target.number() > reached && (target.settled() || target.waits()))
            .forEach(target -> done.add(target.number()));
      }
    }
    return done;
  }
}
