package dev.reveille.push.app;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The apps that one sender knows. Each is looked up once, on a thread of its own, and pushes that
/// come meanwhile wait for it; after a change, [#forget] makes the next push look again. Apps with
/// the same credentials share an account, which is closed when no app uses it any more.
///
/// `apps` and `waiting` are guarded by this object's lock while an app is being looked up; known
/// apps are read without it.
///
/// @param <C> what belongs to credentials: connections and tokens
/// @param <A> what belongs to an app
public final class KnownApps<C extends KnownApps.Account, A extends KnownApps.Known<C>> {
  private static final Logger LOG = LoggerFactory.getLogger(KnownApps.class);

  /// Pushes that wait for one app's credentials; a look-up takes milliseconds.
  private static final int MOST_WAITING = 20_000;

  /// Connections that apps with the same credentials share.
  public interface Account {
    /// Waits for answers under way; not to be called on an event loop.
    void close();
  }

  /// An app as its sender knows it.
  public interface Known<C> {
    /// A failed look-up is not remembered: the next push looks again.
    boolean isLasting();

    /// Whether one of its credentials is this account's.
    boolean uses(C account);
  }

  /// Sends the pushes that waited for the look-up of their app.
  public interface Onward<A> {
    void send(List<Push> waited, Outcomes outcomes, A app);
  }

  /// Takes back a push that did not leave, because its connections were closed. May be called on
  /// event loops; must not block.
  public interface Unsent {
    void back(Push push, Outcomes outcomes);
  }

  private record Waiting(Push push, Outcomes outcomes) {}

  /// The end of a look-up: who waited for it, and which accounts are no longer used.
  private record Loaded<C>(List<Waiting> waited, List<C> unused) {}

  private final String name;
  private final InstantSource clock;
  private final Function<AppId, A> maker;
  private final Onward<A> onward;
  private final Map<AppId, A> apps = new ConcurrentHashMap<>();
  private final Map<Credential, C> accounts = new HashMap<>();
  private final Map<AppId, List<Waiting>> waiting = new HashMap<>();
  private final Set<AppId> changedMeanwhile = new HashSet<>();
  private volatile boolean closed;

  /// @param name for threads
  /// @param maker may block; must not throw, since no caller would catch it
  public KnownApps(
      final String name,
      final InstantSource clock,
      final Function<AppId, A> maker,
      final Onward<A> onward) {
    this.name = name;
    this.clock = clock;
    this.maker = maker;
    this.onward = onward;
  }

  /// Null for an app that has to be looked up first.
  public @Nullable A known(final AppId id) {
    return apps.get(id);
  }

  /// The account of these credentials; for the maker.
  public synchronized C account(final Credential credential, final Supplier<C> fresh) {
    final var known = accounts.get(credential);
    if (known != null) {
      return known;
    }
    final var made = fresh.get();
    accounts.put(credential, made);
    return made;
  }

  /// Takes a push of an app that is not known; it goes on when the app is.
  public void lookUp(final Push push, final Outcomes outcomes) {
    final var id = push.to().app();
    final A known;
    final boolean full;
    synchronized (this) {
      known = apps.get(id);
      full = known == null && !waits(push, outcomes);
    }
    if (known != null) {
      onward.send(List.of(push), outcomes, known);
    } else if (full) {
      outcomes.outcome(push, new TryAgain(Reason.SERVICE_BUSY, "", clock.instant().plusSeconds(1)));
    }
  }

  /// False when too many wait. What comes while this is closed is told so by the look-up.
  private boolean waits(final Push push, final Outcomes outcomes) {
    final var id = push.to().app();
    final boolean first = !waiting.containsKey(id);
    final var queue = waiting.computeIfAbsent(id, _ -> new ArrayList<>());
    final boolean full = queue.size() >= MOST_WAITING;
    if (!full) {
      queue.add(new Waiting(push, outcomes));
    }
    if (first) {
      Thread.ofVirtual().name(name + "-app-" + id).start(() -> load(id));
    }
    return !full;
  }

  /// Takes back a push that did not leave, because the account that was to carry it is closed:
  /// credentials were replaced. It goes out with what its app has now.
  public void takeBack(final Push push, final Outcomes outcomes) {
    if (closed) {
      outcomes.outcome(push, new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant()));
      return;
    }
    try {
      lookUp(push, outcomes);
    } catch (final RuntimeException fault) { // its caller is an event loop, which only logs it
      LOG.error("{}: a push that came back could not be sent on", name, fault);
      outcomes.outcome(push, new TryAgain(Reason.INTERNAL, "", clock.instant().plusSeconds(1)));
    }
  }

  /// The app or its credentials changed.
  public void forget(final AppId app) {
    final List<C> unused;
    synchronized (this) {
      apps.remove(app);
      if (waiting.containsKey(app)) {
        changedMeanwhile.add(app);
      }
      unused = takeUnused();
    }
    // closing waits for answers under way
    Thread.ofVirtual().name(name + "-close").start(() -> closeAll(unused));
  }

  /// One that cannot be closed leaves the others to be.
  private void closeAll(final List<C> unused) {
    for (final var account : unused) {
      try {
        account.close();
      } catch (RuntimeException e) {
        LOG.error("{}: connections of former credentials could not be closed", name, e);
      }
    }
  }

  /// Accounts of no app. While an app is looked up its account has no owner yet, so none is taken.
  private List<C> takeUnused() {
    final var unused = new ArrayList<C>();
    if (!waiting.isEmpty()) {
      return unused;
    }
    accounts
        .values()
        .removeIf(account -> {
          final boolean used = apps.values().stream().anyMatch(app -> app.uses(account));
          if (!used) {
            unused.add(account);
          }
          return !used;
        });
    return unused;
  }

  private void load(final AppId id) {
    A app;
    Loaded<C> loaded;
    do {
      app = maker.apply(id);
      loaded = loaded(id, app);
    } while (loaded == null);
    final var groups = new HashMap<Outcomes, List<Push>>();
    for (final var one : loaded.waited()) {
      if (closed) {
        one.outcomes().outcome(one.push(), new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant()));
      } else {
        groups.computeIfAbsent(one.outcomes(), _ -> new ArrayList<>()).add(one.push());
      }
    }
    for (final var group : groups.entrySet()) {
      onward.send(group.getValue(), group.getKey(), app);
    }
    closeAll(loaded.unused()); // last, because it waits for answers under way
  }

  /// Null when the app was changed while it was looked up.
  private synchronized @Nullable Loaded<C> loaded(final AppId id, final A app) {
    if (changedMeanwhile.remove(id)) {
      return null;
    }
    if (!closed && app.isLasting()) {
      apps.put(id, app);
    }
    final var waited = waiting.remove(id);
    return new Loaded<>(waited == null ? List.of() : waited, takeUnused());
  }

  /// Ends all accounts, side by side.
  public void close() {
    final List<C> all;
    synchronized (this) {
      closed = true;
      apps.clear();
      all = takeUnused();
    }
    final var closing =
        all.stream().map(account -> Thread.ofVirtual().start(account::close)).toList();
    for (final var one : closing) {
      try {
        one.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
