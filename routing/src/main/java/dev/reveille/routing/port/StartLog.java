package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Remembers starts of the server that crashed and the events that they worked on, so that an event
/// which crashed one start does not crash every further one. Thread-safe; methods block on the
/// disk, and throw [StoreException] when that fails. Used by [dev.reveille.routing.CrashLoopGuard].
public interface StartLog {
  /// Events of one organisation that were given up because starts crashed while they worked on
  /// them.
  ///
  /// @param events how many
  /// @param since when the first of them was given up
  /// @param newest the sequence of the one that was given up last
  /// @param newestAt when that was
  record GivenUp(int events, Instant since, long newest, Instant newestAt) {}

  /// A start begins. It is on disk when this returns. Waits for the disk.
  ///
  /// @return how many starts before this one, one after the other, crashed
  /// @throws StoreException when it cannot be kept
  int begins();

  /// The events on which starts before this one crashed, each with how many events the start worked
  /// on then: the fewest, where there are several such starts. Waits for the disk.
  ///
  /// @throws StoreException when they cannot be read
  Map<Long, Integer> suspects();

  /// This start works on these events of a former run from now on, and on no others. It is on disk
  /// when this returns. Waits for the disk.
  ///
  /// @param events their sequences; may be none
  /// @return how many of the starts before this one that never stood ended while they worked on all
  ///   of them
  /// @throws StoreException when it cannot be kept
  int worksOn(Set<Long> events);

  /// An event is given up; once more is the same. It is on disk when this returns. Waits for the
  /// disk.
  ///
  /// @param at kept to the second
  /// @throws StoreException when it cannot be kept
  void givesUp(OrganisationId organisation, long event, Instant at);

  /// What was given up at this moment or later; a start that stands does not end it. May read the
  /// disk.
  Optional<GivenUp> givenUp(OrganisationId organisation, Instant from);

  /// This start did not crash: what was noted of starts is deleted. Waits for the disk.
  ///
  /// @throws StoreException when it cannot be kept
  void stands();
}
