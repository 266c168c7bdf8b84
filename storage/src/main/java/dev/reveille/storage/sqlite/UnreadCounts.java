package dev.reveille.storage.sqlite;

import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.Kept;
import dev.reveille.model.Mark;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What some users have not read yet, so that a badge costs no look at the disk. Bounded: who was
/// not asked for longest is forgotten, and users with very much unread are counted anew each time.
///
/// An account is put up before the disk is read, and gathers what happens meanwhile: every change
/// may be applied twice without harm. This object's monitor guards everything.
final class UnreadCounts {
  private static final int MOST_USERS = 20_000;
  private static final int MOST_PER_USER = 500;

  /// @param conversation its hash, 0 for what is in none
  /// @param keepUntil seconds
  record Unread(long conversation, long keepUntil) {}

  private static final class Account {
    private final Map<Long, Unread> unread = new TreeMap<>();
    private @Nullable List<Object> meanwhile = new ArrayList<>();
  }

  private final Hashes hashes;
  private final Map<UserId, Account> accounts =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<UserId, Account> eldest) {
          return size() > MOST_USERS;
        }
      };

  UnreadCounts(final Hashes hashes) {
    this.hashes = hashes;
  }

  /// Takes in what a committed group says; on the writer's thread.
  synchronized void noted(final CommittedGroup group) {
    if (accounts.isEmpty()) {
      return;
    }
    for (final Kept kept : group.events()) {
      if (EntryKind.countsAsUnread(EntryKind.of(kept.event()))) {
        kept.event().recipients().forEach(user -> apply(user, kept));
      }
    }
    for (final Note note : group.notes()) {
      switch (note) {
        case Note.Marked marked -> apply(marked.user(), marked);
        case Note.ReadUpTo read -> apply(read.user(), read);
        case Note.Told _, Note.Parked _, Note.Unparked _, Note.Cursor _ -> {}
      }
    }
  }

  private void apply(final UserId user, final Object what) {
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

  private void apply(final Account account, final UserId user, final Object what) {
    switch (what) {
      case Kept kept -> account.unread.put(kept.sequence(), unread(kept));
      case Note.Marked marked -> {
        if (marked.mark() == Mark.READ || marked.mark() == Mark.DISMISSED) {
          account.unread.keySet().removeAll(marked.sequences());
        }
      }
      case Note.ReadUpTo read -> {
        final long conversation = conversation(user, read.in());
        account
            .unread
            .entrySet()
            .removeIf(one ->
                one.getKey() <= read.sequence() && one.getValue().conversation() == conversation);
      }
      default -> throw new IllegalStateException("not about unread entries: " + what.getClass());
    }
  }

  private long conversation(final UserId user, final ConversationId in) {
    return hashes.conversation(user.organisation(), in);
  }

  Unread unread(final Kept kept) {
    final Event event = kept.event();
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
      accounts.put(user, account);
    }
    final Map<Long, Unread> found = look.get();
    synchronized (this) {
      account.unread.putAll(found);
      final List<Object> meanwhile = account.meanwhile;
      account.meanwhile = null;
      if (meanwhile != null) {
        meanwhile.forEach(what -> apply(account, user, what));
      }
      final int count = count(account, now);
      if (count > MOST_PER_USER && accounts.get(user) == account) {
        forget(user);
      }
      return count;
    }
  }

  private synchronized Optional<Integer> known(final UserId user, final long now) {
    final Account account = accounts.get(user);
    if (account == null || account.meanwhile != null) {
      return Optional.empty();
    }
    final int count = count(account, now);
    if (count > MOST_PER_USER) {
      forget(user);
    }
    return Optional.of(count);
  }

  private static int count(final Account account, final long now) {
    account.unread.values().removeIf(one -> one.keepUntil() <= now);
    return account.unread.size();
  }

  /// The user was removed.
  synchronized void forget(final UserId user) {
    accounts.remove(user);
  }
}
