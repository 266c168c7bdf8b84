package dev.reveille.storage.sqlite;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Waiting work: rows on disk, and in memory only what is due next.
///
/// Each lane has a *horizon*. Unclaimed work due up to it is in memory; work due later is on disk
/// alone (or among the changes that are not folded yet). Claims empty the lane's order; when it is
/// empty, the next rows are loaded and the horizon moves. When too much is in memory, the latest
/// work is forgotten and the horizon moves back. So the heap holds some thousand items, however
/// many wait.
///
/// What is noted counts at once, before it is folded: a retry due in 100 ms must not wait for a
/// file. Everything is guarded by this object's monitor.
final class SqliteWaitingRoom implements WaitingRoom {
  private static final int PAGE = 1_000;
  private static final int MOST_PER_LANE = 8_000;

  /// One piece of work that memory knows.
  private static final class Slot {
    private @Nullable Waiting item;

    /// The group whose fold brings this to disk; 0 when disk says the same.
    private long group;

    private boolean claimed;

    /// A row may be there already.
    private boolean maybeOnDisk;

    /// Nobody knows whether this work was counted before.
    private boolean unsure;
  }

  /// What one fold writes for one piece of work; no item means it is over.
  record Change(Due.Id id, @Nullable Waiting item, long group, boolean unsure) {}

  private final WaitingRows rows;
  private final Map<Due.Id, Slot> slots = new HashMap<>();
  private final Map<Due.Id, Slot> changed = new LinkedHashMap<>();
  private final Map<Lane, NavigableMap<Due, Waiting>> order = new EnumMap<>(Lane.class);
  private final Map<Lane, Due> horizons = new EnumMap<>(Lane.class);
  private long size;

  SqliteWaitingRoom(final WaitingRows rows) {
    this.rows = rows;
    this.size = rows.count();
    for (final Lane lane : Lane.values()) {
      order.put(lane, new TreeMap<>());
      horizons.put(lane, size == 0 ? Due.LAST : Due.FIRST);
    }
  }

  /// Takes in what a committed group says; on the writer's thread.
  void noted(final CommittedGroup group) {
    final List<Note> notes = group.notes();
    for (int i = 0; i < notes.size(); i++) {
      switch (notes.get(i)) {
        case Note.Parked(var item) -> parked(item, group.first());
        case Note.Unparked(var event, var device, var way) ->
            unparked(new Due.Id(event, device, way), group.first());
        case Note.Told _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> {}
      }
    }
  }

  private synchronized void parked(final Waiting item, final long group) {
    final Due.Id id = Due.idOf(item);
    Slot slot = slots.get(id);
    if (slot == null) {
      slot = new Slot();
      slot.unsure = !knowsAll();
      slot.maybeOnDisk = slot.unsure;
      slots.put(id, slot);
      size++;
    } else if (slot.item == null) {
      size++;
    } else {
      order(slot.item.lane()).remove(Due.of(slot.item));
    }
    slot.item = item;
    slot.group = group;
    slot.claimed = false;
    changed.put(id, slot);
    offer(item);
  }

  private synchronized void unparked(final Due.Id id, final long group) {
    final Slot slot = slots.get(id);
    if (slot == null) {
      if (knowsAll()) {
        return; // over before
      }
      final Slot gone = new Slot();
      gone.group = group;
      gone.maybeOnDisk = true;
      gone.unsure = true;
      slots.put(id, gone);
      changed.put(id, gone);
      return;
    }
    if (slot.item == null) {
      return;
    }
    order(slot.item.lane()).remove(Due.of(slot.item));
    slot.item = null;
    slot.claimed = false;
    size--;
    if (slot.maybeOnDisk) {
      slot.group = group;
      changed.put(id, slot);
    } else {
      slots.remove(id);
      changed.remove(id);
    }
  }

  private NavigableMap<Due, Waiting> order(final Lane lane) {
    return java.util.Objects.requireNonNull(order.get(lane));
  }

  private Due horizon(final Lane lane) {
    return java.util.Objects.requireNonNull(horizons.get(lane));
  }

  private boolean knowsAll() {
    for (final Due horizon : horizons.values()) {
      if (!horizon.equals(Due.LAST)) {
        return false;
      }
    }
    return true;
  }

  /// Puts work into its lane's order if it is due within the horizon.
  private void offer(final Waiting item) {
    final Due due = Due.of(item);
    if (due.compareTo(horizon(item.lane())) > 0) {
      return;
    }
    final NavigableMap<Due, Waiting> lane = order(item.lane());
    lane.put(due, item);
    if (lane.size() > MOST_PER_LANE) {
      while (lane.size() > MOST_PER_LANE / 2) {
        forget(java.util.Objects.requireNonNull(lane.pollLastEntry()).getValue());
      }
      horizons.put(item.lane(), lane.lastKey());
    }
  }

  /// Drops from memory what disk knows as well.
  private void forget(final Waiting item) {
    final Due.Id id = Due.idOf(item);
    final Slot slot = slots.get(id);
    if (slot != null && slot.group == 0) {
      slots.remove(id);
    }
  }

  @Override
  public synchronized List<Waiting> claimDue(final Instant now, final int most) {
    final long moment = Due.nanos(now);
    final List<Waiting> claimed = new ArrayList<>();
    for (final Lane lane : Lane.values()) {
      while (claimed.size() < most) {
        final NavigableMap<Due, Waiting> waiting = order(lane);
        if (waiting.isEmpty() && horizon(lane).notBefore() <= moment && load(lane)) {
          continue;
        }
        if (waiting.isEmpty() || waiting.firstKey().notBefore() > moment) {
          break;
        }
        final Waiting item = waiting.pollFirstEntry().getValue();
        final Slot slot = slots.get(Due.idOf(item));
        if (slot != null) {
          slot.claimed = true;
        }
        claimed.add(item);
      }
    }
    return claimed;
  }

  /// Moves the horizon over the next rows; false when there are none.
  private boolean load(final Lane lane) {
    final Due from = horizon(lane);
    if (from.equals(Due.LAST)) {
      return false;
    }
    final List<Waiting> page = rows.after(lane, from, PAGE);
    final Due to = page.size() < PAGE ? Due.LAST : Due.of(page.getLast());
    horizons.put(lane, to);
    for (final Waiting item : page) {
      final Due.Id id = Due.idOf(item);
      if (!slots.containsKey(id)) { // else memory knows better
        final Slot slot = new Slot();
        slot.item = item;
        slot.maybeOnDisk = true;
        slots.put(id, slot);
        order(lane).put(Due.of(item), item);
      }
    }
    for (final Slot slot : changed.values()) {
      final Waiting item = slot.item;
      if (item != null && !slot.claimed && item.lane() == lane) {
        final Due due = Due.of(item);
        if (due.compareTo(from) > 0 && due.compareTo(to) <= 0) {
          order(lane).put(due, item);
        }
      }
    }
    return true;
  }

  @Override
  public synchronized Instant nextDue() {
    long next = Long.MAX_VALUE;
    for (final Lane lane : Lane.values()) {
      final NavigableMap<Due, Waiting> waiting = order(lane);
      final long first =
          waiting.isEmpty() ? horizon(lane).notBefore() : waiting.firstKey().notBefore();
      next = Math.min(next, first);
    }
    return Due.instant(next);
  }

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public boolean waits(final long event, final InstallationId device) {
    final List<Way> unknown = new ArrayList<>();
    synchronized (this) {
      for (final Way way : Way.values()) {
        final Slot slot = slots.get(new Due.Id(event, device, way));
        if (slot != null && slot.item != null) {
          return true;
        }
        if (slot == null && !knowsAll()) {
          unknown.add(way);
        }
      }
    }
    return unknown.stream().anyMatch(way -> rows.isThere(new Due.Id(event, device, way)));
  }

  /// What is to be written with the groups up to this sequence.
  synchronized List<Change> changesUpTo(final long sequence) {
    final List<Change> some = new ArrayList<>();
    changed.forEach((id, slot) -> {
      if (slot.group <= sequence) {
        some.add(new Change(id, slot.item, slot.group, slot.unsure));
      }
    });
    return some;
  }

  /// Writes changes inside the open transaction; on the folder's thread.
  void write(final Database writer, final List<Change> changes) throws SQLException {
    long counted = 0;
    for (final Change change : changes) {
      if (change.unsure() && rows.exists(writer, change.id())) {
        counted++;
      }
      if (change.item() == null) {
        rows.drop(writer, change.id());
      } else {
        rows.keep(writer, change.item());
      }
    }
    rows.flush();
    synchronized (this) {
      size -= counted;
    }
  }

  void forgetStatements() {
    rows.forgetStatements();
  }

  /// The changes are on disk: memory forgets what lies beyond its horizon.
  synchronized void written(final List<Change> changes) {
    for (final Change change : changes) {
      final Slot slot = changed.get(change.id());
      if (slot == null) {
        continue;
      }
      slot.unsure = false;
      slot.maybeOnDisk = true;
      if (slot.group != change.group()) {
        continue; // changed again meanwhile
      }
      changed.remove(change.id());
      slot.group = 0;
      final Waiting item = slot.item;
      if (item == null || (!slot.claimed && Due.of(item).compareTo(horizon(item.lane())) > 0)) {
        slots.remove(change.id());
      }
    }
  }
}
