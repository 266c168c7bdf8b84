package dev.reveille.server;

import dev.reveille.routing.ServerClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/// The machine's monotonic clock including the time for which the machine slept, which the JVM's
/// own clock leaves out. Linux tells how long the machine is up, sleep included, in `/proc/uptime`.
/// Without that file sleep is not known, and a wall clock that is ahead after it counts as set.
///
/// Thread-safe.
final class BootClock implements ServerClock.Elapsed {
  /// The two clocks are not read at one moment.
  private static final long LEAST_SLEEP = 1_000_000_000;

  private static final long UNKNOWN = -1;
  private final Path uptime;
  private final long awakeAtFirst = System.nanoTime();
  private final long upAtFirst;
  private volatile long slept;

  /// The clock of a server on this machine.
  static ServerClock clock() {
    return new ServerClock(InstantSource.system(), new BootClock());
  }

  BootClock() {
    this(Path.of("/proc/uptime"));
  }

  BootClock(final Path uptime) {
    this.uptime = uptime;
    this.upAtFirst = up();
  }

  @Override
  public long nanos() {
    return System.nanoTime() + slept;
  }

  @Override
  public synchronized void look() {
    final long up = up();
    if (up != UNKNOWN && upAtFirst != UNKNOWN) {
      final long now = (up - upAtFirst) - (System.nanoTime() - awakeAtFirst);
      if (now - slept > LEAST_SLEEP) {
        slept = now;
      }
    }
  }

  /// Nanoseconds, to a hundredth of a second.
  private long up() {
    try {
      final var words = Files.readString(uptime).split(" ", 2);
      return (long) (Double.parseDouble(words[0]) * 1e9);
    } catch (final IOException | NumberFormatException none) {
      return UNKNOWN;
    }
  }
}
