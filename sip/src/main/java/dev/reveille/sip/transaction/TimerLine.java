package dev.reveille.sip.transaction;

import org.jspecify.annotations.Nullable;

/// The running timers of one duration, the earliest first. As all have the same duration and time
/// never goes back, a new one is the last: starting and stopping cost the same however many run.
final class TimerLine {
  final long millis;
  private @Nullable Timer first;
  private @Nullable Timer last;

  TimerLine(final long millis) {
    this.millis = millis;
  }

  /// One timer of a transaction. It stands in at most one line.
  static final class Timer {
    final Transaction owner;
    final TimerKind kind;
    private long due;
    private @Nullable TimerLine line;
    private @Nullable Timer before;
    private @Nullable Timer after;

    Timer(final Transaction owner, final TimerKind kind) {
      this.owner = owner;
      this.kind = kind;
    }

    boolean isRunning() {
      return line != null;
    }

    void stop() {
      if (line != null) {
        line.remove(this);
      }
    }
  }

  void start(final Timer timer, final long nowMillis) {
    timer.stop();
    timer.due = nowMillis + millis;
    timer.line = this;
    timer.before = last;
    if (last == null) {
      first = timer;
    } else {
      last.after = timer;
    }
    last = timer;
  }

  private void remove(final Timer timer) {
    final var before = timer.before;
    final var after = timer.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    timer.before = null;
    timer.after = null;
    timer.line = null;
  }

  /// When the earliest is due, or [Long#MAX_VALUE].
  long nextMillis() {
    return first == null ? Long.MAX_VALUE : first.due;
  }

  /// Takes the earliest out, if it is due.
  @Nullable Timer takeDue(final long nowMillis) {
    final var earliest = first;
    if (earliest == null || earliest.due > nowMillis) {
      return null;
    }
    remove(earliest);
    return earliest;
  }
}
