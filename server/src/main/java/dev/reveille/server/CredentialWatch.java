package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches when the apps' certificates and dated secrets end, and says so in the log 30, 7 and 1
/// days before, once each.
///
/// The credentials are read once, on a thread of its own, and an app's again when they change; how
/// much time is left is computed from the clock each time that it is asked.
final class CredentialWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  /// A credential that ends.
  record Ending(AppId app, PushService service, CredentialId credential, Instant end) {
    Duration left(final Instant now) {
      return Duration.between(now, end);
    }

    /// Which warning is due.
    Level level(final Instant now) {
      final var left = left(now);
      for (final var each : Level.values()) {
        if (left.compareTo(each.most) <= 0) {
          return each;
        }
      }
      return Level.FAR;
    }

    /// What is the case, in one sentence.
    String sentence(final Instant now) {
      final long days = left(now).toDays();
      return "The %s credential %s of the app %s %s"
          .formatted(
              service.word(),
              credential,
              app,
              left(now).isNegative()
                  ? "ended at " + end + "."
                  : "ends at %s, in %d %s.".formatted(end, days, days == 1 ? "day" : "days"));
    }

    String remedy() {
      return "Make a new one at the platform and keep it: `reveille apps credentials "
          + app
          + " "
          + service.word()
          + " ...`.";
    }
  }

  /// How near an end is; the nearest first.
  enum Level {
    ENDED(Duration.ZERO),
    DAY(Duration.ofDays(1)),
    WEEK(Duration.ofDays(7)),
    MONTH(Duration.ofDays(30)),
    FAR(Duration.ofDays(Long.MAX_VALUE / 86_400));

    private final Duration most;

    Level(final Duration most) {
      this.most = most;
    }

    /// Days before the end, 0 when it is over.
    long days() {
      return most.toDays();
    }
  }

  private final Function<AppId, List<Ending>> reader;
  private final InstantSource clock;
  private volatile @Nullable Thread thread;

  /// Guarded by this object's lock, as what was told is.
  private final Map<AppId, List<Ending>> byApp =
      new TreeMap<>(Comparator.comparing((AppId each) -> each.value()));

  private final Map<Ending, Level> told = new HashMap<>();

  /// @param reader answers which credentials of an app end; may block
  CredentialWatch(final Function<AppId, List<Ending>> reader, final InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /// @param ends when a credential ends
  static CredentialWatch of(
      final Stores store,
      final Function<Credential, Optional<Instant>> ends,
      final InstantSource clock) {
    return new CredentialWatch(
        app -> {
          final var all = new ArrayList<Ending>();
          for (final var service : PushService.values()) {
            for (final var each : store.secrets().credentials(app, service)) {
              ends.apply(each.credential())
                  .ifPresent(end -> all.add(new Ending(app, service, each.id(), end)));
            }
          }
          return all;
        },
        clock);
  }

  /// Reads the credentials of all apps on a thread of its own, and those of an app that changes.
  void start(final Registry registry) {
    registry.onChange(change -> {
      if (change instanceof Registry.Change.AppChanged(var app)) {
        read(app);
      }
    });
    thread = Thread.ofVirtual().name("credential watch").start(() -> watch(registry));
  }

  /// Reads an app's credentials. May block.
  void read(final AppId app) {
    final var found = reader.apply(app);
    synchronized (this) {
      if (found.isEmpty()) {
        byApp.remove(app);
      } else {
        byApp.put(app, found);
      }
      told.keySet().removeIf(each -> each.app().equals(app) && !found.contains(each));
    }
  }

  /// All that end, by app.
  synchronized List<Ending> all() {
    return byApp.values().stream().flatMap(List::stream).toList();
  }

  /// Those that end within 30 days or are over, with the nearest end first.
  List<Ending> soon() {
    final var now = clock.instant();
    return all().stream()
        .filter(each -> each.level(now) != Level.FAR)
        .sorted(Comparator.comparing(Ending::end))
        .toList();
  }

  /// Writes into the log whatever came nearer than the last time. Answers how many lines.
  int look() {
    final var now = clock.instant();
    int lines = 0;
    for (final var each : soon()) {
      if (isNews(each, each.level(now))) {
        LOG.warn("{} {}", each.sentence(now), each.remedy());
        lines++;
      }
    }
    return lines;
  }

  private synchronized boolean isNews(final Ending one, final Level level) {
    final var before = told.getOrDefault(one, Level.FAR);
    if (level.compareTo(before) >= 0) {
      return false;
    }
    told.put(one, level);
    return true;
  }

  private void watch(final Registry registry) {
    try {
      for (final var organisation : registry.organisations()) {
        registry.apps(organisation).forEach(app -> read(app.id()));
      }
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException failed) {
      LOG.error("the ends of credentials are not watched any more", failed);
    }
  }

  @Override
  public void close() {
    final var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
