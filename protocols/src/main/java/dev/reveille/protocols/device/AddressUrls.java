package dev.reveille.protocols.device;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.PushService;

/// Checks push addresses that are URLs when a device registers them, by the same rules as when
/// pushes leave. Thread-safe; must not block.
@FunctionalInterface
public interface AddressUrls {
  /// Whatever is public.
  AddressUrls PUBLIC = (_, url) -> PublicUrl.of(url);

  /// @throws PublicUrl.Refused when nothing may be sent there; says why
  PublicUrl judged(PushService service, String url);
}
