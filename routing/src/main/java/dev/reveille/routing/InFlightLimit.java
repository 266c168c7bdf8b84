package dev.reveille.routing;

import dev.reveille.model.Lane;
import dev.reveille.model.OrganisationId;
import java.util.HashMap;
import java.util.Map;

/// Limits the deliveries in memory; beyond the limit, less urgent ones are deferred to disk.
///
/// Belongs to the dispatcher's thread.
final class InFlightLimit {
  /// So many rows come back at least when urgent ones wait because too much was under way: those
  /// are the first.
  private static final int FEWEST_ROWS = 16;

  private final Departures departures;

  /// The less urgent work waits as rows above it; a large event counts as several.
  private final int most;

  /// How many more urgent ones there may be before they wait as rows as well.
  private final int reserve;

  private long weightOfOpen;

  /// What the urgent ones of it weigh, by organisation.
  private final Map<OrganisationId, Long> urgentOfOpen = new HashMap<>();

  private long weightOfUrgent;

  /// Urgent pushes became rows because too much was under way.
  private boolean urgentWaits;

  /// @param most pieces of work in memory
  InFlightLimit(final Departures departures, final int most) {
    this.departures = departures;
    this.most = most;
    this.reserve = Math.max(1, most / 4);
  }

  void begins(final Work work) {
    weigh(work, work.targetJob.weight());
  }

  void ends(final Work work) {
    weigh(work, -work.targetJob.weight());
  }

  private void weigh(final Work work, final int more) {
    weightOfOpen += more;
    if (work.lane == Lane.URGENT) {
      weightOfUrgent += more;
      urgentOfOpen.merge(
          work.targetJob.organisation(),
          (long) more,
          (held, change) -> held + change == 0 ? null : held + change);
    }
  }

  private long weight() {
    return weightOfOpen + departures.weightOfTexts();
  }

  /// Whether so much is under way that this push waits as a row. An urgent one waits only for
  /// urgent ones, first of all for those of its own organisation: neither messages that phones did
  /// not acknowledge yet nor the calls of another organisation may hold a ring up.
  boolean isCrowdedFor(final Work work) {
    if (work.lane != Lane.URGENT) {
      return weight() > most;
    }
    final long own = urgentOfOpen.getOrDefault(work.targetJob.organisation(), 0L);
    final boolean crowded =
        weight() > most + reserve && (own > reserve / 2 || weightOfUrgent > most + 2 * reserve);
    urgentWaits |= crowded;
    return crowded;
  }

  /// Whether there is room for more targets of a send: the fewer, the less urgent they are. Other
  /// than for urgent ones it ends before rows have no room to come back ([#roomForMore]).
  boolean hasRoom(final Lane lane) {
    return switch (lane) {
      case URGENT -> weight() < most;
      case NORMAL -> weight() < most / 5;
      case BULK -> weight() < most / 8;
    };
  }

  /// How many rows may come back now: fewer while much is under way.
  int roomForMore() {
    final long weight = weight();
    final int room = (int) Math.max(0, most / 4 - weight);
    if (room >= FEWEST_ROWS) {
      urgentWaits = false;
      return room;
    }
    return urgentWaits && weight < most ? FEWEST_ROWS : room;
  }
}
