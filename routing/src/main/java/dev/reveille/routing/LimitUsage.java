package dev.reveille.routing;

import java.util.function.LongSupplier;

/// What peers make the heart hold within one bound, for the metrics.
///
/// @param limit the bound's name in the table of limits
/// @param bytes of heap that count as held now
/// @param refused how often there was no room for more, since the start
public record LimitUsage(String limit, LongSupplier bytes, LongSupplier refused) {}
