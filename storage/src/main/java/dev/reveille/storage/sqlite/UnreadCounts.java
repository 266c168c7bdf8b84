package dev.reveille.storage.sqlite;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.Mark;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts the unread entries of users in memory, so that a badge needs no read of the disk.
/// Bounded: the least recently used account (asked for or changed) is evicted, and no badge counts
/// further than [#MOST].
///
/// A placeholder stands in the map while the disk is read and collects the changes that are
/// committed meanwhile: every change may be applied twice without harm. Thread-safe: this object's
/// monitor guards everything; the disk is read outside of it. Each `now` is in seconds since 1970.
final class UnreadCounts {
  /// The largest number on a badge; who has more unread sees this one.
  static final int MOST = 9_999;

  private static final int MOST_USERS = 50_000;
  private static final int MOST_ENTRIES = 2_000_000; // 20 bytes each

  /// @param conversation its hash, 0 for what is in none
  /// @param keepUntil seconds
  record Unread(long conversation, long keepUntil) {}

  private static final class Account {
    private final UnreadEntries unread = new UnreadEntries();
    private boolean full; // there is more unread than is remembered
    private int counted; // of its entries, in the sum of all accounts
    private @Nullable List<Change> meanwhile = new ArrayList<>();
  }

  private final Hashes hashes;
  private final Map<UserId, Account> accounts =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<UserId, Account> eldest) {
          return size() > MOST_USERS && leaves(eldest.getValue());
        }
      };

  /// What changes the unread entries of a user.
  private sealed interface Change {
    record Arrived(StoredJob entry) implements Change {}

    record Marked(Note.Marked marked) implements Change {}

    record ReadUpTo(Note.ReadUpTo read) implements Change {}
  }

  private int entries; // of all accounts in the map

  UnreadCounts(final Hashes hashes) {
    this.hashes = hashes;
  }

  /// Takes in what a committed group says; on the writer's thread.
  synchronized void noted(final CommittedGroup group) {
    if (accounts.isEmpty()) {
      return;
    }
    for (final StoredJob stored : group.jobs()) {
      if (stored.isEvent() && EntryKind.countsAsUnread(EntryKind.of(stored.event()))) {
        final var change = new Change.Arrived(stored);
        stored.event().recipients().forEach(user -> apply(user, change));
      }
    }
    for (final Note note : group.notes()) {
      switch (note) {
        case Note.Marked marked -> apply(marked.user(), new Change.Marked(marked));
        case Note.ReadUpTo read -> apply(read.user(), new Change.ReadUpTo(read));
        case Note.TrailLine _, Note.Advanced _, Note.Parked _, Note.Unparked _, Note.Cursor _ -> {}
      }
    }
  }

  private void apply(final UserId user, final Change what) {
    final Account account = accounts.get(user);
    if (account == null) {
      return;
    }
    if (account.meanwhile != null) {
      account.meanwhile.add(what);
    } else {
      apply(account, user, what);
    }
  }

  private boolean leaves(final Account account) {
    entries -= account.counted;
    account.counted = 0;
    return true;
  }

  /// Brings the sum of all accounts up to date, after the entries of this one changed. An account
  /// that was evicted meanwhile counts for nothing.
  private void recount(final UserId user, final Account account) {
    if (accounts.get(user) == account) {
      entries += account.unread.size() - account.counted;
      account.counted = account.unread.size();
    }
  }

  private void apply(final Account account, final UserId user, final Change what) {
    switch (what) {
      case Change.Arrived(var stored) -> {
        if (account.unread.size() < MOST) {
          account.unread.put(stored.sequence(), unread(stored));
        } else {
          account.full = true;
        }
      }
      case Change.Marked(var marked) -> {
        if (marked.mark() == Mark.READ || marked.mark() == Mark.DISMISSED) {
          marked.sequences().forEach(account.unread::remove);
        }
      }
      case Change.ReadUpTo(var read) ->
          account.unread.removeUpTo(read.sequence(), conversation(user, read.in()));
    }
    recount(user, account);
    if (account.full && account.unread.size() < MOST) {
      forget(user); // the next look finds those that had no room
    }
  }

  private long conversation(final UserId user, final ConversationId in) {
    return hashes.conversation(user.organisation(), in);
  }

  Unread unread(final StoredJob stored) {
    final Event event = stored.event();
    final long conversation =
        event instanceof Event.Message message
            ? hashes.conversation(event.key().organisation(), message.in())
            : 0;
    return new Unread(conversation, event.life().keepUntil().getEpochSecond());
  }

  /// How many entries of a user are unread; `look` reads all of them from memory and disk.
  int count(final UserId user, final long now, final Supplier<Map<Long, Unread>> look) {
    final Optional<Integer> known = known(user, now);
    if (known.isPresent()) {
      return known.get();
    }
    final Account account = new Account();
    synchronized (this) {
      forget(user);
      accounts.put(user, account);
    }
    final Map<Long, Unread> found = found(user, account, look);
    synchronized (this) {
      final boolean remembered = accounts.get(user) == account;
      account.full = found.size() > MOST;
      account.unread.putAll(found, MOST);
      final List<Change> meanwhile = account.meanwhile;
      account.meanwhile = null;
      if (meanwhile != null && remembered) {
        meanwhile.forEach(what -> apply(account, user, what));
      }
      final int count = count(account, now);
      recount(user, account);
      makeRoom();
      return count;
    }
  }

  /// Reads a user's unread entries. A failed read forgets the user: changes would be collected for
  /// an account that is never completed.
  private Map<Long, Unread> found(
      final UserId user, final Account account, final Supplier<Map<Long, Unread>> look) {
    try {
      return look.get();
    } catch (final RuntimeException fault) {
      synchronized (this) {
        if (accounts.get(user) == account) {
          forget(user);
        }
      }
      throw fault;
    }
  }

  synchronized int remembered() {
    return accounts.size();
  }

  /// Entries of all accounts, as the bound on them sees it.
  synchronized int entries() {
    return entries;
  }

  /// The least recently used ones go first.
  private void makeRoom() {
    final var eldest = accounts.values().iterator();
    while (entries > MOST_ENTRIES && eldest.hasNext()) {
      leaves(eldest.next());
      eldest.remove();
    }
  }

  /// The number of unread entries of a user of whom memory knows it.
  synchronized Optional<Integer> known(final UserId user, final long now) {
    final Account account = accounts.get(user);
    if (account == null || account.meanwhile != null) {
      return Optional.empty();
    }
    final int count = count(account, now);
    recount(user, account);
    if (account.full && count < MOST) {
      forget(user);
      return Optional.empty();
    }
    return Optional.of(count);
  }

  private static int count(final Account account, final long now) {
    account.unread.expire(now);
    return account.unread.size();
  }

  /// The user was removed.
  synchronized void forget(final UserId user) {
    final Account account = accounts.remove(user);
    if (account != null) {
      leaves(account);
    }
  }
}
