package dev.reveille.routing.port;

import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.List;

/// What the journal stores beside jobs: lines of the trail, changes of waiting work, progress of
/// sends, and what apps report about inbox entries.
public sealed interface Note {

  /// A line of the trail; see [TrailEntry].
  record TrailLine(TrailEntry entry) implements Note {}

  /// Work that waits for its moment. Replaces an earlier note with the same event and target.
  record Parked(WaitingRoom.Waiting item) implements Note {}

  /// The waiting work is done (or came back into memory and ended there).
  record Unparked(WorkKey work) implements Note {}

  /// A send has come so far: see [SendLog.Progress]. Written after the lines of the targets that it
  /// speaks of.
  ///
  /// @param ofAnotherService how many targets up to `reached` got nothing because the send is in
  ///   the form of another push service
  record Advanced(
      long send, long reached, long maybeBegun, SendLog.State state, long ofAnotherService)
      implements Note {
    /// None was of another service.
    public Advanced(
        final long send, final long reached, final long begun, final SendLog.State state) {
      this(send, reached, begun, state, 0);
    }
  }

  /// What an app reports about entries of its user's inbox.
  record Marked(UserId user, InstallationId by, Mark mark, List<Long> sequences, Instant at)
      implements Note {
    public Marked {
      sequences = List.copyOf(sequences);
    }
  }

  /// The user has read this conversation up to a sequence, on whatever device.
  record ReadUpTo(UserId user, ConversationId in, long sequence, Instant at) implements Note {}

  /// How far this device has come in its user's inbox.
  record Cursor(UserId user, InstallationId device, long sequence) implements Note {}
}
