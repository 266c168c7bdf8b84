package dev.reveille.routing.port;

import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// The entries that wait for a user to download: messages, alerts, and one hint per changed folder.
/// Calls are state and are not in it. A projection of the journal: complete up to the last
/// committed group. Thread-safe; all methods may block on the disk.
public interface Inbox {

  /// An entry of a user's inbox.
  ///
  /// @param marks what any of the user's devices said of it
  record Entry(StoredJob stored, Set<Mark> marks) {
    public Entry {
      marks = Set.copyOf(marks);
    }
  }

  /// A page of a user's inbox.
  ///
  /// @param gap the asked position cannot be continued: entries are given from the beginning
  /// @param more there are further entries after `upTo`
  record Page(List<Entry> entries, Position upTo, boolean gap, boolean more) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /// Entries after a position, oldest first, without dismissed and expired ones. Change hints are
  /// folded: only the newest per folder.
  Page after(UserId user, Position position, int most);

  /// The position after the newest entry of the store.
  Position end();

  /// The first position that can still be continued.
  Position beginning();

  /// How far this device has come, [#beginning] when unknown.
  Position cursor(UserId user, InstallationId device);

  /// Unread messages and missed calls, the number on the app's icon. Cheap after the first call.
  int unread(UserId user);

  /// What [#unread] would answer, if memory knows it; never reads the disk.
  OptionalInt unreadInMemory(UserId user);

  /// Whether the user has an entry of this conversation, read or not.
  boolean hasEntryOf(UserId user, ConversationId conversation);

  /// Up to where the user has read a conversation, 0 when never.
  long readUpTo(UserId user, ConversationId conversation);
}
