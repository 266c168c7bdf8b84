package dev.reveille.model;

import java.time.Instant;

/// A job after its commit: an event or a send, with its place in the journal.
///
/// @param sequence the journal's position, given inside the commit; every inbox uses it too
/// @param at when it was accepted
/// @param job an event or a send; code that may meet both looks at this first
public record StoredJob(long sequence, Instant at, Job job) {
  /// The event, where it is known to be one.
  ///
  /// @throws IllegalStateException for a send
  public Event event() {
    return switch (job) {
      case Event event -> event;
      case Send _ -> throw new IllegalStateException(sequence + " is a send");
    };
  }

  /// Whether it is an event.
  public boolean isEvent() {
    return job instanceof Event;
  }
}
