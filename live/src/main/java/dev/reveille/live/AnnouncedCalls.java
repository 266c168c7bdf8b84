package dev.reveille.live;

import dev.reveille.model.CallId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The calls of which one phone was told that they ring and not yet that they ended. Belongs to the
/// channel's event loop; a phone that was told of no call keeps no set.
final class AnnouncedCalls {
  private Set<CallId> calls = Set.of();

  /// Answers whether it is new.
  boolean add(final CallId call) {
    if (calls.isEmpty()) {
      calls = new HashSet<>(2);
    }
    return calls.add(call);
  }

  /// Answers whether it was there.
  boolean remove(final CallId call) {
    final boolean was = calls.contains(call) && calls.remove(call);
    if (calls.isEmpty()) {
      calls = Set.of();
    }
    return was;
  }

  void set(final Set<CallId> others) {
    calls = others.isEmpty() ? Set.of() : new HashSet<>(others);
  }

  Set<CallId> all() {
    return Set.copyOf(calls);
  }

  static List<CallId> ringingOf(final List<CallStatus> calls) {
    final var ringing = new ArrayList<CallId>();
    for (final var call : calls) {
      if (call instanceof CallStatus.Ringing(var id, _)) {
        ringing.add(id);
      }
    }
    return ringing;
  }
}
