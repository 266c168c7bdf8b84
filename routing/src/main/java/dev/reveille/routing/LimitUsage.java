package dev.reveille.routing;

import java.util.function.LongSupplier;

/// The usage of one of routing's limits, for the metrics.
///
/// @param limit the bound's name in the table of limits
/// @param bytes of heap that count as held now
/// @param refused how often there was no room for more, since the start
public record LimitUsage(String limit, LongSupplier bytes, LongSupplier refused) {}
