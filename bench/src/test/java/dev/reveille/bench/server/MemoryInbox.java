package dev.reveille.bench.server;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// What waits for a user among the events in memory.
final class MemoryInbox implements Inbox {
  private final MemoryEvents events;
  private final InstantSource clock;
  private final long epoch;

  MemoryInbox(final MemoryEvents events, final InstantSource clock) {
    this.events = events;
    this.clock = clock;
    this.epoch = MemoryJournal.EPOCH;
  }

  @Override
  public Page after(final UserId user, final Position position, final int most) {
    final long end = events.last();
    final long floor = events.beginning();
    final boolean gap =
        position.epoch() != epoch || position.sequence() < floor || position.sequence() > end;
    final var found = entries(user, gap ? floor : position.sequence(), end);
    final boolean more = found.size() > most;
    final var page = more ? found.subList(0, most) : found;
    final long upTo = more ? page.getLast().stored().sequence() : end;
    return new Page(page, new Position(epoch, upTo), gap, more);
  }

  private List<Entry> entries(final UserId user, final long from, final long end) {
    final var now = clock.instant();
    final Map<FolderId, Long> newest = new HashMap<>();
    final var found = new ArrayList<Entry>();
    for (final var stored : events.inbox(user)) {
      if (stored.sequence() > from && stored.sequence() <= end && isEntry(stored, now)) {
        final var marks = events.marks(user, stored.sequence());
        if (!marks.contains(Mark.DISMISSED)) {
          found.add(new Entry(stored, marks));
        }
        if (stored.event() instanceof Event.ChangeHint hint) {
          hint.folders().forEach(folder -> newest.put(folder, stored.sequence()));
        }
      }
    }
    found.removeIf(entry ->
        entry.stored().event() instanceof Event.ChangeHint
            && !newest.containsValue(entry.stored().sequence()));
    return found;
  }

  private static boolean isEntry(final StoredJob stored, final Instant now) {
    return stored.event().life().keepUntil().isAfter(now)
        && switch (stored.event()) {
          case Event.Message _, Event.ChangeHint _ -> true;
          case Event.Other other -> other.as() == EventClass.ALERT;
          case Event.IncomingCall _, Event.CallEnded _ -> false;
        };
  }

  @Override
  public Position end() {
    return new Position(epoch, events.last());
  }

  @Override
  public Position beginning() {
    return new Position(epoch, events.beginning());
  }

  @Override
  public Position cursor(final UserId user, final InstallationId device) {
    return new Position(epoch, events.cursor(device));
  }

  @Override
  public OptionalInt unreadInMemory(final UserId user) {
    return OptionalInt.of(unread(user)); // all is in memory
  }

  @Override
  public int unread(final UserId user) {
    int count = 0;
    final var now = clock.instant();
    for (final var stored : events.inbox(user)) {
      final var marks = events.marks(user, stored.sequence());
      final boolean counts =
          switch (stored.event()) {
            case Event.Message message -> readUpTo(user, message.in()) < stored.sequence();
            case Event.Other other -> other.as() == EventClass.ALERT;
            case Event.ChangeHint _, Event.IncomingCall _, Event.CallEnded _ -> false;
          };
      if (counts
          && isEntry(stored, now)
          && !marks.contains(Mark.READ)
          && !marks.contains(Mark.DISMISSED)) {
        count++;
      }
    }
    return count;
  }

  @Override
  public boolean hasEntryOf(final UserId user, final ConversationId conversation) {
    return after(user, beginning(), Integer.MAX_VALUE).entries().stream()
        .anyMatch(entry ->
            entry.stored().event() instanceof final Event.Message message
                && message.in().equals(conversation));
  }

  @Override
  public long readUpTo(final UserId user, final ConversationId conversation) {
    return events.readUpTo(user, conversation);
  }
}
