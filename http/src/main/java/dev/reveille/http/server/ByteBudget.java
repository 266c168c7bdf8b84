package dev.reveille.http.server;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Bounds the bytes of one kind that the process holds for all peers of all listeners, with shares
/// for strangers, for an address, for a key or installation, and for an organisation.
///
/// An organisation may have all as long as it is the only one that ever asked, else three quarters,
/// and half while another one holds bytes or was refused some a moment ago.
///
/// Thread-safe; never waits for room. The lock guards the counts; it is taken only when bytes are
/// held beyond the turn of an event loop in which they came, and never while anything else is done.
public final class ByteBudget {
  /// Bodies of requests that are not answered yet, as the limits and metrics call them.
  public static final String BODIES = "bodies";

  /// Answers that peers have not read yet, as the limits and metrics call them.
  public static final String ANSWERS = "answers";

  /// How long an organisation that was refused counts as waiting.
  private static final long WAITS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int MOST_ORGANISATIONS_REMEMBERED = 1_000;

  private static final class Count {
    private long bytes;
    private long refusedAt;
    private boolean wasRefused;

    boolean isWaiting(final long now) {
      return bytes > 0 || wasRefused && now - refusedAt < WAITS_NANOS;
    }
  }

  private final String what;
  private final ByteShares shares;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetAddress, Count> addresses = new HashMap<>();
  private final Map<String, Count> owners = new HashMap<>();
  private final Map<String, Count> organisations = new HashMap<>();
  private long ofStrangers;

  /// The first organisation that asked for room, and whether another one did.
  private String first = "";

  private boolean several;
  private final AtomicLong held = new AtomicLong(); // written under the lock
  private final LongAdder refused = new LongAdder();

  /// @param what the name in metrics: [#BODIES] or [#ANSWERS]
  public ByteBudget(final String what, final ByteShares shares) {
    this.what = what;
    this.shares = shares;
  }

  public String what() {
    return what;
  }

  public ByteShares shares() {
    return shares;
  }

  /// Bytes held now.
  public long held() {
    return held.get();
  }

  /// How often there was no room.
  public long refused() {
    return refused.sum();
  }

  /// A share that holds nothing yet.
  ///
  /// @param address absent for a peer that has none
  Share share(final @Nullable InetAddress address, final BudgetOwner owner) {
    return new Share(address == null ? null : Subnet.of(address), owner);
  }

  /// What is held for one body, one answer, or one connection. Thread-safe.
  final class Share {
    private final @Nullable InetAddress subnet;
    private final String owner;
    private final String organisation;
    private long bytes; // under the lock

    private Share(final @Nullable InetAddress subnet, final BudgetOwner owner) {
      this.subnet = subnet;
      this.owner = owner.budgetOwner();
      this.organisation = owner.budgetOrganisation();
    }

    /// Holds so many bytes from now on, instead of what it held before; false, and as before, when
    /// there is no room for more. Fewer are always taken.
    boolean holds(final long now) {
      lock.lock();
      try {
        final long more = now - bytes;
        if (more > 0 && !fits(this, more)) {
          refused.increment();
          return false;
        }
        count(this, more);
        return true;
      } finally {
        lock.unlock();
      }
    }

    /// Gives back all it holds; any number of times.
    void free() {
      final boolean _ = holds(0);
    }
  }

  private boolean fits(final Share share, final long more) {
    final boolean isStranger = share.owner.isEmpty();
    if (!isStranger && !several) {
      first = first.isEmpty() ? share.organisation : first;
      several = !first.equals(share.organisation);
    }
    if (held.get() + more > shares.all()) {
      return refuse(share);
    }
    if (share.subnet != null) {
      final long ofAddress = bytes(addresses.get(share.subnet)) + more;
      final long most =
          isStranger
              ? Math.max(1, Math.min(shares.perAddress(), shares.strangers() / 4))
              : shares.perAddress();
      if (ofAddress > most) {
        return refuse(share);
      }
    }
    if (isStranger) {
      return ofStrangers + more <= shares.strangers();
    }
    final long ofOwner = bytes(owners.get(share.owner));
    if (ofOwner + more > shares.perOwner() && ofOwner > share.bytes) {
      return refuse(share);
    }
    final long ofOrganisation = bytes(organisations.get(share.organisation)) + more;
    return ofOrganisation <= mostOf(share.organisation) || refuse(share);
  }

  /// Half while another one waits. Else everything where there is no other one, and three quarters
  /// where there is: what is held may be held for long, and the first thing of another one must not
  /// wait for that.
  private long mostOf(final String organisation) {
    if (othersWait(organisation)) {
      return shares.all() / 2;
    }
    return several ? shares.all() - shares.all() / 4 : shares.all();
  }

  /// Notes that an organisation waits. Always false.
  private boolean refuse(final Share share) {
    if (!share.organisation.isEmpty()) {
      final long now = System.nanoTime();
      if (organisations.size() > MOST_ORGANISATIONS_REMEMBERED) {
        organisations.values().removeIf(count -> !count.isWaiting(now));
      }
      final var count = organisations.computeIfAbsent(share.organisation, _ -> new Count());
      count.wasRefused = true;
      count.refusedAt = now;
    }
    return false;
  }

  private boolean othersWait(final String organisation) {
    final long now = System.nanoTime();
    for (final var other : organisations.entrySet()) {
      if (!other.getKey().equals(organisation) && other.getValue().isWaiting(now)) {
        return true;
      }
    }
    return false;
  }

  private static long bytes(final @Nullable Count count) {
    return count == null ? 0 : count.bytes;
  }

  private void count(final Share share, final long more) {
    if (more == 0) {
      return;
    }
    share.bytes += more;
    held.set(held.get() + more);
    if (share.subnet != null) {
      count(addresses, share.subnet, more);
    }
    if (share.owner.isEmpty()) {
      ofStrangers += more;
    } else {
      count(owners, share.owner, more);
      count(organisations, share.organisation, more);
    }
  }

  private static <K> void count(final Map<K, Count> counts, final K key, final long more) {
    final var count = counts.computeIfAbsent(key, _ -> new Count());
    count.bytes += more;
    if (count.bytes == 0 && !count.wasRefused) {
      counts.remove(key);
    }
  }
}
