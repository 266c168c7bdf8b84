package dev.reveille.routing.port;

import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import java.time.Instant;
import java.util.List;

/// Where work waits for its moment: rows, not heap. Written by way of [Note.Parked] and
/// [Note.Unparked], so that it shares the journal's commits.
public interface WaitingRoom {
  /// The way a piece of work takes.
  enum Way {
    LIVE,
    PUSH
  }

  /// @param attempts how many tries were made
  /// @param notBefore when to try (again)
  /// @param deadline after it the work is over
  record Waiting(
      long event,
      InstallationId device,
      Way way,
      Lane lane,
      int attempts,
      Instant notBefore,
      Instant deadline,
      Reason why) {}

  /// The most urgent work due at `now`, by lane and then by age, without what `claimed` names. What
  /// is returned counts as claimed until an [Note.Unparked] or a new [Note.Parked] for it was
  /// noted, or the process ends. May read the disk.
  List<Waiting> claimDue(Instant now, int most);

  /// When the next unclaimed work is due; `Instant.MAX` when there is none. Cheap.
  Instant nextDue();

  /// How much waits, claimed work included. Cheap.
  long size();

  /// Whether this waits (claimed or not), as far as committed. Asked when a receipt comes for work
  /// that is not in memory, so it must be a look-up by key. May read the disk.
  boolean waits(long event, InstallationId device);
}
