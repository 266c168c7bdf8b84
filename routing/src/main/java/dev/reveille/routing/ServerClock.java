package dev.reveille.routing;

import dev.reveille.model.ClockGeneration;
import dev.reveille.model.Event;
import dev.reveille.model.Job;
import dev.reveille.model.Life;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The time by which the server works: the system's clock without its jumps. Waits that the server
/// computes must take as long as they were meant to, also when the system's clock is set.
///
/// ```
///   system's clock ──differs by up to 2 s──► followed slowly, by 1 % at most
///                  ──differs by more───────► the clock was set: a new ClockGeneration begins
/// ```
///
/// Between two steps the time runs with the machine's monotonic clock. At a step all that is said
/// to others, and all moments that senders wrote, are by the new time at once; what the server
/// computed is moved by the step ([#present]), and waits on disk stand on the time line without
/// steps ([#steady]). So a step is one commit, however much waits.
///
/// A machine that slept was not set: where the system tells how long it slept ([Elapsed]), that
/// time has passed.
///
/// Thread-safe, and never blocks. What sets the time ([#takeUp], [#look], [#begin]) belongs to one
/// thread: the starting one, then the dispatcher's.
public final class ServerClock implements InstantSource {
  /// More than clocks are apart that are kept in time.
  public static final Duration TOLERANCE = Duration.ofSeconds(2);

  /// The removal of what is old follows a step ahead, and a gap between two runs that is longer
  /// than this, only after so long: a clock that is a year fast for a minute must not cost a year
  /// of data.
  public static final Duration UNTIL_BELIEVED = Duration.ofHours(24);

  private static final double FASTEST = 0.01;

  /// How much of a small difference is made up for within a second.
  private static final double GAIN = 0.1;

  private static final long BETWEEN_CORRECTIONS = 1_000_000_000;

  /// No step takes longer from when it is noticed to when it is on disk.
  private static final Duration UNTIL_MADE = Duration.ofMinutes(1);

  /// What was computed before a step may be read so long after it.
  private static final long AROUND_A_STEP = 5_000_000_000L;

  /// The machine's monotonic clock, including the time for which the machine slept where that is
  /// known.
  public interface Elapsed {
    /// Nanoseconds since some moment.
    long nanos();

    /// The system's clock is ahead of what passed: looks whether the machine slept.
    default void look() {}
  }

  /// A moment and the generation in which it was read.
  public record Reading(Instant now, int generation) {
    /// The life of an event that matters from now on for so long.
    public Life life(final Duration alertFor, final Duration keepFor) {
      return new Life(now.plus(alertFor), now.plus(keepFor), generation);
    }
  }

  /// @param read on the monotonic clock, when the time was `at`
  /// @param rate at which the time runs since, against the monotonic clock
  private record Run(List<ClockGeneration> generations, long read, Instant at, double rate) {
    Instant at(final long nanos) {
      final long since = nanos - read;
      return at.plusNanos(rate == 1 ? since : (long) (since * rate));
    }

    ClockGeneration present() {
      return generations.getLast();
    }

    /// The same run as of now, with one generation more.
    Run with(final ClockGeneration next, final long nanos, final Instant now) {
      final var all = new ArrayList<>(generations);
      all.add(next);
      return new Run(List.copyOf(all), nanos, now, 1);
    }
  }

  /// @param at on the time line without steps
  /// @param gap since the former run wrote something, where it is so long that the clock may be
  ///   wrong
  private record Start(Instant at, Duration gap) {}

  private final InstantSource system;
  private final Elapsed elapsed;
  private volatile Run run;
  private volatile long stepped;
  private volatile Start started;

  public ServerClock(final InstantSource system, final Elapsed elapsed) {
    this.system = system;
    this.elapsed = elapsed;
    this.run = new Run(List.of(ClockGeneration.FIRST), elapsed.nanos(), system.instant(), 1);
    this.stepped = run.read() - AROUND_A_STEP;
    this.started = new Start(run.at(), Duration.between(Instant.EPOCH, run.at())); // nothing is old
  }

  /// A clock whose time passes as the source's does, and is never set.
  public static ServerClock even(final InstantSource source) {
    return new ServerClock(
        source, () -> Duration.between(Instant.EPOCH, source.instant()).toNanos());
  }

  @Override
  public Instant instant() {
    return run.at(elapsed.nanos());
  }

  /// The time and its generation, which belong together.
  public Reading read() {
    final var now = run;
    return new Reading(now.at(elapsed.nanos()), now.present().number());
  }

  /// Shows what passed, whatever the clock is set to: for what lasts for a while in memory.
  public InstantSource withoutSteps() {
    return () -> {
      final var now = run;
      return now.at(elapsed.nanos()).minus(now.present().ahead());
    };
  }

  /// The generation that runs now.
  public ClockGeneration generation() {
    return run.present();
  }

  /// The time by which what is old is removed. How long ago a step was is counted without steps: a
  /// clock that was a year fast for a minute shows the moment of that step as next year's.
  public Instant calm() {
    final var now = run;
    final var time = now.at(elapsed.nanos());
    final var trusted = time.minus(now.present().ahead()).minus(UNTIL_BELIEVED);
    final var start = started;
    var believed = time;
    if (start.at().isAfter(trusted)) {
      believed = believed.minus(start.gap());
    }
    for (final var one : now.generations()) {
      if (one.step().isPositive() && steadily(one).isAfter(trusted)) {
        believed = believed.minus(one.step());
      }
    }
    return believed;
  }

  /// When a generation began, on the time line without steps.
  private static Instant steadily(final ClockGeneration one) {
    return one.since().minus(one.ahead());
  }

  // ---- moments of former generations ----------------------------------------------------------

  /// The event with a life by the present time.
  public Event present(final Event event) {
    final var life = present(event.life());
    return life == event.life() ? event : event.with(life);
  }

  private Life present(final Life life) {
    final var now = run;
    final int number = now.present().number();
    return life.generation() == Life.OF_SENDER || life.generation() == number
        ? life
        : life.after(steps(life.generation(), now), number);
  }

  /// When a kept event was committed, by the present time. Of one whose moments a sender wrote the
  /// generation is not known: it is the newest one whose clock can have shown that moment.
  Instant committed(final StoredJob stored) {
    final var now = run;
    final int number = stored.job().life().generation();
    if (number != Life.OF_SENDER) {
      return stored.at().plus(steps(number, now));
    }
    final var latest = now.at(elapsed.nanos()).plus(TOLERANCE);
    for (final var one : now.generations().reversed()) {
      final var at = stored.at().plus(steps(one.number(), now));
      if (!one.since().isAfter(stored.at()) && !at.isAfter(latest)) {
        return at;
      }
    }
    return stored.at();
  }

  /// The job with a life by the present time.
  public StoredJob present(final StoredJob stored) {
    final Job present =
        switch (stored.job()) {
          case Event event -> present(event);
          case Send send -> send.with(present(send.life()));
        };
    return present == stored.job()
        ? stored
        : new StoredJob(stored.sequence(), stored.at(), present);
  }

  /// What the clock was set by since a generation; nothing since one that is not known.
  private static Duration steps(final int generation, final Run now) {
    return generation > now.generations().size()
        ? Duration.ZERO
        : now.present().ahead().minus(now.generations().get(generation - 1).ahead());
  }

  /// The earliest moment that the clock can have shown up to `time` before it showed `from`: it may
  /// have been set in between.
  Instant back(final Instant from, final Duration time) {
    final var all = run.generations();
    final var since = from.minus(shownBy(from, all).ahead()).minus(time);
    var earliest = from.minus(time);
    for (int i = 0; i < all.size(); i++) {
      final var one = all.get(i);
      final boolean wasOver = i + 1 < all.size() && steadily(all.get(i + 1)).isBefore(since);
      if (!wasOver) {
        final var shown = later(steadily(one), since).plus(one.ahead());
        earliest = shown.isBefore(earliest) ? shown : earliest;
      }
    }
    return earliest;
  }

  /// The oldest generation whose clock can have shown this moment. Between the moment in which a
  /// step is noticed and the moment in which it is made, the generation before it goes on.
  private static ClockGeneration shownBy(
      final Instant moment, final List<ClockGeneration> generations) {
    var found = generations.getFirst();
    for (int i = 1; i < generations.size(); i++) {
      final var next = generations.get(i);
      if (!next.since().minus(next.step()).plus(UNTIL_MADE).isBefore(moment)) {
        return found;
      }
      found = next.since().isAfter(moment) ? found : next;
    }
    return found;
  }

  private static Instant later(final Instant one, final Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// A moment of the present on the time line without steps.
  Instant steady(final Instant moment) {
    return isBoundless(moment) ? moment : moment.minus(run.present().ahead());
  }

  /// A moment of the time line without steps, in the present.
  Instant unsteady(final Instant moment) {
    return isBoundless(moment) ? moment : moment.plus(run.present().ahead());
  }

  private static boolean isBoundless(final Instant moment) {
    return moment.equals(Instant.MAX) || moment.equals(Instant.MIN) || moment.equals(Instant.EPOCH);
  }

  /// When to go on with what another thread wants to wait for: right after a step it is not known
  /// by which time it computed the moment, so that is now.
  Instant unlessJustSet(final Instant moment, final Instant now) {
    return wasJustSet() && moment.isAfter(now) ? now : moment;
  }

  /// Whether what other threads say may still be by the time before a step.
  boolean wasJustSet() {
    return elapsed.nanos() - stepped < AROUND_A_STEP;
  }

  // ---- steps ----------------------------------------------------------------------------------

  /// Takes up the generations of former runs, before anything is computed in this one. Answers the
  /// generation that is to begin because the clock was set back while no server ran.
  ///
  /// @param last the newest event
  Optional<ClockGeneration> takeUp(
      final List<ClockGeneration> known, final Optional<StoredJob> last) {
    final var all = new ArrayList<>(List.of(ClockGeneration.FIRST));
    all.addAll(known);
    final var now = system.instant();
    run = new Run(List.copyOf(all), elapsed.nanos(), now, 1);
    final var step = Duration.between(newest(last, run.present()), now);
    final var written = last.map(StoredJob::at).orElse(Instant.MIN);
    final var since = run.present().since();
    final var gap = Duration.between(written.isAfter(since) ? written : since, now);
    started = new Start(steady(now), gap.compareTo(UNTIL_BELIEVED) > 0 ? gap : Duration.ZERO);
    return step.plus(TOLERANCE).isNegative()
        ? Optional.of(run.present().next(now, step))
        : Optional.empty();
  }

  /// The latest moment of the present generation that is known.
  private static Instant newest(final Optional<StoredJob> last, final ClockGeneration present) {
    return last.filter(
            stored -> present.number() == 1 || stored.job().life().generation() == present.number())
        .map(StoredJob::at)
        .orElse(present.since());
  }

  /// Compares with the system's clock and follows it. Answers the generation that is to begin when
  /// that was set; it begins with [#begin].
  Optional<ClockGeneration> look() {
    final var now = run;
    long nanos = elapsed.nanos();
    var shown = system.instant();
    var apart = Duration.between(now.at(nanos), shown);
    if (apart.abs().compareTo(TOLERANCE) > 0) {
      elapsed.look();
      nanos = elapsed.nanos();
      shown = system.instant();
      apart = Duration.between(now.at(nanos), shown);
      if (apart.abs().compareTo(TOLERANCE) > 0) {
        return Optional.of(now.present().next(shown, apart));
      }
    }
    if (nanos - now.read() >= BETWEEN_CORRECTIONS) {
      final double seconds = apart.toNanos() / 1e9;
      final double rate = 1 + Math.clamp(seconds * GAIN, -FASTEST, FASTEST);
      run = new Run(now.generations(), nanos, now.at(nanos), rate);
    }
    return Optional.empty();
  }

  /// The generation begins: the time makes its step.
  void begin(final ClockGeneration next) {
    final long nanos = elapsed.nanos();
    run = run.with(next, nanos, run.at(nanos).plus(next.step()));
    stepped = nanos;
  }

  /// The generation began before this run did, which shows its time already.
  void beganBefore(final ClockGeneration next) {
    run = run.with(next, run.read(), run.at());
  }
}
