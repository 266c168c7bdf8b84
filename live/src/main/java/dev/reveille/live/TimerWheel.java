package dev.reveille.live;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The timers of all held connections of one event loop: a ring of places, one per second, so that
/// a hundred thousand phones cost one timer. A moment is exact to the second. Belongs to its loop's
/// thread.
final class TimerWheel {
  /// A Ping lives almost an hour ([HeldPing#LONGEST]).
  static final int LONGEST_SECONDS = 3_600;

  private static final int PLACES = LONGEST_SECONDS + 1;
  private static final HeldRoute[] NONE = {};

  private final HeldRoute[][] places = new HeldRoute[PLACES][];
  private final int[] counts = new int[PLACES];
  private int now;

  /// Puts a way where it is met after so many ticks; it leaves its former place.
  void put(final HeldRoute way, final long seconds) {
    remove(way);
    final int place = (int) ((now + Math.clamp(seconds, 1, PLACES - 1)) % PLACES);
    final var there = places[place];
    final int count = counts[place];
    if (there == null || there.length == count) {
      places[place] = there == null ? new HeldRoute[4] : Arrays.copyOf(there, count * 2);
    }
    places[place][count] = way;
    counts[place] = count + 1;
    way.wheelPlace = place;
    way.wheelIndex = count;
  }

  void remove(final HeldRoute way) {
    final int place = way.wheelPlace;
    if (place < 0) {
      return;
    }
    final var there = places[place];
    final int last = --counts[place];
    final var moved = there[last];
    there[way.wheelIndex] = moved;
    moved.wheelIndex = way.wheelIndex;
    clear(there, last);
    way.wheelPlace = -1;
  }

  @SuppressWarnings("NullAway") // a free place holds nothing
  private static void clear(final HeldRoute[] there, final int index) {
    there[index] = null;
  }

  /// A second passed: takes out and answers those whose moment has come.
  HeldRoute[] tick() {
    now = (now + 1) % PLACES;
    final @Nullable HeldRoute @Nullable [] there = places[now];
    final int count = counts[now];
    if (there == null || count == 0) {
      return NONE;
    }
    final var due = Arrays.copyOf(places[now], count);
    for (final var way : due) {
      way.wheelPlace = -1;
    }
    counts[now] = 0;
    forget(now);
    return due;
  }

  @SuppressWarnings("NullAway") // a place that held many gives its memory back
  private void forget(final int place) {
    places[place] = null;
  }
}
