package dev.reveille.simulators.phone;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The phone's call screen: it folds everything about a call by its UUID, rings once, and remembers
/// how calls ended. Like CallKit it does not ring for a call that it showed before.
///
/// Not thread-safe: it belongs to the phone's mind.
final class CallLedger {
  private static final class Call {
    int rings;
    boolean over;
  }

  /// What came of a ring.
  enum Ring {
    RANG,
    FOLDED,
    AFTER_END,
    TOO_LATE
  }

  private final Map<String, Call> calls = new HashMap<>();
  private int folded;
  private int ended;

  /// A ring arrived.
  Ring ring(final String id, final Optional<Instant> until, final Instant now) {
    final var call = calls.computeIfAbsent(id, _ -> new Call());
    if (call.over) {
      return call.rings > 0 ? fold() : Ring.AFTER_END;
    }
    if (call.rings > 0) {
      return fold();
    }
    if (until.isPresent() && !now.isBefore(until.get())) {
      return Ring.TOO_LATE;
    }
    call.rings++;
    return Ring.RANG;
  }

  private Ring fold() {
    folded++;
    return Ring.FOLDED;
  }

  /// The call is over; answers whether it was ringing here.
  boolean over(final String id) {
    final var call = calls.computeIfAbsent(id, _ -> new Call());
    final boolean wasRinging = call.rings > 0 && !call.over;
    call.over = true;
    if (wasRinging) {
      ended++;
    }
    return wasRinging;
  }

  boolean isRinging(final String id) {
    final var call = calls.get(id);
    return call != null && call.rings > 0 && !call.over;
  }

  List<String> ringing() {
    final var ringing = new ArrayList<String>();
    calls.forEach((id, call) -> {
      if (call.rings > 0 && !call.over) {
        ringing.add(id);
      }
    });
    return ringing;
  }

  int folded() {
    return folded;
  }

  int ended() {
    return ended;
  }

  Map<String, Integer> rings() {
    final var rings = new TreeMap<String, Integer>();
    calls.forEach((id, call) -> {
      if (call.rings > 0) {
        rings.put(id, call.rings);
      }
    });
    return rings;
  }
}
