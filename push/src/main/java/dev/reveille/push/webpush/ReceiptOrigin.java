package dev.reveille.push.webpush;

import dev.reveille.http.client.Backoff;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.HeldGet;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.push.webpush.PushReceipts.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of receipts at one origin: whether it has them, its receipt subscription, the messages
/// that wait for a receipt, and the connection on which receipts come.
///
/// A receipt may come before the answer that names its message, since the two come over different
/// connections. A few are remembered for that; they are all that a service can make us hold with
/// promises of messages that are not ours, and a service that goes on with them loses the
/// connection.
///
/// This object's lock guards its fields; nothing is told while it is held.
final class ReceiptOrigin implements HeldGet.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptOrigin.class);

  private static final int MOST_EARLY = 256;
  private static final int LONGEST_PATH = 1_024;
  private static final long EARLY_FOR = TimeUnit.SECONDS.toNanos(10);
  private static final long LONG_LIFE = TimeUnit.MINUTES.toNanos(1);

  /// So many receipts of unknown messages on one connection are too many.
  private static final int MOST_UNEXPECTED = 1_000;

  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int TOO_MANY = 429;

  /// What became of a message that was to wait.
  enum Wait {
    /// It waits, its receipt was there, or none can come.
    DONE,
    /// There is no room.
    FULL,
    /// This origin was forgotten.
    RETIRED
  }

  /// A receipt of a message of which nothing is known yet.
  private record Early(int status, long at) {}

  private final PushReceipts all;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Early> early = new LinkedHashMap<>();
  private @Nullable PublicUrl subscription;
  private @Nullable ClientTarget target;
  private @Nullable HeldGet get;

  /// What `get` asks for.
  private @Nullable PublicUrl watched;

  private long askNotBefore;
  private long openNotBefore;

  /// Another origin has the place of its connection.
  private long yieldsUntil;

  private long openedAt;
  private long usedAt;

  /// When its connection was opened, or told something of ours.
  private volatile long heardAt;

  /// How many wait.
  private volatile int size;

  private int failedInRow;
  private int unexpected;
  private boolean closed;

  ReceiptOrigin(final PushReceipts all) {
    this.all = all;
    final long now = all.nanos();
    this.askNotBefore = now;
    this.openNotBefore = now;
    this.yieldsUntil = now;
    this.openedAt = now;
    this.usedAt = now;
    this.heardAt = now;
  }

  // ---- pushes ----

  synchronized @Nullable String ask() {
    if (subscription != null) {
      return text(subscription);
    }
    final long now = all.nanos();
    if (now - askNotBefore < 0) {
      return null;
    }
    askNotBefore = now + all.limits().probe().toNanos(); // only this one asks
    return "";
  }

  /// Where the push named a subscription it is that which is refused (RFC 8030 section 5.1), and a
  /// later push asks for another one. Else the origin knows nothing of receipts.
  ///
  /// @param asked what [#ask] said of the push
  synchronized void disliked(final String asked) {
    final boolean named = !asked.isEmpty();
    if (subscription == null || text(subscription).equals(asked)) {
      subscription = null;
      final var pause = named ? all.limits().probe() : all.limits().askedAgain();
      askNotBefore = all.nanos() + pause.toNanos();
    }
  }

  private static String text(final PublicUrl url) {
    return url.origin() + url.path();
  }

  /// Unless an answer that said more came before.
  synchronized void undecided() {
    final long now = all.nanos();
    if (askNotBefore - now <= all.limits().probe().toNanos()) {
      askNotBefore = now;
    }
  }

  synchronized void hasNone() {
    if (subscription == null) {
      askNotBefore = all.nanos() + all.limits().askedAgain().toNanos();
    }
  }

  /// The message waits, unless its receipt is there already or tells to another subscription than
  /// the one in use.
  ///
  /// A receipt that came early and is claimed here was none of a flood.
  Wait waitFor(final PublicUrl told, final String path, final Waiting message) {
    final Early before;
    synchronized (this) {
      if (closed) {
        return Wait.RETIRED;
      }
      if (subscription == null) {
        subscription = told;
      }
      before = early.remove(path);
      if (before != null) {
        unexpected--;
      } else if (!told.equals(subscription) || path.length() > LONGEST_PATH) {
        all.isMissing(1);
        return Wait.DONE;
      } else if (!all.takeRoom()) {
        return Wait.FULL;
      } else {
        if (waiting.put(path, message) != null) {
          all.giveRoom(1);
        }
        size = waiting.size();
        usedAt = all.nanos();
        openIfNeeded();
      }
    }
    if (before != null) {
      tell(message, before.status());
    }
    return Wait.DONE;
  }

  /// How many messages wait.
  int size() {
    return size;
  }

  /// Forgets the message that waits longest.
  synchronized void dropOldest() {
    final var oldest = waiting.keySet().iterator();
    if (oldest.hasNext()) {
      oldest.next();
      oldest.remove();
      size = waiting.size();
      all.giveRoom(1);
      all.isMissing(1);
    }
  }

  // ---- receipts ----

  @Override
  public void answered(final String path, final int status) {
    final Waiting message;
    HeldGet flooded = null;
    synchronized (this) {
      message = waiting.remove(path);
      if (message != null) {
        size = waiting.size();
        all.giveRoom(1);
        failedInRow = 0;
        usedAt = all.nanos();
        heardAt = usedAt;
      } else if (++unexpected > MOST_UNEXPECTED) {
        all.isUnexpected(1);
        flooded = get;
      } else if (path.length() > LONGEST_PATH
          || early.put(path, new Early(status, all.nanos())) != null) {
        all.isUnexpected(1);
      } else if (early.size() > MOST_EARLY) {
        early.remove(early.keySet().iterator().next());
        all.isUnexpected(1);
      }
    }
    if (message != null) {
      tell(message, status);
    } else if (flooded != null) {
      flooded.close();
    }
  }

  /// Success is the browser's acknowledgement; that the message is gone says that none comes any
  /// more. Anything else says nothing.
  private void tell(final Waiting message, final int status) {
    if (status < 300 || status == GONE || status == NOT_FOUND) {
      all.told(message, status < 300);
    } else {
      all.isMissing(1);
    }
  }

  @Override
  public void ended(final int status, final String words) {
    all.ended();
    synchronized (this) {
      final long now = all.nanos();
      LOG.debug("receipts of {} end: {}", subscription, words);
      get = null;
      all.isUnexpected(early.size());
      early.clear();
      unexpected = 0;
      failedInRow = now - openedAt > LONG_LIFE ? 1 : failedInRow + 1;
      final long pause =
          Backoff.nanos(failedInRow, all.limits().firstRetry(), all.limits().longestRetry());
      openNotBefore = now + pause;
      if (subscription == null || !subscription.equals(watched)) {
        return; // another one took its place
      }
      if (status == NOT_FOUND || status == GONE) { // it expired: another one is asked for
        forget(now + pause);
      } else if (status != 0 && status < 500 && status != TOO_MANY) { // not as RFC 8030 has it
        forget(now + all.limits().askedAgain().toNanos());
      }
    }
  }

  /// What is told to the subscription is told no more.
  private void forget(final long askAgain) {
    subscription = null;
    askNotBefore = askAgain;
    drop();
  }

  private void drop() {
    all.giveRoom(waiting.size());
    all.isMissing(waiting.size());
    waiting.clear();
    size = 0;
  }

  // ---- the connection ----

  private void openIfNeeded() {
    final var to = subscription;
    final long now = all.nanos();
    if (get != null && to != null && !to.equals(watched)) {
      get.close(); // what follows opens another one
    }
    final boolean mayOpen = now - openNotBefore >= 0 && now - yieldsUntil >= 0;
    if (get == null && to != null && !waiting.isEmpty() && mayOpen) {
      openedAt = now;
      heardAt = now;
      try {
        final var at = target == null ? all.target(to) : target;
        target = at;
        watched = to;
        get = all.open(at, to, this);
      } catch (RuntimeException e) {
        LOG.error("no connection for receipts of {}", to, e);
        openNotBefore = now + all.limits().longestRetry().toNanos();
      }
    }
  }

  /// Forgets what waited long enough, opens what is needed, closes what is not.
  void sweep() {
    HeldGet unused = null;
    synchronized (this) {
      if (closed) {
        return;
      }
      final long now = all.nanos();
      final int before = waiting.size();
      waiting.values().removeIf(message -> now - message.until() >= 0);
      all.giveRoom(before - waiting.size());
      all.isMissing(before - waiting.size());
      size = waiting.size();
      final int earlier = early.size();
      early.values().removeIf(one -> now - one.at() >= EARLY_FOR);
      all.isUnexpected(earlier - early.size());
      openIfNeeded();
      if (waiting.isEmpty() && now - usedAt >= all.limits().linger().toNanos()) {
        unused = get;
      }
    }
    if (unused != null) {
      unused.close();
    }
  }

  /// Closes itself if nothing is lost when it is forgotten; then no message waits here any more.
  synchronized boolean retiresIfIdle() {
    closed = closed || waiting.isEmpty() && get == null;
    return closed;
  }

  synchronized boolean isConnected() {
    return get != null;
  }

  long heardAt() {
    return heardAt;
  }

  /// Gives its connection's place to another origin, unless it was used a moment ago.
  void givePlace(final long now) {
    final HeldGet given;
    synchronized (this) {
      final long pause = all.limits().linger().toNanos();
      given = now - heardAt < pause ? null : get;
      if (given != null) {
        yieldsUntil = now + pause;
      }
    }
    if (given != null) {
      given.close();
    }
  }

  void close() {
    final HeldGet left;
    synchronized (this) {
      closed = true;
      drop();
      left = get;
    }
    if (left != null) {
      left.close();
    }
  }
}
