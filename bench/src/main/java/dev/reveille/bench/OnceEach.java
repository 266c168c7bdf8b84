package dev.reveille.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares the pushes of one send with its audience, target by target, so that one that is missing
/// and one that was told twice are two faults and not a good total. Computed from what came to the
/// push service, before anything folds it. Targets are named by their numbers, from 1.
///
/// @param missing targets of which no push was accepted
/// @param twice targets that more than one push came for, accepted or not
/// @param strangers pushes to who is not in the audience, or of another send
record OnceEach(String send, List<String> missing, List<String> twice, List<String> strangers) {
  private static final int SHOWN = 3;

  /// A push as it came in.
  ///
  /// @param mark of its send, "" when it bears none
  record Came(String mark, String token, int status) {
    boolean isAccepted() {
      return status == 200;
    }
  }

  /// @param mark of the send
  /// @param audience the tokens of its targets, by number
  /// @param came everything that came since the send before was judged
  static OnceEach of(final String mark, final List<String> audience, final List<Came> came) {
    final Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < audience.size(); i++) {
      numbers.put(audience.get(i), i);
    }
    final var times = new int[audience.size()];
    final var accepted = new boolean[audience.size()];
    final var strangers = new ArrayList<String>();
    for (final var one : came) {
      final var number = numbers.get(one.token());
      if (number == null) {
        strangers.add("a push of " + name(one) + " to who is not in the audience");
      } else if (!one.mark().equals(mark)) {
        strangers.add("a push of " + name(one) + " to " + (number + 1));
      } else {
        times[number]++;
        accepted[number] |= one.isAccepted();
      }
    }
    final var missing = new ArrayList<String>();
    final var twice = new ArrayList<String>();
    for (int i = 0; i < times.length; i++) {
      if (!accepted[i]) {
        missing.add(String.valueOf(i + 1));
      }
      if (times[i] > 1) {
        twice.add((i + 1) + " (" + times[i] + " times)");
      }
    }
    return new OnceEach(mark, missing, twice, strangers);
  }

  private static String name(final Came one) {
    return one.mark().isEmpty() ? "no send" : one.mark();
  }

  int faults() {
    return missing.size() + twice.size() + strangers.size();
  }

  /// The first of each kind.
  @Override
  public String toString() {
    return send
        + ": "
        + told("missing", missing)
        + ", "
        + told("twice", twice)
        + ", "
        + told("strangers", strangers);
  }

  private static String told(final String what, final List<String> which) {
    final var first = which.subList(0, Math.min(SHOWN, which.size()));
    return which.size() + " " + what + (first.isEmpty() ? "" : " " + first);
  }
}
