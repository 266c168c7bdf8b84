package dev.reveille.routing;

import java.util.function.LongSupplier;

/// How much of one of routing's limits is used, for the metrics.
///
/// @param limit the bound's name in the table of limits
/// @param bytes of heap that count as held now
/// @param refused how often there was no room for more, since the start
public record LimitUsage(String limit, LongSupplier bytes, LongSupplier refused) {}
