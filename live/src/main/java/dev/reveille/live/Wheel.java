package dev.reveille.live;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// When each channel of one event loop wants to be looked at, to the second: a ring of places, one
/// per second, so that a hundred thousand phones cost one timer. Belongs to its loop's thread.
final class Wheel {
  private static final int PLACES = LiveSettings.LONGEST_SECONDS + 1;
  private static final LiveChannel[] NONE = {};

  private final LiveChannel[][] places = new LiveChannel[PLACES][];
  private final int[] counts = new int[PLACES];
  private int now;

  /// Puts a channel where it is met after so many ticks; it leaves its former place.
  void put(final LiveChannel channel, final long seconds) {
    remove(channel);
    final int place = (int) ((now + Math.clamp(seconds, 1, PLACES - 1)) % PLACES);
    final var there = places[place];
    final int count = counts[place];
    if (there == null || there.length == count) {
      places[place] = there == null ? new LiveChannel[4] : Arrays.copyOf(there, count * 2);
    }
    places[place][count] = channel;
    counts[place] = count + 1;
    channel.wheelPlace = place;
    channel.wheelIndex = count;
  }

  void remove(final LiveChannel channel) {
    final int place = channel.wheelPlace;
    if (place < 0) {
      return;
    }
    final var there = places[place];
    final int last = --counts[place];
    final var moved = there[last];
    there[channel.wheelIndex] = moved;
    moved.wheelIndex = channel.wheelIndex;
    clear(there, last);
    channel.wheelPlace = -1;
  }

  @SuppressWarnings("NullAway") // a free place holds nothing
  private static void clear(final LiveChannel[] there, final int index) {
    there[index] = null;
  }

  /// A second passed: takes out and answers those whose moment has come.
  LiveChannel[] tick() {
    now = (now + 1) % PLACES;
    final @Nullable LiveChannel @Nullable [] there = places[now];
    final int count = counts[now];
    if (there == null || count == 0) {
      return NONE;
    }
    final var due = Arrays.copyOf(places[now], count);
    for (final var channel : due) {
      channel.wheelPlace = -1;
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
