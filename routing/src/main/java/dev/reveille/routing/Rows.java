package dev.reveille.routing;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.WaitingRoom;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WaitingRoom.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The waiting room as a turn must see it: what is committed there, corrected by what was noted
/// since and will be committed in a moment. Without the correction a row that was just put away
/// could come back once more, and an acknowledgement could miss a row that was just parked.
///
/// Belongs to the dispatcher's thread.
final class Rows {
  /// Many times what can be noted between two commits; what is older is committed.
  private static final int REMEMBERED = 8_192;

  private final WaitingRoom room;
  private final Trail trail;

  /// The moment before which a row must not come back; [Instant#MAX] for one that is no more.
  private final Map<Item.Key, Instant> noted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Item.Key, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  Rows(final WaitingRoom room, final Trail trail) {
    this.room = room;
    this.trail = trail;
  }

  void park(final Waiting row) {
    note(new Item.Key(row.event(), row.device()), row.notBefore());
    trail.note(new Note.Parked(row));
  }

  /// The row is over.
  void unpark(final Item.Key key) {
    note(key, Instant.MAX);
    trail.note(new Note.Unparked(key.event(), key.device(), Way.PUSH));
  }

  private void note(final Item.Key key, final Instant notBefore) {
    noted.remove(key); // so that it counts as the newest
    noted.put(key, notBefore);
  }

  boolean waits(final Item.Key key) {
    final var moment = noted.get(key);
    if (moment != null) {
      return !moment.equals(Instant.MAX);
    }
    return room.size() > 0 && room.waits(key.event(), key.device());
  }

  List<Waiting> claimDue(final Instant now, final int most) {
    final var due = room.claimDue(now, most);
    final var rows = new ArrayList<Waiting>(due.size());
    for (final var row : due) {
      final var moment = noted.get(new Item.Key(row.event(), row.device()));
      if (moment == null || !now.isBefore(moment)) {
        rows.add(row);
      }
    }
    return rows;
  }

  Instant nextDue() {
    return room.nextDue();
  }
}
