package dev.reveille.simulators.phone;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The calls on a simulated phone's screen: like CallKit it folds what comes by the call's UUID,
/// rings for each UUID once, and remembers how calls ended. It decides only from what it is given,
/// so the same arrivals give the same rings wherever they are replayed.
///
/// A ring and the end of its call may cross on their way. A ring that comes later than [#CROSSING]
/// after the end is one after the end, whether this phone had rung before or not.
///
/// Not thread-safe.
public final class CallLedger {
  /// So long a ring may be under way when the call ends.
  public static final Duration CROSSING = Duration.ofSeconds(2);

  private static final class Call {
    private boolean rang;
    private Optional<Instant> overAt = Optional.empty();
  }

  /// The result of a ring that arrived.
  public enum Ring {
    RANG,
    FOLDED,
    AFTER_END,
    TOO_LATE
  }

  private final Map<String, Call> calls = new HashMap<>();
  private final Map<String, Set<String>> rangPerEvent = new TreeMap<>();
  private int folded;
  private int ended;

  /// A ring arrived.
  ///
  /// @param event of the call; two UUIDs of one event ring twice
  /// @param until no ring from then on
  public Ring ring(
      final String event, final String id, final Optional<Instant> until, final Instant now) {
    final var call = calls.computeIfAbsent(id, _ -> new Call());
    if (call.overAt.isPresent()) {
      return now.isAfter(call.overAt.get().plus(CROSSING)) ? Ring.AFTER_END : fold();
    }
    if (call.rang) {
      return fold();
    }
    if (until.isPresent() && !now.isBefore(until.get())) {
      return Ring.TOO_LATE;
    }
    call.rang = true;
    rangPerEvent.computeIfAbsent(event, _ -> new HashSet<>()).add(id);
    return Ring.RANG;
  }

  private Ring fold() {
    folded++;
    return Ring.FOLDED;
  }

  /// The call is over; answers whether it was ringing here.
  public boolean over(final String id, final Instant now) {
    final var call = calls.computeIfAbsent(id, _ -> new Call());
    final boolean wasRinging = call.rang && call.overAt.isEmpty();
    if (call.overAt.isEmpty()) {
      call.overAt = Optional.of(now);
    }
    if (wasRinging) {
      ended++;
    }
    return wasRinging;
  }

  public boolean isRinging(final String id) {
    final var call = calls.get(id);
    return call != null && call.rang && call.overAt.isEmpty();
  }

  public List<String> ringing() {
    final var ringing = new ArrayList<String>();
    calls.forEach((id, call) -> {
      if (call.rang && call.overAt.isEmpty()) {
        ringing.add(id);
      }
    });
    return ringing;
  }

  public int folded() {
    return folded;
  }

  public int ended() {
    return ended;
  }

  /// How often it rang for each event that rang at all.
  public Map<String, Integer> ringsPerEvent() {
    final var rings = new TreeMap<String, Integer>();
    rangPerEvent.forEach((event, ids) -> rings.put(event, ids.size()));
    return rings;
  }
}
