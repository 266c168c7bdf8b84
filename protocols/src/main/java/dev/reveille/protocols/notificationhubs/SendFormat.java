package dev.reveille.protocols.notificationhubs;

/// In whose language the body of a send is.
public sealed interface SendFormat {
  /// In that of a push service, for targets of it.
  record Native(HubPlatform platform) implements SendFormat {}

  /// In none: it holds properties for the templates of targets.
  record Template() implements SendFormat {}
}
