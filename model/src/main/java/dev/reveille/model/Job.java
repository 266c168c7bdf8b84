package dev.reveille.model;

/// A piece of accepted work that is kept until its life ends: an event for some people's devices,
/// or a send to addresses that belong to no user.
///
/// Jobs share one journal, one numbering and one rule of repeats.
public sealed interface Job permits Event, Send {
  /// Organisation, source, id: what makes two hand-ins the same job.
  EventKey key();

  Life life();

  /// Its priority.
  Lane lane();
}
