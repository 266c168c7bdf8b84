package dev.reveille.protocols.device;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.PushService;

/// Judges push addresses that are URLs when a device hands them in, by the rules by which pushes
/// leave. Used from any thread; must not block.
@FunctionalInterface
public interface AddressUrls {
  /// Whatever is public.
  AddressUrls PUBLIC = (_, url) -> PublicUrl.of(url);

  /// @throws PublicUrl.Refused when nothing may be sent there; says why
  PublicUrl judged(PushService service, String url);
}
