package dev.reveille.routing.port;

import java.util.Set;

/// Whether starts of the server stood, and what those that did not were working on: what ended one
/// start must not end each one after it.
public interface StartLog {
  /// A start begins. It is on disk when this returns. Waits for the disk.
  ///
  /// @return how many starts before this one, one after the other, never stood
  /// @throws StoreException when it cannot be kept
  int begins();

  /// The events on which starts before this one ended that never stood. Waits for the disk.
  ///
  /// @throws StoreException when they cannot be read
  Set<Long> suspects();

  /// This start works on an event of a former run from now on, and on no other one. It is on disk
  /// when this returns. Waits for the disk.
  ///
  /// @param event its sequence; 0 when this start works on none
  /// @return how many of the starts before this one that never stood ended while they worked on it
  /// @throws StoreException when it cannot be kept
  int worksOn(long event);

  /// This start stands: what was noted of starts is over. Waits for the disk.
  ///
  /// @throws StoreException when it cannot be kept
  void stands();
}
