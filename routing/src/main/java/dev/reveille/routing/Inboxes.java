package dev.reveille.routing;

import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.Note;
import java.time.InstantSource;
import java.util.List;

/// The inboxes of users for the protocols: reads entries and counts, and takes the marks that
/// devices report. Thread-safe. Methods that read may block on the disk; [#mark] does not.
public final class Inboxes {
  private final Inbox inbox;
  private final EventJournal journal;
  private final Dispatcher dispatcher;
  private final InstantSource clock;

  Inboxes(
      final Inbox inbox,
      final EventJournal journal,
      final Dispatcher dispatcher,
      final InstantSource clock) {
    this.inbox = inbox;
    this.journal = journal;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /// Entries after a position, oldest first; see [Inbox#after].
  public Inbox.Page after(final UserId user, final Position position, final int most) {
    return inbox.after(user, position, most);
  }

  /// The first position that can still be continued.
  public Position beginning() {
    return inbox.beginning();
  }

  /// How far this device has come, [#beginning] when unknown.
  public Position cursor(final UserId user, final InstallationId device) {
    return inbox.cursor(user, device);
  }

  /// Unread messages and missed calls.
  public int unread(final UserId user) {
    return inbox.unread(user);
  }

  /// A device says what became of entries. Any mark proves arrival and settles a live delivery that
  /// waits for it.
  public void mark(
      final UserId user, final InstallationId device, final Mark mark, final List<Long> sequences) {
    dispatcher.acknowledged(user, device, mark, sequences);
  }

  /// The same, for a device that is answered.
  ///
  /// @param kept told when this is on disk, and everything that was said or noted before it; on the
  ///   journal's thread: must be quick and must not block. Not told when the store cannot commit
  public void mark(
      final UserId user,
      final InstallationId device,
      final Mark mark,
      final List<Long> sequences,
      final Runnable kept) {
    dispatcher.acknowledged(user, device, mark, sequences, kept);
  }

  /// Whether that a user has read a conversation is to be remembered. May read the disk.
  public boolean isNews(final UserId user, final ConversationId conversation, final long sequence) {
    return inbox.readUpTo(user, conversation) < sequence && inbox.hasEntryOf(user, conversation);
  }

  /// The user has read a conversation up to an event, on whatever device. Where the inbox has no
  /// entry of it there is nothing to remember. May read the disk.
  ///
  /// @param kept as in [#mark]; told at once when it was said before
  public void read(
      final UserId user,
      final ConversationId conversation,
      final long sequence,
      final Runnable kept) {
    if (!isNews(user, conversation, sequence)) {
      kept.run();
    } else {
      journal.noteDurably(
          List.of(new Note.ReadUpTo(user, conversation, sequence, clock.instant())), kept);
    }
  }

  /// A device has everything up to an entry.
  public void cursorMoved(final UserId user, final InstallationId device, final long sequence) {
    journal.note(List.of(new Note.Cursor(user, device, sequence)));
  }
}
