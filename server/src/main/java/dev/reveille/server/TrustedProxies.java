package dev.reveille.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.reveille.http.server.Proxies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proxies in front of a listener, as the configuration names them.
///
/// @param from their addresses, as `10.0.0.0/8`
/// @param tell how they tell for whom they speak: `proxy-protocol`, `forwarded` or
///   `x-forwarded-for`
public record TrustedProxies(List<String> from, String tell) {
  @JsonCreator
  static TrustedProxies written(
      @JsonProperty("from") final @Nullable List<String> from,
      @JsonProperty("tell") final @Nullable String tell) {
    if (from == null || from.isEmpty() || tell == null) {
      throw new Configuration.Wrong(
          "listeners: proxies needs both from (their addresses) and tell (proxy-protocol, forwarded"
              + " or x-forwarded-for)");
    }
    final var trusted = new TrustedProxies(from, tell);
    try {
      final var _ = trusted.proxies();
    } catch (final IllegalArgumentException wrong) {
      throw new Configuration.Wrong("listeners: proxies: " + wrong.getMessage());
    }
    return trusted;
  }

  Proxies proxies() {
    return Proxies.of(from, tell);
  }
}
