package dev.reveille.protocols.clearinghouse;

import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Limits how many pushes each partner hands in for each app, as the settings `push-quota` say. A
/// part of what may come at once is kept for calls: while other pushes use up the rest, calls have
/// that part and all that is added over time.
///
/// A partner has a second, fixed limit over all its apps, for requests that are not taken: those
/// that are refused, repeats, and questions. Beyond it such requests are refused before the disk is
/// read. Calls have a part of it for themselves, too.
///
/// Everything is in memory and begins full after a start. [#MOST] partners and apps are counted;
/// beyond that the one that pushed longest ago is forgotten. Thread-safe, never blocks for long;
/// reads the disk after a change of the settings.
public final class PushQuota {
  /// Partners and apps that are counted.
  static final int MOST = 10_000;

  static final int LOOK_UPS_A_SECOND = 500;
  static final int LOOK_UPS_AT_ONCE = 5_000;

  private static final Rate LOOK_UPS = Rate.perSecond(LOOK_UPS_A_SECOND, LOOK_UPS_AT_ONCE);
  private static final Rate LOOK_UPS_BUT_FOR_CALLS =
      Rate.perSecond(LOOK_UPS_A_SECOND, LOOK_UPS_AT_ONCE / 5 * 4);
  private static final long NANOS_A_MINUTE = Duration.ofMinutes(1).toNanos();

  private final EffectiveSettings settings;
  private final LongSupplier nanos;
  private final Map<Key, Counted> counted = new Bounded<>();
  private final Map<String, Counted> lookUps = new Bounded<>();
  private final Map<String, Counted> questions = new Bounded<>();
  private long refusedPushes;
  private long refusedUnread;

  /// @param nanos as [System#nanoTime]
  public PushQuota(final EffectiveSettings settings, final LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
  }

  private record Key(OrganisationId publisher, String partner, AppId app) {}

  /// Forgets what was used longest ago.
  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    Bounded() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(final Map.Entry<K, V> eldest) {
      return size() > MOST;
    }
  }

  /// What one has used.
  private static final class Counted {
    private long fullAt;
    private long pace;
    private long taken;
    private long refused;

    Counted(final long now) {
      this.fullAt = now;
    }

    /// Applies limits that may have changed: as many pushes are missing as before, at most all.
    void apply(final Limits limits, final long now) {
      final long before = pace == 0 ? limits.nanosPerPush() : pace;
      final long missing = fullAt - now <= 0 ? 0 : (fullAt - now - 1) / before + 1;
      if (before != limits.nanosPerPush() || missing > limits.burst) {
        fullAt = now + Math.min(missing, limits.burst) * limits.nanosPerPush();
      }
      pace = limits.nanosPerPush();
    }
  }

  /// What holds for a partner and an app.
  ///
  /// @param kept for calls, of the burst
  private record Limits(long perMinute, long burst, long kept) {
    private long nanosPerPush() {
      return NANOS_A_MINUTE / perMinute;
    }

    Rate rate(final boolean isCall) {
      return new Rate(nanosPerPush(), isCall ? burst : burst - kept);
    }

    /// @param until the bucket is full, in nanoseconds; not above 0 for a full one
    State state(final long until) {
      final long missing = until <= 0 ? 0 : (until - 1) / nanosPerPush() + 1;
      return new State(
          perMinute, Math.max(0, burst - missing), kept, Duration.ofNanos(Math.max(0, until)));
    }
  }

  /// How much of a quota is left.
  ///
  /// @param perMinute pushes a minute, over a long time
  /// @param left how many may come at once now; others than calls while this is above `kept`
  /// @param kept for calls
  /// @param reset after which time all that may come at once is there again
  record State(long perMinute, long left, long kept, Duration reset) {
    /// The value of the header field; the last part in seconds.
    @Override
    public String toString() {
      return "limit=%d; left=%d; calls=%d; reset=%d"
          .formatted(perMinute, left, kept, seconds(reset));
    }
  }

  /// What a partner has used for an app.
  ///
  /// @param taken pushes, since the start
  /// @param refused pushes and requests, since the start
  public record Used(
      String partner,
      String app,
      long perMinute,
      long left,
      long kept,
      Duration reset,
      long taken,
      long refused) {}

  /// Whole seconds, and at least those.
  static long seconds(final Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }

  private Limits limits(final Key key) {
    final var found =
        settings.ofPartner(
            key.publisher, SettingsCatalogue.PUSH_QUOTA, key.partner, key.app.value());
    final long burst = found.number(SettingsCatalogue.BURST);
    return new Limits(
        found.number(SettingsCatalogue.PER_MINUTE),
        burst,
        kept(burst, found.number(SettingsCatalogue.RESERVED_FOR_CALLS)));
  }

  /// Rounded up, and one is left for others than calls.
  private static long kept(final long burst, final long percent) {
    return Math.min(Math.ceilDiv(burst * percent, 100), burst - 1);
  }

  private static <K> Counted of(final Map<K, Counted> all, final K key, final long now) {
    return all.computeIfAbsent(key, _ -> new Counted(now));
  }

  /// Takes a push.
  ///
  /// @param app one that exists
  /// @return how long to wait before the next try; zero when it was taken
  public Duration take(
      final OrganisationId publisher, final String partner, final AppId app, final boolean isCall) {
    final var key = new Key(publisher, partner, app);
    final var limits = limits(key);
    final var rate = limits.rate(isCall);
    synchronized (this) {
      final long now = nanos.getAsLong();
      final var one = of(counted, key, now);
      one.apply(limits, now);
      final long wait = rate.waitFor(one.fullAt, now);
      if (wait > 0) {
        one.refused++;
        refusedPushes++;
      } else {
        one.taken++;
        one.fullAt = rate.afterTaking(1, one.fullAt, now);
      }
      return Duration.ofNanos(wait);
    }
  }

  /// A push that was taken turned out to be none, such as a repeat.
  void giveBack(final OrganisationId publisher, final String partner, final AppId app) {
    final var key = new Key(publisher, partner, app);
    final var limits = limits(key);
    synchronized (this) {
      final var one = counted.get(key);
      if (one != null) {
        one.apply(limits, nanos.getAsLong());
        one.taken = Math.max(0, one.taken - 1);
        one.fullAt -= limits.nanosPerPush();
      }
    }
  }

  /// What is left of the quota.
  State state(final OrganisationId publisher, final String partner, final AppId app) {
    final var key = new Key(publisher, partner, app);
    final var limits = limits(key);
    synchronized (this) {
      final var one = counted.get(key);
      if (one == null) {
        return limits.state(0);
      }
      final long now = nanos.getAsLong();
      one.apply(limits, now);
      return limits.state(one.fullAt - now);
    }
  }

  /// Asks before the disk is read for a request.
  ///
  /// @return how long the partner has to wait; zero when it may be read
  Duration beforeReading(final String partner, final boolean isCall) {
    synchronized (this) {
      final var one = lookUps.get(partner);
      final var rate = isCall ? LOOK_UPS : LOOK_UPS_BUT_FOR_CALLS;
      final long wait = one == null ? 0 : rate.waitFor(one.fullAt, nanos.getAsLong());
      if (wait > 0) {
        refusedUnread++;
      }
      return Duration.ofNanos(wait);
    }
  }

  /// Takes a question, which has a limit of its own: what a partner has to ask about the pushes
  /// that it handed in must not keep it from handing in others.
  ///
  /// @return how long the partner has to wait; zero when the disk may be read
  Duration ask(final String partner) {
    synchronized (this) {
      final long now = nanos.getAsLong();
      final var one = of(questions, partner, now);
      final long wait = LOOK_UPS.waitFor(one.fullAt, now);
      if (wait > 0) {
        refusedUnread++;
      } else {
        one.fullAt = LOOK_UPS.afterTaking(1, one.fullAt, now);
      }
      return Duration.ofNanos(wait);
    }
  }

  /// The disk was read for a request that is no push that was taken.
  void readInVain(final String partner) {
    synchronized (this) {
      final long now = nanos.getAsLong();
      final var one = of(lookUps, partner, now);
      one.fullAt = LOOK_UPS.afterTaking(1, one.fullAt, now);
    }
  }

  /// Who pushed for the organisation's apps since the start, as far as it is remembered.
  public List<Used> used(final OrganisationId publisher) {
    final List<Key> keys;
    synchronized (this) {
      keys = counted.keySet().stream().filter(key -> key.publisher.equals(publisher)).toList();
    }
    return keys.stream().map(this::used).toList();
  }

  private Used used(final Key key) {
    final var state = state(key.publisher, key.partner, key.app);
    synchronized (this) {
      final var one = counted.get(key);
      return new Used(
          key.partner,
          key.app.value(),
          state.perMinute,
          state.left,
          state.kept,
          state.reset,
          one == null ? 0 : one.taken,
          one == null ? 0 : one.refused);
    }
  }

  /// Pushes that were refused because the quota was used up.
  public synchronized long refusedPushes() {
    return refusedPushes;
  }

  /// Requests that were refused before the disk was read.
  public synchronized long refusedUnread() {
    return refusedUnread;
  }
}
