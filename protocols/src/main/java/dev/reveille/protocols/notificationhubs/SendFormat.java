package dev.reveille.protocols.notificationhubs;

/// The format of a notification's body (header `ServiceBusNotification-Format`).
public sealed interface SendFormat {
  /// The payload of one push service, sent unchanged; only targets of that service get it.
  record Native(HubPlatform platform) implements SendFormat {}

  /// Properties (JSON) from which each target's own template makes the payload.
  record Template() implements SendFormat {}
}
