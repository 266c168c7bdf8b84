package dev.reveille.routing.port;

import dev.reveille.model.TargetKey;

/// What identifies a piece of work: a job, by its sequence, and what it is for. There is at most
/// one row with this key, too.
public record WorkKey(long job, TargetKey target) {}
