package dev.reveille.http.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A table of values by host name. A name that begins with `*.` stands for one further label in
/// that place; an exact name is preferred to it. Case does not matter (RFC 4343).
final class HostNames<T> {
  private final Map<String, T> byName = new HashMap<>();

  void put(final String name, final T value) {
    byName.put(name.toLowerCase(Locale.ROOT), value);
  }

  /// The value of exactly this name, made where there is none yet.
  T of(final String name, final Supplier<T> first) {
    return byName.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> first.get());
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /// @param name in any case, without a port
  @Nullable T find(final String name) {
    final var lower = name.toLowerCase(Locale.ROOT);
    final var exact = byName.get(lower);
    final int dot = lower.indexOf('.');
    return exact != null || dot <= 0 ? exact : byName.get("*" + lower.substring(dot));
  }

  /// The host of a `Host` header or an `:authority` without its port (RFC 3986 §3.2) and without
  /// the dot of the root.
  static String withoutPort(final String authority) {
    final int colon = authority.lastIndexOf(':');
    final var host =
        colon < 0 || authority.endsWith("]") ? authority : authority.substring(0, colon);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
