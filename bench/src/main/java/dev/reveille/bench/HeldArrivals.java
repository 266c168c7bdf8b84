package dev.reveille.bench;

import java.util.ArrayList;
import java.util.List;

/// Checks that each held phone got its own event exactly once, by the content of what arrived.
///
/// @param missing phones that did not get their event
/// @param doubled arrivals of an event at a phone that had it already
/// @param strange arrivals of anything else: an event for others, or of another round
/// @param first the first that is wrong, in words; "" when nothing is
record HeldArrivals(int missing, int doubled, int strange, String first) {
  static final HeldArrivals RIGHT = new HeldArrivals(0, 0, 0, "");

  /// @param phone its number
  /// @param expected the content of the one event that is meant for it
  /// @param arrived all contents that came, in order
  static HeldArrivals of(final int phone, final String expected, final List<String> arrived) {
    final var others = new ArrayList<>(arrived);
    final boolean came = others.remove(expected);
    int doubled = 0;
    while (others.remove(expected)) {
      doubled++;
    }
    if (came && doubled == 0 && others.isEmpty()) {
      return RIGHT;
    }
    return new HeldArrivals(
        came ? 0 : 1,
        doubled,
        others.size(),
        "phone %d should have got [%s] once and got %s".formatted(phone, expected, arrived));
  }

  HeldArrivals and(final HeldArrivals more) {
    return new HeldArrivals(
        missing + more.missing,
        doubled + more.doubled,
        strange + more.strange,
        first.isEmpty() ? more.first : first);
  }

  boolean isRight() {
    return missing + doubled + strange == 0;
  }

  /// The verdicts of a bench, which are never void.
  void judge(final Report report, final String who) {
    report.none("phones without their event, " + who, missing);
    report.none("events that came twice, " + who, doubled);
    report.none("events of others that came, " + who, strange);
    if (!first.isEmpty()) {
      report.remark(who + ": " + first);
    }
  }
}
