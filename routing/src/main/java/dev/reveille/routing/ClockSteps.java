package dev.reveille.routing;

import dev.reveille.model.ClockGeneration;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.ClockLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that the system's clock was set, stores the step, and then moves all waits that are in
/// memory by the step, in one turn of the dispatcher.
///
/// Belongs to the dispatcher's thread.
final class ClockSteps {
  private static final Logger LOG = LoggerFactory.getLogger(ClockSteps.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);

  /// What has waits in memory.
  interface Waits {
    /// The clock was set by this much: moments until which something waits move with it.
    void clockSet(Duration step);
  }

  private final ServerClock clock;
  private final ClockLog log;
  private final Executor threads;
  private final Mailbox<DispatcherInput> mailbox;
  private final List<Waits> waits;
  private boolean asked;
  private DispatcherInput.@Nullable ClockStepKept step;
  private Instant notBefore = Instant.MIN;

  ClockSteps(
      final ServerClock clock,
      final ClockLog log,
      final Executor threads,
      final Mailbox<DispatcherInput> mailbox,
      final List<Waits> waits) {
    this.clock = clock;
    this.log = log;
    this.threads = threads;
    this.mailbox = mailbox;
    this.waits = List.copyOf(waits);
  }

  /// Before anything else is taken up: the generations of former runs.
  ///
  /// @param last the newest event
  void takeUp(final Optional<StoredJob> last) {
    clock
        .takeUp(log.generations(), last)
        .ifPresent(next -> {
          log.begin(next);
          clock.beganBefore(next);
          tell(next);
        });
  }

  /// Asked at the beginning of each turn, before it reads the time. Answers whether the time made a
  /// step.
  boolean look() {
    final var arrived = step;
    step = null;
    if (arrived != null) {
      asked = false;
      if (arrived.kept()) {
        make(arrived.next());
        return true;
      }
      notBefore = clock.instant().plus(AFTER_A_FAULT);
    }
    final var next = clock.look().orElse(null);
    if (next != null && !asked && !clock.instant().isBefore(notBefore)) {
      asked = true;
      threads.execute(() -> keep(next));
    }
    return false;
  }

  private void keep(final ClockGeneration next) {
    boolean kept = false;
    try {
      log.begin(next);
      kept = true;
    } catch (final RuntimeException fault) {
      LOG.error("could not store that the clock was set; will retry", fault);
    } finally {
      mailbox.putUrgent(new DispatcherInput.ClockStepKept(next, kept));
    }
  }

  /// The generation is on disk, or it could not be kept: the next turn begins with it.
  void arrived(final DispatcherInput.ClockStepKept input) {
    step = input;
  }

  /// Whether the next turn begins with a step.
  boolean isDue() {
    return step != null;
  }

  private void make(final ClockGeneration next) {
    notBefore = Instant.MIN;
    clock.begin(next);
    waits.forEach(each -> each.clockSet(next.step()));
    tell(next);
  }

  private static void tell(final ClockGeneration next) {
    LOG.warn(
        "the system's clock was set {} by {}, to {}; rings, retries and other waits take as long as"
            + " they were meant to",
        next.step().isNegative() ? "back" : "ahead",
        next.step().abs(),
        next.since());
  }
}
