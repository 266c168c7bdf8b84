package dev.reveille.storage.sqlite;

import dev.reveille.model.Lane;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.storage.sqlite.WaitingRows.Line;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Keeps waiting work as rows on disk, and in memory only the next rows of each line: a *line* is
/// what waits for its moment, or behind one breaker, per lane.
///
/// Each line (what waits for its moment, and what waits behind each breaker, per lane) has a
/// *horizon*. Unclaimed work up to it is in memory; work further back is on disk alone (or among
/// the changes that are not folded yet). Claims empty the line's order; when it is empty, the next
/// rows are loaded and the horizon moves. When too much is in memory, the last of the line is
/// forgotten and the horizon moves back. So the heap holds some thousand items, however many wait;
/// the more lines there are, the fewer of each.
///
/// What is noted counts at once, before it is folded: a retry due in 100 ms must not wait for a
/// file. Everything but the two counts ([#size], [#waiting]) is guarded by this object's monitor,
/// which claims hold while they read the disk.
///
/// A line in which nothing waits is forgotten, since breakers come and go.
final class SqliteWaitingRoom implements WaitingRoom {
  private static final int PAGE = 1_000;
  private static final int MOST_PER_LINE = 8_000;
  private static final int MOST_IN_ALL_LINES = 32_000;
  private static final int LEAST_PER_LINE = 64;
  private static final List<Lane> URGENT_FIRST = List.of(Lane.values());

  /// One piece of work that memory knows.
  private static final class Slot {
    private @Nullable Waiting item;

    /// The group whose fold brings this to disk; 0 when disk says the same.
    private long group;

    private boolean claimed;

    /// A row may be there already.
    private boolean maybeOnDisk;

    /// It is not known whether this work was counted before.
    private boolean unsure;
  }

  /// What memory knows of a line.
  private static final class Known {
    private final NavigableMap<DueOrder, Waiting> order = new TreeMap<>();
    private DueOrder horizon;

    Known(final DueOrder horizon) {
      this.horizon = horizon;
    }

    boolean isAll() {
      return horizon.equals(DueOrder.LAST);
    }
  }

  /// What one fold writes for one piece of work; no item means it is over.
  record Change(WorkKey id, @Nullable Waiting item, long group, boolean unsure) {}

  private final WaitingRows rows;
  private final Map<WorkKey, Slot> slots = new HashMap<>();
  private final Map<WorkKey, Slot> changed = new LinkedHashMap<>();
  private final Map<Line, Known> lines = new HashMap<>();

  /// Asked by the intake for every event, so it waits for no monitor.
  private final AtomicLong size = new AtomicLong();

  /// How much unclaimed work waits behind each breaker, "" for what waits for its moment only.
  private final Map<String, Long> unclaimed = new ConcurrentHashMap<>();

  SqliteWaitingRoom(final WaitingRows rows) {
    this.rows = rows;
    rows.counts()
        .forEach((line, count) -> {
          lines.put(line, new Known(DueOrder.FIRST));
          size.addAndGet(count);
          unclaimed(line.behind(), count);
        });
    for (final Lane lane : Lane.values()) {
      known(new Line("", lane));
    }
  }

  /// Takes in what a committed group says; on the writer's thread.
  void noted(final CommittedGroup group) {
    final List<Note> notes = group.notes();
    for (int i = 0; i < notes.size(); i++) {
      switch (notes.get(i)) {
        case Note.Parked(var item) -> parked(item, group.first());
        case Note.Unparked(var work) -> unparked(work, group.first());
        case Note.TrailLine _, Note.Advanced _, Note.Marked _, Note.ReadUpTo _, Note.Cursor _ -> {}
      }
    }
  }

  private synchronized void parked(final Waiting item, final long group) {
    final WorkKey id = item.key();
    Slot slot = slots.get(id);
    unclaimed(item.behind(), 1);
    if (slot == null) {
      slot = new Slot();
      slot.unsure = !knowsAll();
      slot.maybeOnDisk = slot.unsure;
      slots.put(id, slot);
      size.incrementAndGet();
    } else if (slot.item == null) {
      size.incrementAndGet();
    } else {
      unclaimed(slot.item.behind(), slot.claimed ? 0 : -1);
      known(Line.of(slot.item)).order.remove(DueOrder.of(slot.item));
    }
    slot.item = item;
    slot.group = group;
    slot.claimed = false;
    changed.put(id, slot);
    offer(item);
  }

  private synchronized void unparked(final WorkKey id, final long group) {
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
    known(Line.of(slot.item)).order.remove(DueOrder.of(slot.item));
    unclaimed(slot.item.behind(), slot.claimed ? 0 : -1);
    size.decrementAndGet();
    slot.item = null;
    slot.claimed = false;
    if (slot.maybeOnDisk) {
      slot.group = group;
      changed.put(id, slot);
    } else {
      slots.remove(id);
      changed.remove(id);
    }
  }

  private void unclaimed(final String behind, final long more) {
    if (more != 0) {
      unclaimed.merge(behind, more, (held, change) -> held + change == 0 ? null : held + change);
    }
  }

  /// A line that disk had nothing of at the start is known as a whole.
  private Known known(final Line line) {
    return lines.computeIfAbsent(line, _ -> new Known(DueOrder.LAST));
  }

  private boolean knowsAll() {
    for (final Known line : lines.values()) {
      if (!line.isAll()) {
        return false;
      }
    }
    return true;
  }

  private int mostPerLine() {
    return Math.clamp(MOST_IN_ALL_LINES / lines.size(), LEAST_PER_LINE, MOST_PER_LINE);
  }

  /// Puts work into its line's order if it stands within the horizon.
  private void offer(final Waiting item) {
    final DueOrder due = DueOrder.of(item);
    final Known line = known(Line.of(item));
    if (due.compareTo(line.horizon) > 0) {
      return;
    }
    line.order.put(due, item);
    final int most = mostPerLine();
    if (line.order.size() > most) {
      while (line.order.size() > most / 2) {
        forget(java.util.Objects.requireNonNull(line.order.pollLastEntry()).getValue());
      }
      line.horizon = line.order.lastKey();
    }
  }

  /// Drops from memory what disk knows as well.
  private void forget(final Waiting item) {
    final WorkKey id = item.key();
    final Slot slot = slots.get(id);
    if (slot != null && slot.group == 0) {
      slots.remove(id);
    }
  }

  @Override
  public synchronized List<Waiting> claimDue(final Instant now, final int most) {
    return claim("", DueOrder.nanos(now), most, URGENT_FIRST);
  }

  @Override
  public synchronized List<Waiting> claimBehind(final String breaker, final int most) {
    return claim(breaker, DueOrder.nanos(Instant.EPOCH), most, URGENT_FIRST);
  }

  @Override
  public synchronized List<Waiting> claimOldest(final String breaker, final int most) {
    return claim(breaker, DueOrder.nanos(Instant.EPOCH), most, URGENT_FIRST.reversed());
  }

  @Override
  public synchronized List<Waiting> claimByCalendar(final Instant shown, final int most) {
    return claim(CALENDAR, DueOrder.nanos(shown), most, URGENT_FIRST);
  }

  private List<Waiting> claim(
      final String behind, final long moment, final int most, final List<Lane> lanes) {
    final List<Waiting> claimed = new ArrayList<>();
    for (final Lane lane : lanes) {
      final Line name = new Line(behind, lane);
      final Known line = lines.get(name);
      while (line != null && claimed.size() < most) {
        if (line.order.isEmpty() && line.horizon.notBefore() <= moment && load(name, line)) {
          continue;
        }
        if (line.order.isEmpty() || line.order.firstKey().notBefore() > moment) {
          break;
        }
        final Waiting item = line.order.pollFirstEntry().getValue();
        final Slot slot = slots.get(item.key());
        if (slot != null) {
          slot.claimed = true;
        }
        unclaimed(behind, -1);
        claimed.add(item);
      }
    }
    return claimed;
  }

  /// Moves the horizon over the next rows; false when there are none.
  private boolean load(final Line name, final Known line) {
    final DueOrder from = line.horizon;
    if (line.isAll()) {
      return false;
    }
    final int most = Math.min(PAGE, mostPerLine());
    final List<Waiting> page = rows.after(name, from, most);
    final DueOrder to = page.size() < most ? DueOrder.LAST : DueOrder.of(page.getLast());
    line.horizon = to;
    for (final Waiting item : page) {
      final WorkKey id = item.key();
      if (!slots.containsKey(id)) { // else memory knows better
        final Slot slot = new Slot();
        slot.item = item;
        slot.maybeOnDisk = true;
        slots.put(id, slot);
        line.order.put(DueOrder.of(item), item);
      }
    }
    for (final Slot slot : changed.values()) {
      final Waiting item = slot.item;
      if (item != null && !slot.claimed && Line.of(item).equals(name)) {
        final DueOrder due = DueOrder.of(item);
        if (due.compareTo(from) > 0 && due.compareTo(to) <= 0) {
          line.order.put(due, item);
        }
      }
    }
    return true;
  }

  /// The rows are read under the monitor: what disk shows is then either unchanged or in `slots`.
  @Override
  public synchronized List<Waiting> claimOverdue(final Instant now, final int most) {
    final List<Waiting> claimed = new ArrayList<>();
    for (final Waiting item : rows.overdue(DueOrder.nanos(now), most)) {
      final Slot slot = slots.computeIfAbsent(item.key(), _ -> new Slot());
      if (slot.claimed || slot.group != 0) {
        continue; // it is under way, or memory knows better
      }
      slot.item = item;
      slot.claimed = true;
      slot.maybeOnDisk = true;
      unclaimed(item.behind(), -1);
      known(Line.of(item)).order.remove(DueOrder.of(item));
      claimed.add(item);
    }
    return claimed;
  }

  @Override
  public synchronized Instant nextDue() {
    return next("");
  }

  @Override
  public synchronized Instant nextByCalendar() {
    return next(CALENDAR);
  }

  private Instant next(final String behind) {
    long next = Long.MAX_VALUE;
    for (final Lane lane : URGENT_FIRST) {
      final Known line = lines.get(new Line(behind, lane));
      if (line != null) { // else nothing waits in it
        final boolean knowsFirst = !line.order.isEmpty();
        next = Math.min(next, (knowsFirst ? line.order.firstKey() : line.horizon).notBefore());
      }
    }
    return DueOrder.instant(next);
  }

  @Override
  public synchronized Set<String> breakers() {
    lines.entrySet().removeIf(line -> isOver(line.getKey(), line.getValue()));
    final Set<String> breakers = new HashSet<>();
    lines.keySet().forEach(name -> breakers.add(name.behind()));
    breakers.remove("");
    breakers.remove(CALENDAR);
    return breakers;
  }

  /// Of a line that is asked for anew, nothing is on disk either.
  private static boolean isOver(final Line name, final Known line) {
    return !name.behind().isEmpty() && line.order.isEmpty() && line.isAll();
  }

  /// How many lines are in memory.
  synchronized int linesInMemory() {
    return lines.size();
  }

  /// How many pieces of work are in memory.
  synchronized int inMemory() {
    return slots.size();
  }

  @Override
  public long size() {
    return size.get();
  }

  @Override
  public long waiting(final String breaker) {
    return unclaimed.getOrDefault(breaker, 0L);
  }

  @Override
  public Optional<Waiting> find(final WorkKey work) {
    synchronized (this) {
      final Slot slot = slots.get(work);
      if (slot != null) {
        return Optional.ofNullable(slot.item);
      }
      if (knowsAll()) {
        return Optional.empty();
      }
    }
    return rows.find(work);
  }

  /// What is to be written with the groups up to this sequence. From now on it may be on disk,
  /// though [#written] is told later: work that is over meanwhile must be deleted there.
  synchronized List<Change> changesUpTo(final long sequence) {
    final List<Change> some = new ArrayList<>();
    changed.forEach((id, slot) -> {
      if (slot.group <= sequence) {
        slot.maybeOnDisk = true;
        some.add(new Change(id, slot.item, slot.group, slot.unsure));
      }
    });
    return some;
  }

  /// Writes changes inside the open transaction; on the projector's thread.
  void write(final Database writer, final List<Change> changes) throws SQLException {
    final List<String> countedTwice = new ArrayList<>();
    for (final Change change : changes) {
      if (change.unsure()) {
        rows.gateOf(writer, change.id()).ifPresent(countedTwice::add);
      }
      if (change.item() == null) {
        rows.drop(writer, change.id());
      } else {
        rows.keep(writer, change.item());
      }
    }
    rows.flush();
    size.addAndGet(-countedTwice.size());
    countedTwice.forEach(behind -> unclaimed(behind, -1));
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
      if (item == null
          || (!slot.claimed && DueOrder.of(item).compareTo(known(Line.of(item)).horizon) > 0)) {
        slots.remove(change.id());
      }
    }
  }
}
