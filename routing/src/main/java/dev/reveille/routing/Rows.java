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
import java.util.Set;

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

  /// Where a row waits.
  ///
  /// @param notBefore the moment before which it must not come back
  /// @param behind its gate, "" for none
  private record Place(Instant notBefore, String behind) {
    /// Of a row that is no more.
    static final Place NOWHERE = new Place(Instant.MAX, "");
  }

  private final Map<Item.Key, Place> noted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Item.Key, Place> eldest) {
          return size() > REMEMBERED;
        }
      };

  Rows(final WaitingRoom room, final Trail trail) {
    this.room = room;
    this.trail = trail;
  }

  void park(final Waiting row) {
    note(key(row), new Place(row.notBefore(), row.behind()));
    trail.note(new Note.Parked(row));
  }

  /// The row is over.
  void unpark(final Item.Key key) {
    note(key, Place.NOWHERE);
    trail.note(new Note.Unparked(key.event(), key.device(), Way.PUSH));
  }

  private void note(final Item.Key key, final Place place) {
    noted.remove(key); // so that it counts as the newest
    noted.put(key, place);
  }

  private static Item.Key key(final Waiting row) {
    return new Item.Key(row.event(), row.device());
  }

  boolean waits(final Item.Key key) {
    final var place = noted.get(key);
    if (place != null) {
      return !place.equals(Place.NOWHERE);
    }
    return room.size() > 0 && room.waits(key.event(), key.device());
  }

  List<Waiting> claimDue(final Instant now, final int most) {
    return stillThere(room.claimDue(now, most), now);
  }

  List<Waiting> claimBehind(final String gate, final int most) {
    return stillThere(room.claimBehind(gate, most), Instant.EPOCH);
  }

  List<Waiting> claimOverdue(final Instant now, final int most) {
    return stillThere(room.claimOverdue(now, most), Instant.EPOCH);
  }

  /// Without rows of which something newer was noted: they are elsewhere, or over.
  private List<Waiting> stillThere(final List<Waiting> claimed, final Instant moment) {
    final var rows = new ArrayList<Waiting>(claimed.size());
    for (final var row : claimed) {
      final var place = noted.get(key(row));
      if (place == null
          || (place.behind.equals(row.behind()) && !moment.isBefore(place.notBefore))) {
        rows.add(row);
      }
    }
    return rows;
  }

  Instant nextDue() {
    return room.nextDue();
  }

  Set<String> gates() {
    return room.gates();
  }
}
