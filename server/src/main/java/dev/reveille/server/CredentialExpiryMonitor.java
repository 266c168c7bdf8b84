package dev.reveille.server;

import dev.reveille.model.App;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches when the apps' certificates and dated secrets end, and logs a warning 30, 7 and 1 days
/// before, once each.
///
/// The credentials are read once, on a thread of its own, and an app's again when they change; how
/// much time is left is computed from the clock each time that it is asked.
final class CredentialExpiryMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialExpiryMonitor.class);
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

  /// Apps whose credentials are to be read in the next turn.
  private final Set<AppId> unread = ConcurrentHashMap.newKeySet();

  /// Held while an app's credentials are read and put, so that what was read before a change is
  /// never put over what was read after it.
  private final ReentrantLock reading = new ReentrantLock();

  private volatile boolean listed;

  /// @param reader answers which credentials of an app end; may block, and may fail
  CredentialExpiryMonitor(final Function<AppId, List<Ending>> reader, final InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /// @param ends when a credential ends
  static CredentialExpiryMonitor of(
      final Stores store,
      final Function<Credential, Optional<Instant>> ends,
      final InstantSource clock) {
    return new CredentialExpiryMonitor(
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

  /// Reads an app's credentials. May block. When they cannot be read, what was known of them stays,
  /// and they are read again in the next turn.
  void read(final AppId app) {
    reading.lock();
    try {
      put(app, reader.apply(app));
      unread.remove(app);
    } catch (final RuntimeException failed) {
      if (unread.add(app)) {
        LOG.warn("cannot read when the credentials of app {} expire; will retry", app, failed);
      }
    } finally {
      reading.unlock();
    }
  }

  private void put(final AppId app, final List<Ending> found) {
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
      while (!Thread.currentThread().isInterrupted()) {
        turn(() -> apps(registry));
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<AppId> apps(final Registry registry) {
    return registry.organisations().stream()
        .flatMap(organisation -> registry.apps(organisation).stream())
        .map(App::id)
        .toList();
  }

  /// Reads what is not read yet, and looks. May block; what fails is done again in the next turn.
  ///
  /// @param all answers the apps there are, asked until it has answered once
  void turn(final Supplier<List<AppId>> all) {
    try {
      if (!listed) {
        all.get().forEach(this::read);
        listed = true;
      } else {
        List.copyOf(unread).forEach(this::read);
      }
    } catch (final RuntimeException failed) {
      LOG.warn("the apps whose credentials may end cannot be listed; tried again", failed);
    }
    try {
      look();
    } catch (final RuntimeException failed) {
      LOG.error("a look at the ends of credentials failed; tried again", failed);
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
