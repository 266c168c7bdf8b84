package dev.reveille.bench.server;

import dev.reveille.model.CallId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.EventJournal.Answer;
import dev.reveille.routing.port.EventJournal.Submission;
import dev.reveille.routing.port.MemorySendLog;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Accepted events with what was noted of them, for a minute. Written by the journal's one thread,
/// read by any.
final class MemoryEvents implements TrailStore, CallLog {
  /// Longer than any call rings and any phone takes to read what it was told of.
  static final Duration KEPT = Duration.ofMinutes(1);

  /// @param trail its lines in the order they were noted
  private record One(StoredJob stored, long hash, List<TrailEntry> trail) {}

  /// A user's conversation.
  private record Conversation(UserId user, ConversationId in) {}

  private final InstantSource clock;
  private final MemorySendLog sends = new MemorySendLog();
  private final Map<Long, One> events = new ConcurrentHashMap<>();
  private final Map<EventKey, Long> sequences = new ConcurrentHashMap<>();
  private final Map<UserId, ConcurrentLinkedDeque<StoredJob>> inboxes = new ConcurrentHashMap<>();
  private final Map<CallId, ConcurrentLinkedDeque<StoredJob>> calls = new ConcurrentHashMap<>();
  private final Map<UserId, Map<Long, Set<Mark>>> marks = new ConcurrentHashMap<>();
  private final Map<Conversation, Long> readUpTo = new ConcurrentHashMap<>();
  private final Map<InstallationId, Long> cursors = new ConcurrentHashMap<>();
  private volatile long oldest = 1;
  private volatile long last;

  MemoryEvents(final InstantSource clock) {
    this.clock = clock;
  }

  /// Takes one hand-in, unless its key is known. What is new is added to `fresh`, and is visible
  /// from then on.
  Answer take(final Submission submission, final List<StoredJob> fresh) {
    final var job = submission.job();
    final var known = sequences.get(job.key());
    final @Nullable One before = known == null ? null : events.get(known);
    if (before != null) {
      return before.hash() == submission.contentHash()
          ? new Answer.Repeat(before.stored().sequence())
          : new Answer.Conflict(before.stored().sequence());
    }
    if (job instanceof final Event.IncomingCall call
        && findCall(call.key().organisation(), call.call()).orElse(null)
            instanceof final StoredJob first) {
      return new Answer.CallKnown(first);
    }
    final long sequence = last + 1;
    final var stored = new StoredJob(sequence, clock.instant(), job);
    events.put(sequence, new One(stored, submission.contentHash(), new CopyOnWriteArrayList<>()));
    sequences.put(job.key(), sequence);
    switch (job) {
      case Event event -> {
        event.recipients().forEach(user -> add(inboxes, user, stored));
        callOf(event).ifPresent(call -> add(calls, call, stored));
      }
      case Send _ -> sends.accepted(stored);
    }
    fresh.add(stored);
    last = sequence;
    return new Answer.Stored(sequence);
  }

  private static <K> void add(
      final Map<K, ConcurrentLinkedDeque<StoredJob>> to, final K key, final StoredJob stored) {
    to.computeIfAbsent(key, _ -> new ConcurrentLinkedDeque<>()).add(stored);
  }

  private static Optional<CallId> callOf(final Event event) {
    return switch (event) {
      case Event.IncomingCall begun -> Optional.of(begun.call());
      case Event.CallEnded ended -> Optional.of(ended.call());
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> Optional.empty();
    };
  }

  /// The event that began a call.
  Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
    return calls.getOrDefault(call, new ConcurrentLinkedDeque<>()).stream()
        .filter(stored ->
            stored.event() instanceof Event.IncomingCall
                && stored.event().key().organisation().equals(organisation))
        .findFirst();
  }

  void noted(final Note note) {
    sends.noted(note);
    switch (note) {
      case Note.TrailLine(var line) -> {
        final var of = events.get(line.event());
        if (of != null) {
          of.trail().add(line);
        }
      }
      case Note.Marked(var user, _, var mark, var entries, _) -> {
        final var ofUser = marks.computeIfAbsent(user, _ -> new ConcurrentHashMap<>());
        entries.forEach(entry ->
            ofUser.merge(
                entry,
                Set.of(mark),
                (some, more) -> {
                  final var all = EnumSet.copyOf(some);
                  all.addAll(more);
                  return Set.copyOf(all);
                }));
      }
      case Note.ReadUpTo(var user, var in, var sequence, _) ->
          readUpTo.merge(new Conversation(user, in), sequence, Math::max);
      case Note.Cursor(_, var device, var sequence) -> cursors.put(device, sequence);
      case Note.Parked _,
          Note.Unparked _,
          Note.Advanced _ -> {} // of the waiting room and the sends
    }
  }

  /// Drops what is older than a minute.
  void forget() {
    final var until = clock.instant().minus(KEPT);
    for (var one = events.get(oldest);
        one != null && one.stored().at().isBefore(until);
        one = events.get(oldest)) {
      final var stored = one.stored();
      oldest = stored.sequence() + 1;
      if (stored.job() instanceof final Event event) {
        forget(stored, event);
      }
      sequences.remove(stored.job().key(), stored.sequence());
      events.remove(stored.sequence());
    }
  }

  private void forget(final StoredJob stored, final Event event) {
    for (final var user : event.recipients()) {
      drop(inboxes, user, stored);
      final var ofUser = marks.get(user);
      if (ofUser != null) {
        ofUser.remove(stored.sequence());
      }
    }
    callOf(event).ifPresent(call -> drop(calls, call, stored));
  }

  private static <K> void drop(
      final Map<K, ConcurrentLinkedDeque<StoredJob>> from, final K key, final StoredJob stored) {
    from.computeIfPresent(
        key,
        (_, all) -> {
          all.remove(stored);
          return all.isEmpty() ? null : all;
        });
  }

  SendLog sends() {
    return sends;
  }

  Optional<StoredJob> find(final long sequence) {
    return Optional.ofNullable(events.get(sequence)).map(One::stored).map(sends::visible);
  }

  Optional<StoredJob> find(final EventKey key) {
    return Optional.ofNullable(sequences.get(key)).flatMap(this::find);
  }

  /// The sequence before the first event that is still here.
  long beginning() {
    return oldest - 1;
  }

  long last() {
    return last;
  }

  /// Oldest first.
  Iterable<StoredJob> inbox(final UserId user) {
    final var all = inboxes.get(user);
    return all == null ? List.of() : all;
  }

  Set<Mark> marks(final UserId user, final long sequence) {
    return marks.getOrDefault(user, Map.of()).getOrDefault(sequence, Set.of());
  }

  long readUpTo(final UserId user, final ConversationId in) {
    return readUpTo.getOrDefault(new Conversation(user, in), 0L);
  }

  long cursor(final InstallationId device) {
    return cursors.getOrDefault(device, beginning());
  }

  @Override
  public void read(final long event, final Consumer<TrailEntry> reader) {
    final var one = events.get(event);
    if (one != null) {
      List.copyOf(one.trail()).forEach(reader);
    }
  }

  @Override
  public List<Long> recent(final UserId user, final Instant since, final int most) {
    final var all = new ArrayList<StoredJob>();
    inbox(user).forEach(all::add);
    return all.reversed().stream()
        .filter(stored -> !stored.at().isBefore(since))
        .map(StoredJob::sequence)
        .limit(most)
        .toList();
  }

  @Override
  public List<StoredJob> of(final OrganisationId organisation, final CallId call) {
    final var all = calls.get(call);
    return all == null
        ? List.of()
        : all.stream()
            .filter(stored -> stored.event().key().organisation().equals(organisation))
            .toList();
  }
}
