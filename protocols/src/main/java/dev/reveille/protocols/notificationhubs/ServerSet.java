package dev.reveille.protocols.notificationhubs;

import java.time.Instant;

/// The fields of an installation that the hub sets and its client does not.
///
/// @param expiresAt the last moment of the year 9999 for "never"
/// @param lastUpdate when it was last put or patched
/// @param channelExpired the push service said that the channel is no more
public record ServerSet(Instant expiresAt, Instant lastUpdate, boolean channelExpired) {}
