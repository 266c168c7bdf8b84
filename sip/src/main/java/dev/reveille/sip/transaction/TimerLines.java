package dev.reveille.sip.transaction;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All running timers of one collection of transactions: a line for each duration that occurs,
/// which are about ten.
final class TimerLines {
  private final List<TimerLine> lines = new ArrayList<>();

  void start(final TimerLine.Timer timer, final long durationMillis, final long nowMillis) {
    line(durationMillis).start(timer, nowMillis);
  }

  private TimerLine line(final long millis) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).millis == millis) {
        return lines.get(i);
      }
    }
    final var line = new TimerLine(millis);
    lines.add(line);
    return line;
  }

  long nextMillis() {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < lines.size(); i++) {
      next = Math.min(next, lines.get(i).nextMillis());
    }
    return next;
  }

  /// Takes out the one that was due first, or null when none is due.
  TimerLine.@Nullable Timer takeDue(final long nowMillis) {
    TimerLine earliest = null;
    for (int i = 0; i < lines.size(); i++) {
      final var line = lines.get(i);
      if (line.nextMillis() <= nowMillis
          && (earliest == null || line.nextMillis() < earliest.nextMillis())) {
        earliest = line;
      }
    }
    return earliest == null ? null : earliest.takeDue(nowMillis);
  }
}
