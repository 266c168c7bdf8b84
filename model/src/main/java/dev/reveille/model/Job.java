package dev.reveille.model;

/// What is accepted, kept until its life ends and worked off: an event of some people's devices, or
/// a send to addresses that belong to no user.
///
/// Jobs share one journal, one numbering and one rule of repeats.
public sealed interface Job permits Event, Send {
  /// Organisation, source, id: what makes two hand-ins the same job.
  EventKey key();

  Life life();

  /// Its priority.
  Lane lane();
}
