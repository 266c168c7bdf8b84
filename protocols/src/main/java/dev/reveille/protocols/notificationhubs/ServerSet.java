package dev.reveille.protocols.notificationhubs;

import java.time.Instant;

/// What a hub says about an installation beside what its client said.
///
/// @param expiresAt the last moment of the year 9999 for "never"
/// @param lastUpdate when it was last put or patched
/// @param channelExpired the push service said that the channel is no more
public record ServerSet(Instant expiresAt, Instant lastUpdate, boolean channelExpired) {}
