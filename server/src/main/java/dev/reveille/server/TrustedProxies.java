package dev.reveille.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.reveille.http.server.Proxies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The configuration of the proxies in front of a listener whose word about the client is trusted.
///
/// @param from their addresses, as `10.0.0.0/8`
/// @param addressHeader the header that names the client: `proxy-protocol`, `forwarded` or
///   `x-forwarded-for`
public record TrustedProxies(List<String> from, String addressHeader) {
  @JsonCreator
  static TrustedProxies written(
      @JsonProperty("from") final @Nullable List<String> from,
      @JsonProperty("address-header") final @Nullable String addressHeader,
      @JsonProperty("tell") final @Nullable String formerly) {
    if (formerly != null) {
      throw new Configuration.Wrong("listeners: proxies: tell was renamed to address-header");
    }
    if (from == null || from.isEmpty() || addressHeader == null) {
      throw new Configuration.Wrong(
          "listeners: proxies needs both from (their addresses) and address-header"
              + " (proxy-protocol, forwarded or x-forwarded-for)");
    }
    final var trusted = new TrustedProxies(from, addressHeader);
    try {
      final var _ = trusted.proxies();
    } catch (final IllegalArgumentException wrong) {
      throw new Configuration.Wrong("listeners: proxies: " + wrong.getMessage());
    }
    return trusted;
  }

  Proxies proxies() {
    return Proxies.of(from, addressHeader);
  }
}
