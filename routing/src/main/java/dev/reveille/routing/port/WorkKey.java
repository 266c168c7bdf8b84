package dev.reveille.routing.port;

import dev.reveille.model.TargetKey;

/// The key of a piece of work: the sequence of its job, and its target. At most one waiting row has
/// this key.
public record WorkKey(long job, TargetKey target) {}
