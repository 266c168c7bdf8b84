package dev.reveille.model;

import java.time.Instant;

/// Where a platform's push service, or a clearing house, reaches one installation.
public sealed interface PushAddress {
  PushService service();

  PushChannel channel();

  /// Straight to the platform; the keys are ours.
  ///
  /// @param sandbox the token belongs to the platform's test environment
  /// @param registeredAt when the app told us: a refusal older than this says nothing
  record Direct(
      PushService service,
      PushChannel channel,
      AppId app,
      boolean sandbox,
      PushToken token,
      Instant registeredAt)
      implements PushAddress {}
}
