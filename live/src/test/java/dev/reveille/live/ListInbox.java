package dev.reveille.live;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/// An inbox of one user in memory: a pure projection of what was committed.
final class ListInbox implements Inbox {
  static final long EPOCH = 77;

  private final TreeMap<Long, StoredJob> entries = new TreeMap<>();
  private final Map<InstallationId, Long> cursors = new HashMap<>();
  private long last;
  private long beginning;
  private int reads;
  private Runnable whenRead = () -> {};

  /// The next event takes its place, whether it is an entry or not.
  synchronized StoredJob commit(final Event event) {
    final var stored = new StoredJob(++last, Instants.NOW, event);
    switch (event.eventClass()) {
      case MESSAGE, ALERT, CHANGE -> entries.put(stored.sequence(), stored);
      case CALL, CALL_END, SILENT -> {}
    }
    return stored;
  }

  synchronized void dismiss(final long sequence) {
    entries.remove(sequence);
  }

  /// What is older than this can no longer be continued.
  synchronized void retainAfter(final long sequence) {
    beginning = sequence;
    entries.headMap(sequence, true).clear();
  }

  synchronized void cursor(final InstallationId device, final long sequence) {
    cursors.put(device, sequence);
  }

  synchronized List<Long> sequences() {
    return new ArrayList<>(entries.keySet());
  }

  /// What happens while a page is read.
  synchronized void whenRead(final Runnable other) {
    whenRead = other;
  }

  /// How often a page was asked for.
  synchronized int reads() {
    return reads;
  }

  @Override
  public synchronized Page after(final UserId user, final Position position, final int most) {
    reads++;
    whenRead.run();
    final boolean gap =
        position.epoch() != EPOCH || position.sequence() < beginning || position.sequence() > last;
    final var found = new ArrayList<Entry>();
    long upTo = last;
    for (final var stored :
        entries.tailMap(gap ? beginning : position.sequence(), false).values()) {
      if (found.size() == most) {
        return new Page(found, new Position(EPOCH, upTo), gap, true);
      }
      found.add(new Entry(stored, Set.of()));
      upTo = stored.sequence();
    }
    return new Page(found, end(), gap, false);
  }

  @Override
  public synchronized Position end() {
    return new Position(EPOCH, last);
  }

  @Override
  public synchronized Position beginning() {
    return new Position(EPOCH, beginning);
  }

  @Override
  public synchronized Position cursor(final UserId user, final InstallationId device) {
    return new Position(EPOCH, cursors.getOrDefault(device, beginning));
  }

  @Override
  public int unread(final UserId user) {
    return 0;
  }

  @Override
  public OptionalInt unreadInMemory(final UserId user) {
    return OptionalInt.of(0);
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
    return 0;
  }
}
