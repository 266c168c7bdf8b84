package dev.reveille.model;

import java.time.Instant;

/// An event after its commit.
///
/// @param sequence the journal's position, given inside the commit; every inbox uses it too
/// @param at when it was accepted
public record Kept(long sequence, Instant at, Event event) {}
