package dev.reveille.simulators.dns;

import java.time.Instant;

/// A question as it came.
///
/// @param name in lower case, without the dot at the end
/// @param type such as `SRV`
/// @param overTcp over UDP otherwise
public record AskedName(Instant at, String name, String type, boolean overTcp) {}
