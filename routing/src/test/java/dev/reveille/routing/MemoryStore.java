package dev.reveille.routing;

import dev.reveille.model.CallId;
import dev.reveille.model.ClockGeneration;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.IdKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.CallLog;
import dev.reveille.routing.port.ClockLog;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.MemorySendLog;
import dev.reveille.routing.port.MemoryWaitingRoom;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.StoreException;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A journal with its projections in memory. Nothing is committed before [#commit] is called, so
/// that a test decides what happens between handing in and committing. What is committed survives
/// [#crash], what is queued does not.
///
/// Thread-safe by one lock; readers and receipts are told outside of it.
final class MemoryStore {
  MemoryStarts starts = new MemoryStarts();
  boolean remembersStarts; // else a crash forgets them
  static final long EPOCH = 77;
  static final IdKey ID_KEY = new IdKey(7, 77);
  static final Duration RETENTION = Duration.ofDays(30);
  private static final Duration KEYS_REMEMBERED = Duration.ofHours(72);

  private final InstantSource clock;
  private final TreeMap<Long, StoredJob> stored = new TreeMap<>();
  private final Map<EventKey, Long> sequences = new HashMap<>();
  private final Map<Long, Long> hashes = new HashMap<>();
  private final List<TrailEntry> trail = new ArrayList<>();
  final MemorySendLog sendLog = new MemorySendLog(this::mayRead);
  private final MemoryWaitingRoom waiting = new MemoryWaitingRoom(this::mayRead);
  private final Map<UserId, Map<Long, Set<Mark>>> marks = new HashMap<>();
  private final Map<Object, Long> readUpTo = new HashMap<>();
  private final Map<InstallationId, Long> cursors = new HashMap<>();

  /// Users whose badge was asked for: memory knows it from then on.
  private final Set<UserId> counted = new HashSet<>();

  private List<EventJournal.Submission> queued = new ArrayList<>();
  private List<Note> notes = new ArrayList<>();
  private List<Runnable> durably = new ArrayList<>();
  private Consumer<List<StoredJob>> reader = _ -> {};

  long roomLeft = Long.MAX_VALUE;
  boolean commitsFail;
  boolean clockFails;
  boolean readsFail;

  /// The thread on which the dispatcher takes a turn just now.
  volatile @Nullable Thread dispatcher;

  boolean takesNothing;

  /// Runs each time that events are appended.
  Runnable whenAppended = () -> {};

  /// Commits whatever is handed in at once.
  boolean commitsAtOnce;

  private final List<ClockGeneration> generations = new ArrayList<>();

  MemoryStore(final InstantSource clock) {
    this.clock = clock;
  }

  ClockLog clock() {
    return new ClockLog() {
      @Override
      public List<ClockGeneration> generations() {
        return List.copyOf(generations);
      }

      @Override
      public void begin(final ClockGeneration next) {
        notDispatching();
        if (clockFails) {
          throw new StoreException("The disk fails.", "Repair it.");
        }
        generations.removeIf(before -> before.number() == next.number());
        generations.add(next);
      }
    };
  }

  /// Commits what is queued as one group, tells the reader, then the receipts. Answers whether
  /// there was anything.
  boolean commit() {
    final List<EventJournal.Submission> group;
    final List<Runnable> told = new ArrayList<>();
    final var fresh = new ArrayList<StoredJob>();
    synchronized (this) {
      if (queued.isEmpty() && notes.isEmpty() && durably.isEmpty()) {
        return false;
      }
      group = queued;
      queued = new ArrayList<>();
      for (final var one : group) {
        final var answer =
            commitsFail
                ? new EventJournal.Answer.Failed(new IllegalStateException("disk"))
                : judge(one, fresh);
        told.add(() -> one.receipt().answered(answer));
      }
      if (!commitsFail) {
        notes.forEach(this::take);
        notes = new ArrayList<>();
        told.addAll(durably);
        durably = new ArrayList<>();
      }
    }
    if (!fresh.isEmpty()) {
      reader.accept(List.copyOf(fresh));
    }
    told.forEach(Runnable::run);
    return true;
  }

  private EventJournal.Answer judge(
      final EventJournal.Submission one, final List<StoredJob> fresh) {
    final var known = sequences.get(one.job().key());
    if (known != null && isRemembered(known)) {
      return Objects.equals(hashes.get(known), one.contentHash())
          ? new EventJournal.Answer.Repeat(known)
          : new EventJournal.Answer.Conflict(known);
    }
    if (one.job() instanceof final Event.IncomingCall call
        && beginning(call.key().organisation(), call.call()) instanceof final StoredJob first) {
      return new EventJournal.Answer.CallKnown(first);
    }
    final long sequence = stored.isEmpty() ? 1 : stored.lastKey() + 1;
    final var event = new StoredJob(sequence, clock.instant(), one.job());
    stored.put(sequence, event);
    sendLog.accepted(event);
    sequences.put(one.job().key(), sequence);
    hashes.put(sequence, one.contentHash());
    fresh.add(event);
    return new EventJournal.Answer.Stored(sequence);
  }

  private @Nullable StoredJob beginning(final OrganisationId organisation, final CallId call) {
    return stored.values().stream()
        .filter(one ->
            one.job() instanceof final Event.IncomingCall known
                && known.call().equals(call)
                && known.key().organisation().equals(organisation)
                && isRemembered(one.sequence()))
        .findFirst()
        .orElse(null);
  }

  private boolean isRemembered(final long sequence) {
    final var known = stored.get(sequence);
    return known != null
        && (clock.instant().isBefore(known.at().plus(KEYS_REMEMBERED))
            || clock.instant().isBefore(known.job().life().keepUntil()));
  }

  private void take(final Note note) {
    sendLog.noted(note);
    waiting.noted(note);
    switch (note) {
      case Note.TrailLine(var entry) -> trail.add(entry);
      case Note.Advanced _, Note.Parked _, Note.Unparked _ -> {} // of sends and of waiting rows
      case Note.Marked(var user, _, var mark, var entries, _) ->
          entries.forEach(sequence ->
              marks
                  .computeIfAbsent(user, _ -> new HashMap<>())
                  .computeIfAbsent(sequence, _ -> EnumSet.noneOf(Mark.class))
                  .add(mark));
      case Note.ReadUpTo(var user, var in, var sequence, _) ->
          readUpTo.merge(List.of(user, in), sequence, Math::max);
      case Note.Cursor(_, var device, var sequence) -> cursors.put(device, sequence);
    }
  }

  /// The process dies: what was queued is gone, nothing is claimed any more.
  synchronized void crash() {
    starts = remembersStarts ? starts : new MemoryStarts();
    queued = new ArrayList<>();
    notes = new ArrayList<>();
    durably = new ArrayList<>();
    waiting.forgetClaims();
    counted.clear();
    reader = _ -> {};
    final var oldest = clock.instant().minus(RETENTION);
    stored.values().removeIf(one -> one.at().isBefore(oldest));
  }

  synchronized List<TrailEntry> lines() {
    return List.copyOf(trail);
  }

  synchronized List<WaitingRoom.Waiting> rows() {
    return waiting.rows();
  }

  synchronized List<StoredJob> events() {
    return List.copyOf(stored.values());
  }

  /// Every read of every store asks: the dispatcher's thread must not.
  void notDispatching() {
    if (Thread.currentThread() == dispatcher) {
      throw new AssertionError("the dispatcher's thread reads the disk");
    }
  }

  private void mayRead() {
    notDispatching();
    if (readsFail) {
      throw new IllegalStateException("the disk cannot be read");
    }
  }

  EventJournal journal() {
    return new EventJournal() {
      @Override
      public void append(final List<Submission> submissions) {
        whenAppended.run();
        if (takesNothing) {
          throw new IllegalStateException("closed");
        }
        synchronized (MemoryStore.this) {
          queued.addAll(submissions);
        }
        if (commitsAtOnce) {
          commit();
        }
      }

      @Override
      public void note(final List<Note> some) {
        synchronized (MemoryStore.this) {
          notes.addAll(some);
        }
      }

      @Override
      public void noteDurably(final List<Note> some, final Runnable committed) {
        synchronized (MemoryStore.this) {
          notes.addAll(some);
          durably.add(committed);
        }
        if (commitsAtOnce) {
          commit();
        }
      }

      @Override
      public void onCommit(final Consumer<List<StoredJob>> to) {
        reader = to;
      }

      @Override
      public Optional<StoredJob> find(final long sequence) {
        mayRead();
        synchronized (MemoryStore.this) {
          return Optional.ofNullable(stored.get(sequence)).map(sendLog::visible);
        }
      }

      @Override
      public Optional<StoredJob> find(final EventKey key) {
        mayRead();
        synchronized (MemoryStore.this) {
          return Optional.ofNullable(sequences.get(key)).map(stored::get);
        }
      }

      @Override
      public Optional<StoredJob> findCall(final OrganisationId organisation, final CallId call) {
        mayRead();
        synchronized (MemoryStore.this) {
          return Optional.ofNullable(beginning(organisation, call));
        }
      }

      @Override
      public void eachCallSince(final Instant from, final Consumer<StoredJob> reader) {
        synchronized (MemoryStore.this) {
          stored.values().stream()
              .filter(one -> one.isEvent() && isCall(one.event()) && !one.at().isBefore(from))
              .forEach(reader);
        }
      }

      @Override
      public List<Unfinished> unfinished() {
        synchronized (MemoryStore.this) {
          return UnfinishedWork.of(stored.values(), trail, waiting);
        }
      }

      @Override
      public long lastSequence() {
        synchronized (MemoryStore.this) {
          return stored.isEmpty() ? 0 : stored.lastKey();
        }
      }

      @Override
      public long epoch() {
        return EPOCH;
      }

      @Override
      public IdKey idKey() {
        return ID_KEY;
      }

      @Override
      public long roomLeft() {
        return roomLeft;
      }

      @Override
      public void close() {
        commit();
      }
    };
  }

  private static boolean isCall(final Event event) {
    return event instanceof Event.IncomingCall || event instanceof Event.CallEnded;
  }

  CallLog calls() {
    return (organisation, call) -> {
      mayRead();
      synchronized (this) {
        return stored.values().stream()
            .filter(one -> one.event().key().organisation().equals(organisation))
            .filter(one ->
                (one.event() instanceof Event.IncomingCall begun && begun.call().equals(call))
                    || (one.event() instanceof Event.CallEnded ended && ended.call().equals(call))
                    || (one.event() instanceof Event.Other other
                        && other.collapse().equals(call.toString())))
            .toList();
      }
    };
  }

  TrailStore trail() {
    return new TrailStore() {
      @Override
      public void read(final long event, final Consumer<TrailEntry> reader) {
        mayRead();
        lines().stream().filter(line -> line.event() == event).forEach(reader);
      }

      @Override
      public List<Long> recent(final UserId user, final Instant since, final int most) {
        mayRead();
        return events().reversed().stream()
            .filter(stored -> stored.isEvent() && stored.event().recipients().contains(user))
            .filter(stored -> !stored.at().isBefore(since))
            .map(StoredJob::sequence)
            .limit(most)
            .toList();
      }
    };
  }

  WaitingRoom waiting() {
    return waiting;
  }

  SendLog sends() {
    return sendLog;
  }

  Inbox inbox() {
    return new Inbox() {
      @Override
      public Page after(final UserId user, final Position position, final int most) {
        throw new UnsupportedOperationException("routing does not ask");
      }

      @Override
      public Position end() {
        return new Position(EPOCH, journal().lastSequence());
      }

      @Override
      public Position beginning() {
        return new Position(EPOCH, 0);
      }

      @Override
      public Position cursor(final UserId user, final InstallationId device) {
        mayRead();
        synchronized (MemoryStore.this) {
          return new Position(EPOCH, cursors.getOrDefault(device, 0L));
        }
      }

      @Override
      public OptionalInt unreadInMemory(final UserId user) {
        synchronized (MemoryStore.this) {
          return counted.contains(user) ? OptionalInt.of(count(user)) : OptionalInt.empty();
        }
      }

      @Override
      public int unread(final UserId user) {
        mayRead();
        synchronized (MemoryStore.this) {
          counted.add(user);
          return count(user);
        }
      }

      private int count(final UserId user) {
        synchronized (MemoryStore.this) {
          final var of = marks.getOrDefault(user, Map.of());
          return (int)
              stored.values().stream()
                  .filter(one -> one.isEvent() && one.event().recipients().contains(user))
                  .filter(one -> isCounted(one, user))
                  .filter(one -> !of.getOrDefault(one.sequence(), Set.of()).contains(Mark.READ))
                  .count();
        }
      }

      @Override
      public boolean hasEntryOf(final UserId user, final ConversationId conversation) {
        mayRead();
        return stored.values().stream()
            .filter(StoredJob::isEvent)
            .anyMatch(it -> People.isTold(user, conversation, it.event()));
      }

      @Override
      public long readUpTo(final UserId user, final ConversationId conversation) {
        mayRead();
        synchronized (MemoryStore.this) {
          return readUpTo.getOrDefault(List.of(user, conversation), 0L);
        }
      }
    };
  }

  private boolean isCounted(final StoredJob one, final UserId user) {
    return switch (one.event()) {
      case Event.Message message ->
          readUpTo.getOrDefault(List.of(user, message.in()), 0L) < one.sequence();
      case Event.Other other -> other.as() == EventClass.ALERT;
      case Event.IncomingCall _, Event.CallEnded _, Event.ChangeHint _ -> false;
    };
  }
}
