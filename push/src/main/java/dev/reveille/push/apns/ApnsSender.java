package dev.reveille.push.apns;

import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.push.http2.Http2Pool;
import dev.reveille.push.http2.PoolListener;
import dev.reveille.routing.port.Look;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.PushSender;
import dev.reveille.routing.port.Seal;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends pushes through Apple's push service.
///
/// An app's credentials are looked up once, on a thread of their own; pushes that come meanwhile
/// wait for it. After a change, [#forget] makes the next push look again.
///
/// `apps` and `waiting` are guarded by the sender's lock while an app is being looked up; known
/// apps are read without it.
public final class ApnsSender implements PushSender {
  private static final Logger LOG = LoggerFactory.getLogger(ApnsSender.class);

  /// Pushes that wait for one app's credentials; a look-up takes milliseconds.
  private static final int MOST_WAITING = 20_000;

  private record Waiting(Push push, Outcomes outcomes) {}

  /// The end of a look-up: who waited for it, and which accounts nobody uses any more.
  private record Loaded(List<Waiting> waited, List<Account> unused) {}

  private final ApnsApps directory;
  private final EventLoopGroup loops;
  private final ApnsSettings settings;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final ApnsPayload payloads;
  private final ApnsVerdicts verdicts;
  private final Map<AppId, AppState> apps = new ConcurrentHashMap<>();
  private final Map<Credential.Apns, Account> accounts = new HashMap<>();
  private final Map<AppId, List<Waiting>> waiting = new HashMap<>();
  private final Set<AppId> changedMeanwhile = new HashSet<>();
  private volatile boolean closed;

  /// @param loops carry the connections and tell the outcomes; they stay the caller's
  public ApnsSender(
      final ApnsApps directory,
      final EventLoopGroup loops,
      final ApnsSettings settings,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.directory = directory;
    this.loops = loops;
    this.settings = settings;
    this.clock = clock;
    this.alerts = alerts;
    this.payloads = new ApnsPayload(settings.placeholder());
    this.verdicts = new ApnsVerdicts(payloads, settings, clock);
  }

  @Override
  public PushService service() {
    return PushService.APNS;
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    final var batch = new Batch(outcomes);
    for (final var push : group) {
      final var app = apps.get(push.to().app());
      if (app != null) {
        batch.add(push, app);
      } else {
        lookUp(push, outcomes);
      }
    }
    batch.send();
  }

  /// The app's credentials or its bundle id changed.
  public void forget(final AppId app) {
    final List<Account> unused;
    synchronized (this) {
      apps.remove(app);
      if (waiting.containsKey(app)) {
        changedMeanwhile.add(app);
      }
      unused = takeUnused();
    }
    // closing waits for answers under way
    Thread.ofVirtual().name("apns-close").start(() -> unused.forEach(Account::close));
  }

  /// Accounts of no app. While an app is looked up its account has no owner yet, so none is taken.
  private List<Account> takeUnused() {
    final var unused = new ArrayList<Account>();
    if (!waiting.isEmpty()) {
      return unused;
    }
    accounts
        .values()
        .removeIf(account -> {
          final boolean used =
              apps.values().stream().anyMatch(app -> app.accountOrNull() == account);
          if (!used) {
            unused.add(account);
          }
          return !used;
        });
    return unused;
  }

  @Override
  public void close() {
    final List<Account> all;
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

  // ---- an app that is not known yet ----

  private void lookUp(final Push push, final Outcomes outcomes) {
    final var id = push.to().app();
    final boolean full;
    synchronized (this) {
      final var known = apps.get(id);
      if (known != null) {
        final var batch = new Batch(outcomes);
        batch.add(push, known);
        batch.send();
        return;
      }
      final boolean first = !waiting.containsKey(id);
      final var queue = waiting.computeIfAbsent(id, _ -> new ArrayList<>());
      full = queue.size() >= MOST_WAITING || closed;
      if (!full) {
        queue.add(new Waiting(push, outcomes));
      }
      if (first) {
        Thread.ofVirtual().name("apns-app-" + id).start(() -> load(id));
      }
    }
    if (full) {
      outcomes.outcome(push, new TryAgain(Reason.SERVICE_BUSY, "", clock.instant().plusSeconds(1)));
    }
  }

  private void load(final AppId id) {
    AppState app;
    Loaded loaded;
    do {
      app = made(id);
      loaded = loaded(id, app);
    } while (loaded == null);
    loaded.unused().forEach(Account::close);
    final var batches = new HashMap<Outcomes, Batch>();
    for (final var one : loaded.waited()) {
      if (closed) {
        one.outcomes().outcome(one.push(), new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant()));
      } else {
        batches.computeIfAbsent(one.outcomes(), Batch::new).add(one.push(), app);
      }
    }
    batches.values().forEach(Batch::send);
  }

  /// Null when the app was changed while it was looked up.
  private synchronized @Nullable Loaded loaded(final AppId id, final AppState app) {
    if (changedMeanwhile.remove(id)) {
      return null;
    }
    if (!closed && app.isLasting()) {
      apps.put(id, app);
    }
    final var waited = waiting.remove(id);
    return new Loaded(waited == null ? List.of() : waited, takeUnused());
  }

  private AppState made(final AppId id) {
    final Optional<ApnsApps.ApnsApp> found;
    try {
      found = directory.find(id);
    } catch (RuntimeException e) {
      LOG.error("the credentials of app {} could not be read", id, e);
      return unusable(id, Reason.INTERNAL, "the app's credentials could not be read");
    }
    if (found.isEmpty()) {
      return unusable(id, Reason.NOT_CONFIGURED, "");
    }
    final var app = found.get();
    final var mistake = mistake(app.bundleId());
    if (mistake.isPresent()) {
      alerts.alert(id, Reason.TOPIC_REFUSED, mistake.get());
      return unusable(id, Reason.TOPIC_REFUSED, mistake.get());
    }
    try {
      return new AppState(id, app.bundleId(), account(app.credential()), null, alerts);
    } catch (IllegalArgumentException e) {
      final String words = String.valueOf(e.getMessage());
      alerts.alert(id, Reason.CREDENTIALS_REFUSED, words);
      return unusable(id, Reason.CREDENTIALS_REFUSED, words);
    }
  }

  private AppState unusable(final AppId id, final Reason why, final String words) {
    return new AppState(id, "", null, new AppState.Closed(why, words), alerts);
  }

  private synchronized Account account(final Credential.Apns credential) {
    return accounts.computeIfAbsent(
        credential, wanted -> new Account(wanted, settings, loops, clock, PoolListener.NONE));
  }

  /// What is wrong with a bundle id, in one sentence.
  public static Optional<String> mistake(final String bundleId) {
    if (bundleId.isEmpty()) {
      return Optional.of("the app has no bundle id");
    }
    if (bundleId.endsWith(".voip")) {
      return Optional.of(
          "the bundle id must be given without `.voip`; the suffix is added to calls");
    }
    return bundleId.chars().allMatch(c -> c > 0x20 && c < 0x7F)
        ? Optional.empty()
        : Optional.of("the bundle id holds a character that no bundle id has");
  }

  /// What is wrong with credentials, in one sentence; looks at them only, asks nobody.
  public static Optional<String> mistake(final Credential.Apns credential) {
    try {
      Account.check(credential);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  // ---- a group ----

  /// Requests of one group, gathered per pool. Not shared between threads.
  private final class Batch {
    private final Outcomes outcomes;
    private final Instant now = clock.instant();
    private final long nanoNow = System.nanoTime();
    private final Map<Http2Pool, List<ApnsRequest>> perPool = new HashMap<>(4);
    private @Nullable Http2Pool lastPool;
    private List<ApnsRequest> lastList = List.of();
    private @Nullable PushContent lastContent;
    private @Nullable Look lastLook;
    private @Nullable Seal lastSeal;
    private @Nullable PushForm lastForm;
    private long lastExpires;
    private byte[] lastPayload = {};
    private ApnsPayload.Extent lastExtent = ApnsPayload.Extent.WHOLE;

    Batch(final Outcomes outcomes) {
      this.outcomes = outcomes;
    }

    void add(final Push push, final AppState app) {
      final var shut = app.closed();
      if (shut != null) {
        outcomes.outcome(push, new Refused(shut.why(), shut.words(), Optional.empty()));
        return;
      }
      final PushForm form;
      try {
        form = PushForm.of(push.content(), push.to().channel(), push.lane());
      } catch (IllegalArgumentException e) {
        LOG.error("event {}: {}", push.event(), e.getMessage());
        outcomes.outcome(
            push,
            new Refused(Reason.BAD_REQUEST, String.valueOf(e.getMessage()), Optional.empty()));
        return;
      }
      if (!isPathSafe(push.to().token().value())) {
        outcomes.outcome(
            push,
            new Refused(Reason.BAD_REQUEST, "the token is not hexadecimal", Optional.empty()));
        return;
      }
      final long left = Duration.between(now, push.deadline()).toMillis();
      if (left <= 0) {
        outcomes.outcome(push, new Refused(Reason.TOO_LATE_TO_ALERT, "", Optional.empty()));
        return;
      }
      fit(push, form);
      // a week is as good as for ever here, and cannot overflow
      final long sendBy = nanoNow + TimeUnit.MILLISECONDS.toNanos(Math.min(left, 604_800_000L));
      to(app.account().pool(push.to().sandbox()))
          .add(
              new ApnsRequest(
                  push,
                  app,
                  form,
                  lastPayload,
                  lastExtent,
                  CollapseId.bytes(push.content().collapse()),
                  sendBy,
                  outcomes,
                  verdicts));
    }

    /// The payload that fits. A fan-out says the same to many: it is built once.
    private void fit(final Push push, final PushForm form) {
      final long expires = push.deadline().getEpochSecond();
      if (push.content() == lastContent
          && push.look() == lastLook
          && push.seal() == lastSeal
          && form == lastForm
          && expires == lastExpires) {
        return;
      }
      for (final var extent : ApnsPayload.Extent.values()) {
        lastExtent = extent;
        lastPayload =
            payloads.build(push.content(), push.look(), push.seal(), form, expires, extent);
        if (lastPayload.length <= form.limit()) {
          break;
        }
      }
      lastContent = push.content();
      lastLook = push.look();
      lastSeal = push.seal();
      lastForm = form;
      lastExpires = expires;
    }

    private List<ApnsRequest> to(final Http2Pool pool) {
      if (pool != lastPool) {
        lastPool = pool;
        lastList = perPool.computeIfAbsent(pool, _ -> new ArrayList<>());
      }
      return lastList;
    }

    void send() {
      perPool.forEach(Http2Pool::send);
    }
  }

  private static boolean isPathSafe(final String token) {
    for (int i = 0; i < token.length(); i++) {
      if (Character.digit(token.charAt(i), 16) < 0 || token.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }
}
