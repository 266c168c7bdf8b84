package dev.reveille.routing.port;

import dev.reveille.model.Lane;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps work that waits for a moment, or for a push service that is out of reach, as rows on disk
/// and not in the heap. Written through the journal ([Note.Parked], [Note.Unparked]), so that it
/// shares the journal's commits.
///
/// Thread-safe. Methods that claim or find rows may block on the disk. Those marked as cheap read
/// memory only, but may wait for a claim that reads the disk; [#size] and [#waiting] never do.
///
/// Moments are on the server's time line without the steps of its clock
/// ([dev.reveille.model.ClockGeneration]), so setting the clock changes no row. Only work for a
/// moment of the calendar is due by what the clock shows: a caller ordered it for that moment.
public interface WaitingRoom {
  /// Stands for a breaker's name where work waits for a moment of the calendar.
  String CALENDAR = "calendar";

  /// Work waits either for its moment or behind a breaker: something that is out of reach as a
  /// whole, such as a push service. Behind a breaker there is no moment, only a place in the line:
  /// by lane, and in the lane by age. Or it waits for a moment of the calendar, and is never over
  /// before.
  ///
  /// @param attempts how many tries were made
  /// @param notBefore when to try (again); [Instant#EPOCH] behind a breaker
  /// @param deadline after it the work is over
  /// @param behind the breaker's name, "" for work that waits for its moment only, [#CALENDAR] for
  ///   work whose moment the clock has to show
  record Waiting(
      long event,
      TargetKey target,
      Lane lane,
      int attempts,
      Instant notBefore,
      Instant deadline,
      Reason why,
      String behind) {

    public WorkKey key() {
      return new WorkKey(event, target);
    }

    /// Work that waits for its moment.
    public static Waiting until(
        final Instant notBefore,
        final long event,
        final TargetKey target,
        final Lane lane,
        final int attempts,
        final Instant deadline,
        final Reason why) {
      return new Waiting(event, target, lane, attempts, notBefore, deadline, why, "");
    }

    /// Work that waits until the clock shows a moment, whatever the clock is set to meanwhile.
    public static Waiting byCalendar(
        final Instant moment,
        final long event,
        final TargetKey target,
        final Lane lane,
        final Reason why) {
      return new Waiting(event, target, lane, 0, moment, Instant.MAX, why, CALENDAR);
    }

    public boolean isByCalendar() {
      return behind.equals(CALENDAR);
    }

    /// The same work with other moments.
    public Waiting by(final Instant moment, final Instant end) {
      return new Waiting(event, target, lane, attempts, moment, end, why, behind);
    }

    /// The same work behind a breaker.
    public Waiting behind(final String breaker) {
      return new Waiting(event, target, lane, attempts, Instant.EPOCH, deadline, why, breaker);
    }
  }

  /// The most urgent work due at `now`, by lane and then by age. Work behind a breaker is never
  /// due, nor is work that waits for the calendar. What is returned counts as claimed until an
  /// [Note.Unparked] or a new [Note.Parked] for it was noted, or the process ends. May read the
  /// disk.
  List<Waiting> claimDue(Instant now, int most);

  /// When the next unclaimed work is due; `Instant.MAX` when there is none. Cheap.
  Instant nextDue();

  /// Work whose moment the clock shows, or has passed; claimed as by [#claimDue]. May read the
  /// disk.
  ///
  /// @param shown by the clock
  List<Waiting> claimByCalendar(Instant shown, int most);

  /// The moment of the next unclaimed work that waits for the calendar; `Instant.MAX` when there is
  /// none. Cheap.
  Instant nextByCalendar();

  /// The breakers behind which unclaimed work waits, without the calendar. Cheap.
  Set<String> breakers();

  /// The first in the line behind a breaker, claimed as by [#claimDue]. May read the disk.
  List<Waiting> claimBehind(String breaker, int most);

  /// The oldest of the least urgent lane behind a breaker, claimed as by [#claimDue]. May read the
  /// disk.
  List<Waiting> claimOldest(String breaker, int most);

  /// How much waits behind a breaker, without what is claimed; for a moment after a restart it may
  /// be too much by what was noted just now. Cheap.
  long waiting(String breaker);

  /// Work behind any breaker whose deadline has passed, as far as it is on disk; claimed as by
  /// [#claimDue]. Reads the disk: to be asked now and then.
  List<Waiting> claimOverdue(Instant now, int most);

  /// How much waits, claimed work included. Cheap, and never waits for a claim that reads the disk.
  long size();

  /// The row of this work (claimed or not), as far as committed. Asked when a receipt comes for
  /// work that is not in memory, so it must be a look-up by key. May read the disk.
  Optional<Waiting> find(WorkKey work);
}
